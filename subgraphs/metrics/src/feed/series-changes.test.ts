import { describe, expect, test } from "vitest";
import { BookFixture } from "./book.fixture.ts";
import { countsAsCash } from "@allfunds/contract/events";
import { newId } from "@allfunds/platform/ids";
import type { AccountOpened } from "@allfunds/contract/events";
import { accountKey, seriesChanges } from "./series-changes.ts";
import type { SeriesAccount } from "./series-changes.ts";

const book = new BookFixture();
const [bank, till, loan, rent, sales, capital] = [
  book.account("1000", "ASSET"),
  book.account("1010", "ASSET"),
  book.account("2000", "LIABILITY"),
  book.account("6000", "EXPENSE"),
  book.account("4000", "INCOME"),
  book.account("3000", "EQUITY"),
];
function account(opened: AccountOpened, tenantId = book.tenantId): [string, SeriesAccount] {
  const { accountId, type } = opened;
  const followed = { tenantId, accountId, type, countsAsCash: countsAsCash(opened) };
  return [accountKey(tenantId, accountId), followed];
}
const accounts = new Map(
  book.events.flatMap(({ type, payload }) => (type === "AccountOpened" ? [account(payload)] : [])),
);

function changesOf(post: (book: BookFixture) => void) {
  const start = book.events.length;
  post(book);
  const posted = book.events.splice(start).filter((event) => event.type === "TransactionPosted");
  return seriesChanges(posted, accounts);
}

const fundChange = (changes: Record<string, bigint>) => {
  const none = { cash: 0n, assets: 0n, liabilities: 0n, income: 0n, expenses: 0n };
  return expect.objectContaining({ ...none, inflow: 0n, outflow: 0n, ...changes });
};

describe("series changes", () => {
  test.each([
    [
      "a sale brings cash in",
      (b: BookFixture) =>
        b.post("2026-01-05", [bank, "DEBIT", "10.00"], [sales, "CREDIT", "10.00"]),
      { cash: 1000n, assets: 1000n, income: 1000n, inflow: 1000n },
    ],
    [
      "rent takes cash out",
      (b: BookFixture) => b.post("2026-01-05", [rent, "DEBIT", "4.50"], [bank, "CREDIT", "4.50"]),
      { cash: -450n, assets: -450n, expenses: 450n, outflow: 450n },
    ],
    [
      "a loan raises cash and liabilities",
      (b: BookFixture) => b.post("2026-01-05", [bank, "DEBIT", "7"], [loan, "CREDIT", "7"]),
      { cash: 700n, assets: 700n, liabilities: 700n, inflow: 700n },
    ],
    [
      "money between two cash accounts is no flow",
      (b: BookFixture) => b.post("2026-01-05", [till, "DEBIT", "3"], [bank, "CREDIT", "3"]),
      {},
    ],
    [
      "a transaction counts with its net effect on cash",
      (b: BookFixture) =>
        b.post(
          "2026-01-05",
          [bank, "DEBIT", "97"],
          [till, "CREDIT", "20"],
          [rent, "DEBIT", "3"],
          [capital, "CREDIT", "80"],
        ),
      { cash: 7700n, assets: 7700n, expenses: 300n, inflow: 7700n },
    ],
  ])("%s", (_name, post, expected) => {
    expect(changesOf(post).funds).toEqual([fundChange(expected)]);
  });

  test("transactions of one day add up, those of different days stay apart", () => {
    const { funds, accounts: lines } = changesOf((b) => {
      b.post("2026-01-05", [bank, "DEBIT", "1"], [sales, "CREDIT", "1"]);
      b.post("2026-01-05", [rent, "DEBIT", "3"], [bank, "CREDIT", "3"]);
      b.post("2026-01-04", [bank, "DEBIT", "5"], [sales, "CREDIT", "5"]);
    });
    expect(funds.map(({ day, inflow, outflow }) => [day, inflow, outflow])).toEqual([
      ["2026-01-05", 100n, 300n],
      ["2026-01-04", 500n, 0n],
    ]);
    const bankLines = lines.filter(({ accountId }) => accountId === bank);
    expect(bankLines.map(({ debit, credit }) => [debit, credit])).toEqual([
      [100n, 300n],
      [500n, 0n],
    ]);
  });

  test("two tenants with the same ids in one batch stay apart, each by its own chart", () => {
    const otherTenant = newId();
    book.post("2026-01-05", [bank, "DEBIT", "9"], [capital, "CREDIT", "9"]);
    const [posted] = book.events.splice(-1).filter(({ type }) => type === "TransactionPosted");
    const both = [posted, { ...posted, tenantId: otherTenant }] as Parameters<
      typeof seriesChanges
    >[0];
    const opened = (accountId: string, type: AccountOpened["type"]) =>
      account({ accountId, type, code: "9", fundId: "", name: "", currency: "EUR" }, otherTenant);
    const charts = new Map([...accounts, opened(bank, "EXPENSE"), opened(capital, "INCOME")]);
    const { funds, accounts: lines } = seriesChanges(both, charts);
    expect(funds).toEqual([
      fundChange({ cash: 900n, assets: 900n, inflow: 900n }),
      fundChange({ expenses: 900n, income: 900n }),
    ]);
    expect(funds.map(({ tenantId }) => tenantId)).toEqual([book.tenantId, otherTenant]);
    expect(lines.map(({ tenantId }) => tenantId)).toEqual([
      book.tenantId,
      book.tenantId,
      otherTenant,
      otherTenant,
    ]);
  });

  test("an entry on an account that was never opened stops the follower", () => {
    expect(() => changesOf((b) => b.post("2026-01-05", ["nowhere", "DEBIT", "1"]))).toThrow(
      /nowhere/,
    );
  });

  test.each([
    ["ASSET", "1000", undefined, true],
    ["ASSET", "10", undefined, true],
    ["ASSET", "Bank-EUR", undefined, true],
    ["ASSET", "cash", undefined, true],
    ["ASSET", "1200", undefined, false],
    ["LIABILITY", "1000", undefined, false],
    ["ASSET", "4711", true, true],
    ["ASSET", "1000", false, false],
    ["LIABILITY", "2000", true, true],
  ] as const)("%s account %s marked %s is cash: %s", (type, code, mark, expected) => {
    const marked = mark === undefined ? {} : { countsAsCash: mark };
    expect(countsAsCash({ type, code, ...marked })).toBe(expected);
  });
});
