import { newId } from "@allfunds/platform/ids";
import type { BookCommand } from "../slices/model.ts";
import { securityId } from "../slices/securities/security.ts";

const SHARE = "IE00B4L5Y983";
const BOND = "DE0001102580";

/** Securities, prices and rates as a tenant records them. */
export function tenantFacts(tenantId: string): BookCommand[] {
  return [
    {
      kind: "RegisterSecurities",
      batchId: newId(),
      securities: [
        {
          id: securityId(tenantId, SHARE),
          isin: SHARE,
          name: "World shares",
          securityType: "FUND",
          currency: "EUR",
          quantityDecimals: 4,
          bond: null,
        },
        {
          id: securityId(tenantId, BOND),
          isin: BOND,
          name: "Bond of 2032",
          securityType: "BOND",
          currency: "EUR",
          quantityDecimals: 2,
          bond: {
            couponRate: "0.0425",
            frequency: 2,
            dayCount: "ACT_ACT_ICMA",
            accruesFrom: "2022-01-15",
            firstCoupon: "2022-06-30",
            maturity: "2032-12-31",
            isMonthEnd: true,
            exCouponDays: 7,
          },
        },
      ],
    },
    {
      kind: "RecordPrices",
      fundId: null,
      batchId: newId(),
      prices: [
        {
          isin: SHARE,
          date: "2026-06-30",
          price: "98.70",
          currency: "EUR",
          kind: "LAST",
          source: "XETR",
        },
        {
          isin: BOND,
          date: "2026-06-30",
          price: "101.125",
          currency: "EUR",
          kind: "NOMINAL_PERCENT",
          source: "Vendor",
        },
      ],
    },
    {
      kind: "RecordExchangeRates",
      batchId: newId(),
      rates: [
        { date: "2026-06-30", base: "EUR", quote: "USD", rate: "1.0800", source: "ECB" },
        { date: "2026-06-30", base: "EUR", quote: "JPY", rate: "161.8", source: "ECB" },
      ],
    },
  ];
}

/** A price that only this fund uses. */
export const fundPrices = (fundId: string): BookCommand => ({
  kind: "RecordPrices",
  fundId,
  batchId: newId(),
  prices: [
    {
      isin: SHARE,
      date: "2026-06-30",
      price: "98.65",
      currency: "EUR",
      kind: "MID",
      source: "Board",
    },
  ],
});

/** Trades in two currencies: one late, one settled, one failed and one cancelled. */
export function portfolioCommands(fundId: string): BookCommand[] {
  const [first, second, late, dollars] = [newId(), newId(), newId(), newId()];
  const of = { fundId, reason: "Checked" };
  return [
    {
      kind: "RecordTrades",
      fundId,
      trades: [
        tradeOf(first, "2026-10-05", "BUY", "10", { reference: "trade 1" }),
        tradeOf(second, "2026-10-07", "SELL", "4", {}),
        tradeOf(dollars, "2026-10-08", "BUY", "3", {
          security: { ...SHARE_TERMS, isin: "US0378331005", currency: "USD" },
          rate: { units: "1.0800", per: "1", date: "2026-10-08", source: "ECB" },
        }),
      ],
    },
    {
      kind: "RecordTrades",
      fundId,
      trades: [tradeOf(late, "2026-10-02", "BUY", "5", { price: "8.00" })],
    },
    ...actionsOf(fundId),
    ...currencyTradesOf(fundId),
    { kind: "SettleTrades", fundId, tradeIds: [first], date: null },
    { kind: "FailTrade", ...of, tradeId: second },
    { kind: "CancelTrade", ...of, tradeId: second, isin: SHARE },
  ];
}

/** Dollars sold for euros and settled, and dollars sold for yen with costs, which is cancelled. */
function currencyTradesOf(fundId: string): BookCommand[] {
  const [euros, yen] = [newId(), newId()];
  const deal = {
    kind: "RecordCurrencyTrade",
    fundId,
    tradeDate: "2026-10-12",
    settlementDate: "2026-10-14",
    soldCurrency: "USD",
    sold: "20.00",
  } as const;
  const rate = { units: "1.0800", per: "1", date: "2026-10-12", source: "ECB" };
  return [
    {
      ...deal,
      tradeId: euros,
      boughtCurrency: "EUR",
      bought: "18.10",
      costs: "0",
      rate: null,
      reference: "deal 1",
    },
    {
      ...deal,
      tradeId: yen,
      boughtCurrency: "JPY",
      bought: "2990",
      costs: "0.50",
      rate,
      reference: null,
    },
    { kind: "SettleCurrencyTrade", fundId, tradeId: euros, date: null },
    { kind: "CancelCurrencyTrade", fundId, tradeId: yen, reason: "Withdrawn" },
  ];
}

/** A dividend that is paid, and a spin-off that is cancelled. */
function actionsOf(fundId: string): BookCommand[] {
  const [dividend, spinOff] = [newId(), newId()];
  const action = {
    security: SHARE_TERMS,
    into: null,
    payDate: "2026-10-20",
    perUnit: null,
    newUnits: null,
    oldUnits: null,
    costShare: null,
    cashPerUnit: null,
    cashCostShare: null,
    fractionPrice: null,
    fractionDecimals: 0,
    withholdingRate: "0.15",
    reclaimableShare: "0.5",
    rate: { units: "1", per: "1", date: null, source: null },
  };
  const paid = {
    ...action,
    actionId: dividend,
    actionKind: "DIVIDEND",
    exDate: "2026-10-06",
    perUnit: "0.50",
  } as const;
  const separated = {
    ...action,
    actionId: spinOff,
    actionKind: "SPIN_OFF",
    exDate: "2026-10-12",
    into: { ...SHARE_TERMS, isin: "CH0012032048" },
    newUnits: "1",
    oldUnits: "4",
    costShare: "0.1",
    fractionPrice: "7.00",
  } as const;
  const of = { fundId, actionId: spinOff, isin: SHARE, reason: "Withdrawn" };
  return [
    { kind: "RecordCorporateAction", fundId, action: paid },
    { kind: "PayCorporateAction", fundId, actionId: dividend, date: null, amount: null },
    { kind: "RecordCorporateAction", fundId, action: separated },
    { kind: "CancelCorporateAction", ...of },
  ];
}

const SHARE_TERMS = {
  id: "018f0000-0000-7000-8000-00000000a001",
  isin: SHARE,
  name: "World shares",
  securityType: "FUND",
  currency: "EUR",
  quantityDecimals: 4,
  bond: null,
} as const;

type Trade = Extract<BookCommand, { readonly kind: "RecordTrades" }>["trades"][number];

const tradeOf = (
  tradeId: string,
  tradeDate: string,
  side: "BUY" | "SELL",
  quantity: string,
  more: Partial<Trade>,
): Trade => ({
  tradeId,
  security: SHARE_TERMS,
  side,
  tradeDate,
  settlementDate: tradeDate,
  time: null,
  unitsBasis: "NEW",
  quantity,
  price: "10.00",
  gross: null,
  costs: "1.00",
  accrued: null,
  rate: { units: "1", per: "1", date: null, source: null },
  reference: null,
  lots: [],
  ...more,
});
