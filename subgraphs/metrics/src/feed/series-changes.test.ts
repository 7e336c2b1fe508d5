import { describe, expect, test } from "vitest";
import { BookFixture } from "./book.fixture.ts";
import { countsAsCash } from "@allfunds/contract/events";
import { newId } from "@allfunds/platform/ids";
import type { AccountOpened } from "@allfunds/contract/events";
import { NO_CHANGE } from "../series/fund-sums.ts";
import type { FundSums } from "../series/fund-sums.ts";
import { accountKey, seriesChanges } from "./series-changes.ts";
import type { SeriesAccount } from "./movement.ts";

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
  const { accountId, type, currency } = opened;
  const followed = { tenantId, accountId, type, currency, countsAsCash: countsAsCash(opened) };
  return [accountKey(tenantId, accountId), followed];
}
const accounts = new Map(
  book.events.flatMap(({ type, payload }) => (type === "AccountOpened" ? [account(payload)] : [])),
);

function changesOf(post: (book: BookFixture) => void) {
  const start = book.events.length;
  post(book);
  const posted = book.events.splice(start).filter((event) => event.type === "TransactionPosted");
  return seriesChanges(posted, { accounts });
}

const fundChange = (changes: Partial<FundSums>) =>
  expect.objectContaining({ ...NO_CHANGE, ...changes });

describe("series changes", () => {
  test.each([
    [
      "a sale brings cash in",
      (b: BookFixture) =>
        b.post("2026-01-05", [bank, "DEBIT", "10.00"], [sales, "CREDIT", "10.00"]),
      { cash: 1000n, assets: 1000n, netAssets: 1000n, income: 1000n, inflow: 1000n },
    ],
    [
      "rent takes cash out",
      (b: BookFixture) => b.post("2026-01-05", [rent, "DEBIT", "4.50"], [bank, "CREDIT", "4.50"]),
      { cash: -450n, assets: -450n, netAssets: -450n, expenses: 450n, outflow: 450n },
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
      {
        cash: 7700n,
        assets: 7700n,
        netAssets: 7700n,
        contributions: 8000n,
        expenses: 300n,
        inflow: 7700n,
      },
    ],
  ])("%s", (_name, post, expected) => {
    expect(changesOf(post).funds).toEqual([fundChange(expected)]);
  });

  test.each([
    [
      "money that investors take out is no expense",
      (b: BookFixture) => b.post("2026-01-05", [capital, "DEBIT", "6"], [bank, "CREDIT", "6"]),
      { cash: -600n, assets: -600n, netAssets: -600n, withdrawals: 600n, outflow: 600n },
    ],
    [
      "closing income into equity is no capital",
      (b: BookFixture) => b.post("2026-01-05", [sales, "DEBIT", "6"], [capital, "CREDIT", "6"]),
      { income: -600n },
    ],
    [
      "an adjustment is a correction, neither a flow nor capital",
      (b: BookFixture) => b.adjust("2026-01-05", [bank, "DEBIT", "6"], [capital, "CREDIT", "6"]),
      { cash: 600n, assets: 600n, netAssets: 600n, corrections: 600n },
    ],
    [
      "an adjustment against an expense is a result, and no flow",
      (b: BookFixture) => b.adjust("2026-01-05", [rent, "DEBIT", "6"], [bank, "CREDIT", "6"]),
      { cash: -600n, assets: -600n, netAssets: -600n, expenses: 600n },
    ],
    [
      "a posting reversed the same day has never been a flow",
      (b: BookFixture) => {
        const typo = b.post("2026-01-05", [bank, "DEBIT", "5"], [capital, "CREDIT", "5"]);
        b.reverse(typo, "2026-01-05", [capital, "DEBIT", "5"], [bank, "CREDIT", "5"]);
      },
      {},
    ],
    [
      "a posting reversed in part is a flow of what is left",
      (b: BookFixture) => {
        const typo = b.post("2026-01-05", [bank, "DEBIT", "5"], [sales, "CREDIT", "5"]);
        b.reverse(typo, "2026-01-05", [sales, "DEBIT", "2"], [bank, "CREDIT", "2"]);
        b.reverse(typo, "2026-01-05", [sales, "DEBIT", "1"], [bank, "CREDIT", "1"]);
      },
      { cash: 200n, assets: 200n, netAssets: 200n, income: 200n, inflow: 200n },
    ],
  ])("%s", (_name, post, expected) => {
    expect(changesOf(post).funds).toEqual([fundChange(expected)]);
  });

  test("a later reversal moves balances on its own day and flows on the original's", () => {
    const { funds } = changesOf((b) => {
      const typo = b.post("2026-01-05", [bank, "DEBIT", "5"], [capital, "CREDIT", "5"]);
      b.reverse(typo, "2026-03-05", [capital, "DEBIT", "5"], [bank, "CREDIT", "5"]);
    });
    expect(
      funds.map(({ day, assets, netAssets, inflow, contributions }) => [
        day,
        [assets, netAssets, inflow, contributions],
      ]),
    ).toEqual([
      ["2026-01-05", [500n, 0n, 0n, 0n]],
      ["2026-03-05", [-500n, 0n, 0n, 0n]],
    ]);
  });

  test("a reversal of a posting that was never made stops the follower", () => {
    expect(() =>
      changesOf((b) =>
        b.reverse(newId(), "2026-01-05", [bank, "DEBIT", "1"], [sales, "CREDIT", "1"]),
      ),
    ).toThrow(/before posting it/);
  });

  describe("an exchange", () => {
    const dollars = book.account("1020", "ASSET", "USD");
    const [tradedEuros, tradedDollars] = [
      book.account("3900", "EQUITY"),
      book.account("3910", "EQUITY", "USD"),
    ];
    for (const { type, payload } of book.events) {
      if (type === "AccountOpened") accounts.set(...account(payload));
    }
    const rate = { base: "EUR", quote: "USD", rate: "1.10", scale: 2 };
    const buyDollars = (b: BookFixture) =>
      b.exchange(
        "2026-01-05",
        { ...rate, baseAmount: "100", quoteAmount: "110" },
        [tradedEuros, "DEBIT", "100"],
        [bank, "CREDIT", "100"],
        [dollars, "DEBIT", "110", "USD"],
        [tradedDollars, "CREDIT", "110", "USD"],
      );

    test("between two accounts of cash is neither a flow nor capital", () => {
      const { funds, ratesAdded, flows } = changesOf(buyDollars);
      expect(funds).toEqual([
        fundChange({ cash: -10000n, assets: -10000n, netAssets: -10000n }),
        fundChange({ cash: 11000n, assets: 11000n, netAssets: 11000n }),
      ]);
      expect(ratesAdded).toMatchObject([{ base: "EUR", quote: "USD", rate: "1.10", position: 11 }]);
      expect(new Set(flows.map(({ flow }) => flow)).size).toBe(1);
    });

    test("leaves what is more than it as capital", () => {
      const { funds } = changesOf((b) =>
        b.exchange(
          "2026-01-05",
          { ...rate, baseAmount: "100", quoteAmount: "110" },
          [tradedEuros, "DEBIT", "100"],
          [capital, "DEBIT", "30"],
          [bank, "CREDIT", "130"],
          [dollars, "DEBIT", "110", "USD"],
          [tradedDollars, "CREDIT", "110", "USD"],
        ),
      );
      expect(
        funds.map(({ withdrawals, outflow, contributions, inflow }) => {
          return [withdrawals, outflow, contributions, inflow];
        }),
      ).toEqual([
        [3000n, 3000n, 0n, 0n],
        [0n, 0n, 0n, 0n],
      ]);
    });

    test("that is reversed takes its rate back", () => {
      const { ratesAdded, funds } = changesOf((b) => {
        b.reverse(
          buyDollars(b),
          "2026-01-06",
          [tradedEuros, "CREDIT", "100"],
          [bank, "DEBIT", "100"],
          [dollars, "CREDIT", "110", "USD"],
          [tradedDollars, "DEBIT", "110", "USD"],
        );
      });
      expect(ratesAdded).toEqual([]);
      expect(funds.every(({ netAssets }) => netAssets === 0n)).toBe(true);
    });
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
    const { funds, accounts: lines } = seriesChanges(both, { accounts: charts });
    expect(funds).toEqual([
      fundChange({ cash: 900n, assets: 900n, netAssets: 900n, contributions: 900n, inflow: 900n }),
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
