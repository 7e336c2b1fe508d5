import type { FundTerms } from "@allfunds/contract/fund-administration";
import { describe, expect, test } from "vitest";
import { ACCOUNTS, FUND_ID, posting, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountByCode } from "../accounts/account.ts";
import { administerCommands } from "./administered-fund.fixture.ts";
import { accountCode, CHART, fundAccount, FundChart } from "./fund-accounts.ts";
import { postFact } from "./fund-posting.ts";
import { termsOn } from "./fund-terms.ts";

const administer = (terms: Partial<FundTerms>, effectiveFrom = "2026-09-01") => ({
  kind: "AdministerFund" as const,
  fundId: FUND_ID,
  effectiveFrom,
  terms,
});

const ZONED = { cutOffTime: "15:00", timeZone: "Europe/Luxembourg" };

describe("the terms of a fund", () => {
  test.each<[Partial<FundTerms>, string]>([
    [ZONED, "ok"],
    [{}, "INVALID_INPUT"],
    [{ cutOffTime: "15:00" }, "INVALID_INPUT"],
    [{ ...ZONED, timeZone: "Mars/Olympus" }, "INVALID_INPUT"],
    [{ ...ZONED, cutOffTime: "24:00" }, "INVALID_INPUT"],
    [{ ...ZONED, cutOffTime: "15:00:30" }, "ok"],
    [{ ...ZONED, lei: "5493001KJTIIGC8Y1R13" }, "INVALID_INPUT"],
    [{ ...ZONED, holidays: ["2026-02-30"] }, "INVALID_INPUT"],
    [{ ...ZONED, unitDecimals: 19 }, "INVALID_INPUT"],
    [{ ...ZONED, settlementDays: -1 }, "INVALID_INPUT"],
    [{ ...ZONED, noticeDays: 1.5 }, "INVALID_INPUT"],
    [{ ...ZONED, financialYearEnd: "02-29" }, "INVALID_INPUT"],
    [{ ...ZONED, navMoveLimit: "1e-2" }, "INVALID_INPUT"],
    [{ ...ZONED, navMoveLimit: null }, "ok"],
    [
      { ...ZONED, custodyFee: { tiers: [{ from: "1", rate: "0.01" }], dayCount: "ACT_360" } },
      "INVALID_INPUT",
    ],
    [
      {
        ...ZONED,
        custodyFee: {
          tiers: [
            { from: "0", rate: "0.01" },
            { from: "0.00", rate: "0.005" },
          ],
          dayCount: "ACT_360",
        },
      },
      "INVALID_INPUT",
    ],
  ])("%j are %s", (terms, expected) => {
    expect(run(sampleBook(), administer(terms))).toBe(expected);
  });

  test("hold from their date until others do, and keep what a change does not name", () => {
    const state = sampleBook();
    expect(run(state, administer({ ...ZONED, settlementDays: 2 }))).toBe("ok");
    expect(run(state, administer({ noticeDays: 1 }, "2027-01-01"))).toBe("ok");
    expect(run(state, administer({ noticeDays: 5 }, "2026-10-01"))).toBe("ok");
    const days = ["2026-08-31", "2026-09-01", "2026-10-01", "2026-12-31", "2027-01-01"];
    expect(days.map((day) => termsOn(state, day)?.noticeDays)).toEqual([undefined, 0, 5, 5, 1]);
    expect(termsOn(state, "2027-06-01")).toMatchObject({ ...ZONED, settlementDays: 2 });
  });
});

function administered() {
  const state = sampleBook();
  for (const command of administerCommands(FUND_ID)) expect(run(state, command)).toBe("ok");
  return state;
}

describe("a managed account", () => {
  test("refuses postings, adjustments and changes by hand, and others take them", () => {
    const state = administered();
    const byHand = (code: string) => {
      const accountId = accountByCode(state, code)?.id ?? "";
      const entries = [
        { accountId: ACCOUNTS.bank.id, side: "DEBIT", amount: "1.00" },
        { accountId, side: "CREDIT", amount: "1.00" },
      ] as const;
      return run(state, { ...posting([]), entries });
    };
    expect(["3000-A", "1900-USD", "3100-B", "3900"].map(byHand)).toEqual(
      Array(4).fill("ACCOUNT_MANAGED"),
    );
    expect(["1100", "2100", "2220", "5000-A", "1000"].map(byHand)).toEqual(Array(5).fill("ok"));
    const capital = { fundId: FUND_ID, accountId: accountByCode(state, "3000-A")?.id ?? "" };
    expect(run(state, { kind: "FreezeAccount", ...capital, reason: "x" })).toBe("ACCOUNT_MANAGED");
    expect(run(state, { kind: "CloseAccount", ...capital, reason: "x" })).toBe("ACCOUNT_MANAGED");
    expect(run(state, { kind: "SetAccountFloor", ...capital, minimumBalance: "0" })).toBe(
      "ACCOUNT_MANAGED",
    );
  });

  test("is never an account that was opened by hand", () => {
    const state = sampleBook();
    const open = {
      kind: "OpenAccount",
      fundId: FUND_ID,
      name: "Capital",
      currency: "EUR",
    } as const;
    const accountId = "018f0000-0000-7000-8000-0000000000d1";
    expect(run(state, { ...open, accountId, code: "3000-A", type: "EQUITY" })).toBe("ok");
    const [terms, openClass] = administerCommands(FUND_ID);
    if (terms === undefined || openClass === undefined) throw new Error("no commands");
    expect(run(state, terms)).toBe("ok");
    expect(run(state, openClass)).toBe("ALREADY_EXISTS");
  });
});

test("accounts of the chart have codes of their number and what they are kept for", () => {
  expect(accountCode("INVESTMENTS", "EUR")).toBe("1200");
  expect(accountCode("INVESTMENTS", "EUR", { currency: "USD" })).toBe("1200-USD");
  expect(accountCode("EXCHANGE_BASE", "EUR", { currency: "USD" })).toBe("1900-USD");
  expect(accountCode("UNIT_CAPITAL", "EUR", { classCode: "B" })).toBe("3000-B");
  expect(accountCode("POSITION", "EUR", { asset: "IE00B4L5Y983/4" })).toBe("1800-IE00B4L5Y983");
});

test("every kind of account has a number of its own, and units count in their asset", () => {
  const numbers = Object.values(CHART).map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  const scope = { classCode: "A", asset: "QSFUNDA00013/4", investorAccountId: "x" };
  expect(fundAccount("ACCOUNT_UNITS", "EUR", scope)).toMatchObject({
    code: "3801-A-x",
    currency: "QSFUNDA00013/4",
    accountType: "EQUITY",
  });
});

test("a fact of administration posts to managed accounts, and leaves entries of zero out", () => {
  const draft = administered().fork();
  const idOf = (code: string) => accountByCode(draft, code)?.id ?? "";
  const posted = postFact(draft, {
    transactionId: "018f0000-0000-7000-8000-0000000000d2",
    effectiveDate: "2026-10-15",
    description: "Subscription",
    fact: "ORDER",
    factId: "018f0000-0000-7000-8000-0000000000d3",
    entries: [
      { accountId: idOf("1100"), side: "DEBIT", amountMinor: 50_000n },
      { accountId: idOf("3000-A"), side: "CREDIT", amountMinor: 50_000n },
      { accountId: idOf("2220"), side: "CREDIT", amountMinor: 0n },
    ],
  });
  expect(posted.entries).toHaveLength(2);
  expect(accountByCode(draft, "3000-A")?.balanceMinor).toBe(50_000n);
});

test("the chart opens an account once, in its currency, and the exchange account in base", () => {
  const chart = new FundChart(sampleBook());
  const first = chart.idOf("EXCHANGE_BASE", { currency: "USD" });
  expect(chart.idOf("EXCHANGE_BASE", { currency: "USD" })).toBe(first);
  chart.idOf("BANK", { currency: "USD" });
  expect(chart.opened).toMatchObject([
    { code: "1900-USD", currency: "EUR", managed: true, countsAsCash: false },
    { code: "1000-USD", currency: "USD", countsAsCash: true },
  ]);
});
