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
};
