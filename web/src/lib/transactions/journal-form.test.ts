import { expect, test } from "vitest";
import { en } from "../language/catalogue/en.ts";
import { en as ofFund } from "../language/catalogue/fund/en.ts";
import { translator } from "../language/messages.ts";
import {
  balances,
  checkJournal,
  currenciesOf,
  freshJournal,
  readJournal,
  toPostInput,
} from "./journal-form.ts";
import type { JournalValues } from "./journal-form.ts";
import { placeProblem } from "./place-problem.ts";

const cash = "0190a000-0000-7000-8000-000000000001";
const fees = "0190a000-0000-7000-8000-000000000002";
const dollars = "0190a000-0000-7000-8000-000000000003";
const currencyOf = currenciesOf([
  { id: cash, currency: "EUR" },
  { id: fees, currency: "EUR" },
  { id: dollars, currency: "USD" },
]);
const reading = { currencyOf, language: "en", base: "EUR" } as const;
const t = translator("en", { ...en, ...ofFund });

function journal(change: Partial<JournalValues> = {}): JournalValues {
  return {
    effectiveDate: "2026-11-22",
    description: "Custody fee",
    reference: "",
    idempotencyKey: "key-1",
    lines: [
      { accountId: fees, debit: "0.30", credit: "" },
      { accountId: "", debit: "", credit: "" },
      { accountId: cash, debit: "", credit: "0.30" },
    ],
    rate: "",
    ...change,
  };
}

test("sends a balanced form without its empty lines and with amounts as entered", () => {
  expect(checkJournal(journal(), reading, t)).toEqual({});
  expect(toPostInput(journal(), "fund-1", reading)).toEqual({
    fundId: "fund-1",
    effectiveDate: "2026-11-22",
    description: "Custody fee",
    reference: null,
    idempotencyKey: "key-1",
    entries: [
      { accountId: fees, side: "DEBIT", amount: "0.30" },
      { accountId: cash, side: "CREDIT", amount: "0.30" },
    ],
  });
});

test.each([
  ["no date", { effectiveDate: "22.11.2026" }, "effectiveDate"],
  ["no description", { description: "" }, "description"],
  ["one line", { lines: [{ accountId: cash, debit: "1", credit: "" }] }, "lines"],
])("refuses a form with %s", (_, change, field) => {
  expect(Object.keys(checkJournal(journal(change), reading, t))).toEqual([field]);
});

test.each([
  ["an exponent", { accountId: cash, debit: "1e3", credit: "" }],
  ["nothing but zero", { accountId: cash, debit: "0.00", credit: "" }],
  ["a minus sign", { accountId: cash, debit: "-5", credit: "" }],
  ["both columns", { accountId: cash, debit: "5", credit: "5" }],
  ["no amount", { accountId: cash, debit: "", credit: "" }],
])("reports a line with %s", (_, line) => {
  const values = journal();
  values.lines[1] = line;
  expect(checkJournal(values, reading, t)).toHaveProperty(["lines.1.amount"]);
});

test("gives every new form its own key and at least two lines", () => {
  const [first, second] = [freshJournal("2026-11-22"), freshJournal("2026-11-22")];
  expect(first.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
  expect(first.lines.length).toBeGreaterThanOrEqual(2);
});

test("computes the difference exactly", () => {
  const sums = balances(
    [
      { accountId: fees, debit: "0.1", credit: "" },
      { accountId: fees, debit: "0,2", credit: "" },
      { accountId: cash, debit: "", credit: "0.29" },
    ],
    reading,
  );
  expect(sums).toEqual([
    { currency: "EUR", debit: "0.30", credit: "0.29", difference: "0.01", balanced: false },
  ]);
});

test("never adds amounts of different currencies", () => {
  const lines = [
    { accountId: dollars, debit: "1000", credit: "" },
    { accountId: cash, debit: "", credit: "1000" },
  ];
  expect(balances(lines, reading)).toEqual([
    { currency: "USD", debit: "1000.00", credit: "0.00", difference: "1000.00", balanced: false },
    { currency: "EUR", debit: "0.00", credit: "1000.00", difference: "-1000.00", balanced: false },
  ]);
  expect(checkJournal(journal({ lines }), reading, t)).toEqual({
    lines: "Debits and credits must be equal in each currency by itself.",
  });
});

test("accepts an exchange whose currencies balance by themselves", () => {
  const lines = [
    { accountId: dollars, debit: "1000", credit: "" },
    { accountId: dollars, debit: "", credit: "1,000.00" },
    { accountId: cash, debit: "920,50", credit: "" },
    { accountId: fees, debit: "", credit: "920.50" },
  ];
  expect(checkJournal(journal({ lines }), reading, t)).toEqual({});
  const { entries } = toPostInput(journal({ lines }), "fund-1", reading);
  expect(entries.map(({ amount }) => amount)).toEqual(["1000", "1000.00", "920.50", "920.50"]);
});

test("does not count two empty columns as balanced", () => {
  expect(balances([{ accountId: cash, debit: "0", credit: "" }], reading)).toMatchObject([
    { balanced: false },
  ]);
});

test("reads lines until the first missing one", () => {
  const form = new FormData();
  form.set("description", "  Fee ");
  form.set("lines.0.account", cash);
  form.set("lines.0.debit", "1.00");
  form.set("lines.1.account", fees);
  form.set("lines.3.account", "not reached");
  const values = readJournal(form);
  expect(values.description).toBe("Fee");
  expect(values.lines).toEqual([
    { accountId: cash, debit: "1.00", credit: "" },
    { accountId: fees, debit: "", credit: "" },
  ]);
});

test("shows a refused entry at its line, counting empty lines before it", () => {
  const problem = {
    code: "INVALID_INPUT",
    message: "The input is not valid.",
    violations: [
      { path: "input.entries.1.amount", message: "must have at most two decimals" },
      { path: "input.description", message: "is too long" },
    ],
  };
  expect(placeProblem(problem, journal(), t)).toEqual({
    "lines.2.amount": "Must have at most two decimals.",
    description: "Is too long.",
  });
});

test("shows an unknown account at its line, whatever the code is", () => {
  const problem = {
    code: "ACCOUNT_NOT_FOUND",
    message: "The fund has no account 1.",
    violations: [{ path: "entries.0.accountId", message: "is not an account of this fund" }],
  };
  expect(placeProblem(problem, journal(), t)).toEqual({
    "lines.0.account": "Is not an account of this fund.",
  });
});

test("shows an unbalanced transaction at the lines, and an unknown code at the form", () => {
  expect(placeProblem({ code: "LEDGER_UNBALANCED", message: "" }, journal(), t)).toHaveProperty(
    "lines",
  );
  expect(placeProblem({ code: "PERIOD_CLOSED", message: "Closed." }, journal(), t)).toEqual({
    form: "Closed.",
  });
});

const exchanged = (rate: string, more: Partial<JournalValues> = {}) =>
  journal({
    lines: [
      { accountId: dollars, debit: "10,870.00", credit: "" },
      { accountId: dollars, debit: "", credit: "10,870.00" },
      { accountId: fees, debit: "10,000.00", credit: "" },
      { accountId: cash, debit: "", credit: "10,000.00" },
    ],
    rate,
    ...more,
  });

test.each([
  ["1.0870", "1.0870"],
  ["1,0870", "1.0870"],
  ["2", "2"],
])("sends the rate %s of two currencies, priced in the fund's own", (typed, rate) => {
  const values = exchanged(typed);
  expect(checkJournal(values, reading, t)).toEqual({});
  expect(toPostInput(values, "fund-1", reading).fx).toEqual([{ base: "EUR", quote: "USD", rate }]);
});

test("sends no rate where none was entered, or one currency is left", () => {
  expect(toPostInput(exchanged(""), "fund-1", reading)).not.toHaveProperty("fx");
  const one = journal({ rate: "1.0870" });
  expect(toPostInput(one, "fund-1", reading)).not.toHaveProperty("fx");
});

test.each(["0", "-1.08", "much"])("refuses the rate %s", (rate) => {
  expect(Object.keys(checkJournal(exchanged(rate), reading, t))).toEqual(["rate"]);
});
