import { z } from "zod";

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
  }),
  TradeSettled: ofTrade.extend({ date: z.string(), transactionId: z.string() }),
  TradeFailed: ofTrade.extend({ reason: z.string() }),
  TradeCancelled: ofTrade.extend({
    reason: z.string(),
    bookedOn: z.string(),
    earlier: z.number().int(),
    lots: z.array(lotChange),
    transactionId: z.string(),
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

export type LotChange = z.infer<typeof lotChange>;
export type TradeRecorded = z.infer<typeof portfolioPayloads.TradeRecorded>;
