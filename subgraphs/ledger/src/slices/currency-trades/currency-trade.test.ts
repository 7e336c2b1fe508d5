import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { administerCommands } from "../fund-terms/administered-fund.fixture.ts";
import { balance } from "../orders/order.fixture.ts";
import type { RecordCurrencyTrade } from "./currency-trade.ts";

function administered(): BookState {
  const state = sampleBook();
  for (const command of administerCommands(FUND_ID)) run(state, command);
  return state;
}

const TRADE_ID = "018f0000-0000-7000-8000-00000000e001";
const RATE = { units: "1.1000", per: "1", date: "2026-10-26", source: "ECB" };

const deal = (more: Partial<RecordCurrencyTrade> = {}): RecordCurrencyTrade => ({
  kind: "RecordCurrencyTrade",
  fundId: FUND_ID,
  tradeId: TRADE_ID,
  tradeDate: "2026-10-26",
  settlementDate: "2026-10-28",
  soldCurrency: "USD",
  sold: "50000.00",
  boughtCurrency: "EUR",
  bought: "45248.87",
  costs: "0",
  rate: null,
  reference: null,
  ...more,
});

const settle = {
  kind: "SettleCurrencyTrade",
  fundId: FUND_ID,
  tradeId: TRADE_ID,
  date: null,
} as const;
const cancel = {
  kind: "CancelCurrencyTrade",
  fundId: FUND_ID,
  tradeId: TRADE_ID,
  reason: "Wrong amount",
} as const;

const balances = (state: BookState, ...codes: string[]): string =>
  codes.map((code) => `${code} ${balance(state, code)}`).join(" | ");

describe("an exchange of currencies", () => {
  test.each([
    [
      "sells dollars for euros: the euros are what the dollars were worth",
      {},
      "2000-USD 50000.00 | 1400 45248.87 | 2900-USD -50000.00 | 1900-USD -45248.87",
    ],
    [
      "buys dollars for euros, with costs in euros",
      {
        soldCurrency: "EUR",
        sold: "1000.00",
        boughtCurrency: "USD",
        bought: "1100.00",
        costs: "2.50",
      },
      "2000 1002.50 | 1400-USD 1100.00 | 2900-USD 1100.00 | 1900-USD 1000.00 | 5100 2.50",
    ],
    [
      "sells dollars for yen, worth what the dollars are at the rate of the day, and pays costs in dollars",
      { sold: "110.00", boughtCurrency: "JPY", bought: "16000", costs: "1.10", rate: RATE },
      "2000-USD 111.10 | 1400-JPY 16000 | 2900-USD -111.10 | 1900-USD -101.00 | 2900-JPY 16000 | 1900-JPY 100.00 | 5100 1.00",
    ],
  ])("%s", (_name, more, expected) => {
    const state = administered();
    expect(run(state, deal(more))).toBe("ok");
    const codes = expected.split(" | ").map((each) => each.split(" ")[0] ?? "");
    expect(balances(state, ...codes)).toBe(expected);
  });

  test("moves cash when it is settled, once", () => {
    const state = administered();
    expect([deal(), settle, settle, cancel].map((command) => run(state, command))).toEqual([
      "ok",
      "ok",
      "TRADE_STATE",
      "TRADE_STATE",
    ]);
    expect(balances(state, "1000-USD", "1000", "2000-USD", "1400")).toBe(
      "1000-USD -50000.00 | 1000 45248.87 | 2000-USD 0.00 | 1400 0.00",
    );
  });

  test("leaves nothing when it is cancelled", () => {
    const state = administered();
    const cross = deal({ boughtCurrency: "JPY", bought: "7500000", costs: "1.10", rate: RATE });
    expect([cross, cancel, settle].map((command) => run(state, command))).toEqual([
      "ok",
      "ok",
      "TRADE_STATE",
    ]);
    expect(balances(state, "2000-USD", "1400-JPY", "1900-USD", "1900-JPY", "5100")).toBe(
      "2000-USD 0.00 | 1400-JPY 0 | 1900-USD 0.00 | 1900-JPY 0.00 | 5100 0.00",
    );
  });

  test.each([
    ["its worth is not known", { boughtCurrency: "JPY", bought: "1" }, "RATE_MISSING"],
    ["both currencies are one", { boughtCurrency: "USD" }, "INVALID_INPUT"],
    ["it sells nothing", { sold: "0.00" }, "INVALID_INPUT"],
    ["it buys less than nothing", { bought: "-1.00" }, "INVALID_INPUT"],
    [
      "an amount has too many decimals",
      { boughtCurrency: "JPY", bought: "1.5", rate: RATE },
      "INVALID_INPUT",
    ],
    ["it settles before it is traded", { settlementDate: "2026-10-25" }, "INVALID_INPUT"],
    ["the fund has no terms on its day", { tradeDate: "2026-08-31" }, "INVALID_INPUT"],
    ["a currency is none", { soldCurrency: "usd" }, "INVALID_INPUT"],
  ])("is refused when %s", (_name, more, code) => {
    const state = administered();
    expect(run(state, deal(more))).toBe(code);
    expect(balance(state, "2000-USD")).toBe("none");
  });

  test("is recorded once under an id and a reference", () => {
    const state = administered();
    const other = "018f0000-0000-7000-8000-00000000e002";
    expect(run(state, deal({ reference: "FX-1" }))).toBe("ok");
    expect(run(state, deal())).toBe("ALREADY_EXISTS");
    expect(run(state, deal({ tradeId: other, reference: "FX-1" }))).toBe("ALREADY_EXISTS");
    expect(run(state, { ...settle, tradeId: other })).toBe("TRADE_NOT_FOUND");
  });
});
