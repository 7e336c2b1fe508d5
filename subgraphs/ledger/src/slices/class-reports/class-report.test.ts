import { expect, it } from "vitest";
import {
  classReport,
  type ClassReportInput,
  type FundAccount,
  type ReportedClass,
} from "./class-report.ts";

const account = (
  code: string,
  debitMinor: bigint,
  part: FundAccount["part"],
  classKey?: string,
): FundAccount => ({
  id: code,
  code,
  currency: code.endsWith("USD") ? "USD" : "EUR",
  debitMinor,
  part,
  ...(classKey === undefined ? {} : { classKey }),
});

const opened = (key: string, openingMinor: bigint, ownItemsMinor = 0n): ReportedClass => ({
  key,
  openingMinor,
  ownItemsMinor,
});

const report = (input: Partial<ClassReportInput>) => {
  const { debits, isWhole } = classReport({
    baseCurrency: "EUR",
    classes: [],
    periods: [],
    accounts: [],
    ...input,
  });
  const classes: Readonly<Record<string, Readonly<Record<string, bigint>>>> = Object.fromEntries(
    [...debits].map(([key, of]) => [key, Object.fromEntries(of)]),
  );
  return { isWhole, classes };
};

const CAPITAL = [account("3000-A", -600n, "OWN", "A"), account("3000-B", -400n, "OWN", "B")];

it("shares what is common by net assets, and leaves each class its own", () => {
  const accounts = [account("1000", 1000n, "SHARED"), ...CAPITAL];
  expect(report({ classes: [opened("A", 600n), opened("B", 400n)], accounts })).toEqual({
    isWhole: true,
    classes: {
      A: { "1000": 600n, "3000-A": -600n },
      B: { "1000": 400n, "3000-B": -400n },
    },
  });
});

it("shares a result that no NAV shared yet by the key of today", () => {
  const accounts = [
    account("1000", 1010n, "SHARED"),
    ...CAPITAL,
    account("4100", -13n, "RESULT"),
    account("5010", 3n, "RESULT"),
  ];
  const movements = [
    { accountId: "4100", debitMinor: -13n, isClosed: false },
    { accountId: "5010", debitMinor: 3n, isClosed: false },
  ];
  const found = report({
    classes: [opened("A", 600n), opened("B", 400n)],
    periods: [{ weights: [600n, 400n], movements }],
    accounts,
  });
  expect(found).toEqual({
    isWhole: true,
    classes: {
      A: { "1000": 606n, "3000-A": -600n, "4100": -8n, "5010": 2n },
      B: { "1000": 404n, "3000-B": -400n, "4100": -5n, "5010": 1n },
    },
  });
});

it("gives what a closing of a year took from income and expenses to no class", () => {
  const accounts = [
    account("1000", 1010n, "SHARED"),
    ...CAPITAL,
    account("3100-A", -6n, "OWN", "A"),
    account("3100-B", -4n, "OWN", "B"),
  ];
  const { isWhole, classes } = report({
    classes: [opened("A", 606n), opened("B", 404n)],
    periods: [
      {
        weights: [600n, 400n],
        movements: [{ accountId: "4100", debitMinor: -10n, isClosed: true }],
      },
      { weights: [606n, 404n], movements: [] },
    ],
    accounts,
  });
  expect(isWhole).toBe(true);
  for (const own of Object.values(classes)) {
    expect(own).not.toHaveProperty("4100");
    expect(Object.values(own).reduce((all, minor) => all + minor, 0n)).toBe(0n);
  }
});

const sumOf = (own: Readonly<Record<string, bigint>>, inDollars: boolean): bigint =>
  Object.entries(own)
    .filter(([code]) => code.endsWith("USD") === inDollars)
    .reduce((all, [, minor]) => all + minor, 0n);

it("carries rounding from account to account, for each currency by itself", () => {
  const accounts = [
    account("1000", 1n, "SHARED"),
    account("1010", 1n, "SHARED"),
    account("1400", 1n, "SHARED"),
    account("1000-USD", 5n, "SHARED"),
    account("2900-USD", -5n, "SHARED"),
    account("3000-A", -2n, "OWN", "A"),
    account("3000-B", -1n, "OWN", "B"),
  ];
  const { isWhole, classes } = report({ classes: [opened("A", 2n), opened("B", 1n)], accounts });
  expect(isWhole).toBe(true);
  for (const own of Object.values(classes)) {
    expect([sumOf(own, false), sumOf(own, true)]).toEqual([0n, 0n]);
  }
});

it("reports when the classes are not together the fund", () => {
  const accounts = [
    account("1000", 1001n, "SHARED"),
    ...CAPITAL,
    account("3900", -1n, "ALLOCATED"),
  ];
  expect(report({ classes: [opened("A", 600n), opened("B", 400n)], accounts }).isWhole).toBe(false);
});
