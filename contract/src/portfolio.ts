import { z } from "zod";
import { envelope } from "./event-envelope.ts";

/**
 * What the ledger publishes of securities, their prices and exchange rates. Prices, rates and quantities are
 * decimal strings; a share of one percent is "0.01". Dates are calendar dates, `YYYY-MM-DD`.
 */

const bondTerms = z.object({
  couponRate: z.string(),
  frequency: z.number().int(),
  dayCount: z.enum([
    "THIRTY_360",
    "THIRTY_E_360",
    "ACT_360",
    "ACT_365F",
    "ACT_ACT_ISDA",
    "ACT_ACT_ICMA",
  ]),
  accruesFrom: z.string(),
  firstCoupon: z.string().nullable(),
  maturity: z.string(),
  isMonthEnd: z.boolean(),
  exCouponDays: z.number().int(),
});

const security = z.object({
  /** Follows from tenant and ISIN. */
  id: z.string(),
  isin: z.string(),
  name: z.string(),
  securityType: z.enum(["EQUITY", "FUND", "BOND", "RIGHT", "OTHER"]),
  currency: z.string(),
  /** Decimals of a quantity; a bond's quantity is its nominal. */
  quantityDecimals: z.number().int(),
  bond: bondTerms.nullable(),
  /** Country of the issuer's risk, ISO 3166-1 alpha-2. Absent in events of earlier versions, as `sector`. */
  country: z.string().nullable().optional(),
  sector: z
    .enum([
      "ENERGY",
      "MATERIALS",
      "INDUSTRIALS",
      "CONSUMER_DISCRETIONARY",
      "CONSUMER_STAPLES",
      "HEALTH_CARE",
      "FINANCIALS",
      "INFORMATION_TECHNOLOGY",
      "COMMUNICATION_SERVICES",
      "UTILITIES",
      "REAL_ESTATE",
      "GOVERNMENT",
      "OTHER",
    ])
    .nullable()
    .optional(),
});

const price = z.object({
  isin: z.string(),
  date: z.string(),
  price: z.string(),
  currency: z.string(),
  kind: z.enum(["LAST", "BID", "MID", "NOMINAL_PERCENT"]),
  source: z.string(),
});

const exchangeRate = z.object({
  date: z.string(),
  base: z.string(),
  quote: z.string(),
  /** Units of `quote` for one of `base`, as quoted. */
  rate: z.string(),
  source: z.string(),
});

/** A rate by value: `units / per` units of a currency for one of the fund's base currency. */
const rateRecord = z.object({
  units: z.string(),
  per: z.string(),
  /** The day it is for; null for the base currency itself. */
  date: z.string().nullable(),
  source: z.string().nullable(),
});

const ofFact = {
  id: z.string(),
  isin: z.string(),
  /** Currency of the security, in which amounts are. */
  currency: z.string(),
  quantityDecimals: z.number().int(),
  date: z.string(),
  /** In which order the facts were recorded. */
  sequence: z.number().int(),
  rate: rateRecord,
  /** Value date of what it posts. */
  bookedOn: z.string(),
  method: z.enum(["FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"]),
};

const tradeFact = z.object({
  ...ofFact,
  kind: z.enum(["BUY", "SELL"]),
  time: z.string().nullable(),
  unitsBasis: z.enum(["NEW", "OLD"]),
  quantity: z.string(),
  gross: z.string(),
  costs: z.string(),
  accrued: z.string(),
  capitalisesCosts: z.boolean(),
  allowsShort: z.boolean(),
  lots: z.array(z.object({ lotId: z.string(), quantity: z.string() })),
});

/** By how much a fact changes a lot; numbers are signed. */
const lotChange = z.object({
  isin: z.string(),
  /** The trade that opened it. */
  lotId: z.string(),
  side: z.enum(["LONG", "SHORT"]),
  openedOn: z.string(),
  currency: z.string(),
  quantity: z.string(),
  cost: z.string(),
  /** In the fund's base currency. */
  baseCost: z.string(),
});

/** The first in the currency of the security, the others in base. */
const realised = z.object({
  gain: z.string(),
  gainBase: z.string(),
  currencyGainBase: z.string(),
});

const ofAction = { ...ofFact, payDate: z.string().nullable() };

const fractions = z.object({
  /** Decimals of a unit that the position keeps. */
  decimals: z.number().int(),
  /** Of one unit, for cash in lieu; null when nothing is paid. */
  price: z.string().nullable(),
});

const ratio = { newUnits: z.string(), oldUnits: z.string(), fractions };
const into = { ...ratio, intoIsin: z.string(), intoDecimals: z.number().int() };

const actionFact = z.discriminatedUnion("kind", [
  z.object({ ...ofAction, kind: z.literal("SPLIT"), ...ratio }),
  z.object({ ...ofAction, kind: z.literal("RETURN_OF_CAPITAL"), perUnit: z.string() }),
  z.object({
    ...ofAction,
    ...into,
    kind: z.enum(["SPIN_OFF", "RIGHTS"]),
    costShare: z.string(),
  }),
  z.object({
    ...ofAction,
    ...into,
    kind: z.literal("MERGER"),
    cashPerUnit: z.string(),
    cashCostShare: z.string(),
  }),
  z.object({
    ...ofAction,
    kind: z.enum(["DIVIDEND", "COUPON"]),
    perUnit: z.string().nullable(),
    /** Of a coupon by the bond's terms: what one unit of nominal gets, `couponUnits / couponPer`. */
    couponUnits: z.string().nullable(),
    couponPer: z.string().nullable(),
    withholdingRate: z.string(),
    reclaimableShare: z.string(),
    /** Of a coupon: interest that stood accrued of the trades before it. */
    accruedBefore: z.string(),
  }),
]);

const ofActionId = z.object({ fundId: z.string(), actionId: z.string() });

/** Limits judge what it posts; absent in events of earlier versions. */
const ofJudged = { judged: z.literal(true).optional() };

const ofTrade = z.object({ fundId: z.string(), tradeId: z.string() });

/** Payloads of events by type. */
export const portfolioPayloads = {
  SecuritiesRegistered: z.object({
    fundId: z.null(),
    batchId: z.string(),
    securities: z.array(security),
  }),
  PricesRecorded: z.object({
    /** Null in the tenant's own book; otherwise the one fund the prices are for. */
    fundId: z.string().nullable(),
    batchId: z.string(),
    prices: z.array(price),
  }),
  ExchangeRatesRecorded: z.object({
    fundId: z.null(),
    batchId: z.string(),
    rates: z.array(exchangeRate),
  }),
  /** A trade counts from its trade date on; what it posts follows. */
  TradeRecorded: z.object({
    fundId: z.string(),
    fact: tradeFact,
    security,
    price: z.string(),
    settlementDate: z.string(),
    reference: z.string().nullable(),
    /** How many facts there were of its security and of those it depends on. */
    earlier: z.number().int(),
    lots: z.array(lotChange),
    realised,
    transactionId: z.string(),
    /** Whether limits judge what it posts, as they do every posting; absent of trades of earlier versions. */
    judged: z.literal(true).optional(),
  }),
  TradeSettled: ofTrade.extend({ date: z.string(), transactionId: z.string(), ...ofJudged }),
  TradeFailed: ofTrade.extend({ reason: z.string() }),
  TradeCancelled: ofTrade.extend({
    reason: z.string(),
    bookedOn: z.string(),
    earlier: z.number().int(),
    lots: z.array(lotChange),
    transactionId: z.string(),
    ...ofJudged,
  }),
  /** One currency was sold for another; what it posts follows. */
  CurrencyTradeRecorded: ofTrade.extend({
    tradeDate: z.string(),
    /** Value date of what it posts. */
    bookedOn: z.string(),
    settlementDate: z.string(),
    soldCurrency: z.string(),
    sold: z.string(),
    boughtCurrency: z.string(),
    bought: z.string(),
    /** In the currency sold, beside what is sold. */
    costs: z.string(),
    /** What was exchanged is worth in the fund's base currency, and the costs are. */
    soldBase: z.string(),
    costsBase: z.string(),
    /** Of the currency sold; null where the worth follows from the amounts. */
    rate: rateRecord.nullable(),
    reference: z.string().nullable(),
    transactionId: z.string(),
    /** As that of `TradeRecorded`. */
    judged: z.literal(true).optional(),
  }),
  CurrencyTradeSettled: ofTrade.extend({
    date: z.string(),
    transactionId: z.string(),
    ...ofJudged,
  }),
  CurrencyTradeCancelled: ofTrade.extend({
    reason: z.string(),
    bookedOn: z.string(),
    transactionId: z.string(),
    ...ofJudged,
  }),
  /** A corporate action takes effect at the open of its day; what it posts follows. */
  CorporateActionRecorded: z.object({
    fundId: z.string(),
    fact: actionFact,
    security,
    into: security.nullable(),
    earlier: z.number().int(),
    lots: z.array(lotChange),
    realised,
    /** Cash, or what is owed, in the currency of the security. */
    cash: z.string(),
    /** Null when the fund held nothing of it. */
    transactionId: z.string().nullable(),
    ...ofJudged,
  }),
  CorporateActionPaid: ofActionId.extend({
    date: z.string(),
    amount: z.string(),
    transactionId: z.string(),
    ...ofJudged,
  }),
  CorporateActionCancelled: ofActionId.extend({
    reason: z.string(),
    bookedOn: z.string(),
    earlier: z.number().int(),
    lots: z.array(lotChange),
    transactionId: z.string().nullable(),
    ...ofJudged,
  }),
  /** What facts behind one that came late, or was cancelled, now lead to, less what they led to before. */
  LotsReplayed: z.object({
    fundId: z.string(),
    causeId: z.string(),
    facts: z.array(
      z.object({
        factId: z.string(),
        bookedOn: z.string(),
        lots: z.array(lotChange),
        /** Posts the difference; null when only lots differ. */
        transactionId: z.string().nullable(),
      }),
    ),
  }),
};

/** The same with their envelopes. */
export const portfolioEvents = [
  envelope.extend({
    type: z.literal("SecuritiesRegistered"),
    payload: portfolioPayloads.SecuritiesRegistered,
  }),
  envelope.extend({ type: z.literal("PricesRecorded"), payload: portfolioPayloads.PricesRecorded }),
  envelope.extend({
    type: z.literal("ExchangeRatesRecorded"),
    payload: portfolioPayloads.ExchangeRatesRecorded,
  }),
  envelope.extend({ type: z.literal("TradeRecorded"), payload: portfolioPayloads.TradeRecorded }),
  envelope.extend({ type: z.literal("TradeSettled"), payload: portfolioPayloads.TradeSettled }),
  envelope.extend({ type: z.literal("TradeFailed"), payload: portfolioPayloads.TradeFailed }),
  envelope.extend({ type: z.literal("TradeCancelled"), payload: portfolioPayloads.TradeCancelled }),
  envelope.extend({
    type: z.literal("CurrencyTradeRecorded"),
    payload: portfolioPayloads.CurrencyTradeRecorded,
  }),
  envelope.extend({
    type: z.literal("CurrencyTradeSettled"),
    payload: portfolioPayloads.CurrencyTradeSettled,
  }),
  envelope.extend({
    type: z.literal("CurrencyTradeCancelled"),
    payload: portfolioPayloads.CurrencyTradeCancelled,
  }),
  envelope.extend({ type: z.literal("LotsReplayed"), payload: portfolioPayloads.LotsReplayed }),
  envelope.extend({
    type: z.literal("CorporateActionRecorded"),
    payload: portfolioPayloads.CorporateActionRecorded,
  }),
  envelope.extend({
    type: z.literal("CorporateActionPaid"),
    payload: portfolioPayloads.CorporateActionPaid,
  }),
  envelope.extend({
    type: z.literal("CorporateActionCancelled"),
    payload: portfolioPayloads.CorporateActionCancelled,
  }),
] as const;

export type LotChange = z.infer<typeof lotChange>;
export type CurrencyTradeRecorded = z.infer<typeof portfolioPayloads.CurrencyTradeRecorded>;
export type CurrencyTradeSettled = z.infer<typeof portfolioPayloads.CurrencyTradeSettled>;
export type CurrencyTradeCancelled = z.infer<typeof portfolioPayloads.CurrencyTradeCancelled>;
export type TradeRecorded = z.infer<typeof portfolioPayloads.TradeRecorded>;
export type CorporateActionRecorded = z.infer<typeof portfolioPayloads.CorporateActionRecorded>;
