import { z } from "zod";
import { ofDecider } from "./approvals.ts";

/**
 * What the ledger publishes of valuations of a fund. Amounts, prices, quantities and rates are decimal strings;
 * an amount is in the fund's base currency unless it names another. Dates are calendar dates, `YYYY-MM-DD`.
 */

/** A price as it was used: of which day, and where its record stands. */
const usedPrice = z.object({
  price: z.string(),
  kind: z.enum(["LAST", "BID", "MID", "NOMINAL_PERCENT"]),
  date: z.string(),
  source: z.string(),
  /** The fund whose own price it is; null for one of the tenant. */
  fundId: z.string().nullable(),
  position: z.number().int(),
  line: z.number().int(),
});

/** Units of the currency for one of the base currency are `units / per`; a cross rate is not rounded. */
const usedRate = z.object({
  currency: z.string(),
  units: z.string(),
  per: z.string(),
  date: z.string(),
  records: z.array(
    z.object({
      base: z.string(),
      quote: z.string(),
      rate: z.string(),
      date: z.string(),
      source: z.string(),
      position: z.number().int(),
      line: z.number().int(),
    }),
  ),
});

const valuedPosition = z.object({
  isin: z.string(),
  /** Of the security, and of the amounts of the position. */
  currency: z.string(),
  quantity: z.string(),
  cost: z.string(),
  /** What earlier valuations posted of value less cost. */
  appreciation: z.string(),
  price: usedPrice.nullable(),
  /** Of a bond: interest accrued up to the NAV date. */
  interest: z.string().nullable(),
});

const feePeriods = z.object({
  kind: z.enum(["MANAGEMENT", "ADMINISTRATION", "CUSTODY"]),
  periods: z.array(
    z.object({
      tiers: z.array(z.object({ from: z.string(), rate: z.string() })),
      /** The part of a year, as a fraction of whole numbers. */
      numerator: z.string(),
      denominator: z.string(),
    }),
  ),
});

const valuedClass = z.object({
  classId: z.string(),
  code: z.string(),
  currency: z.string(),
  units: z.string(),
  /** Net assets after the dealing of the last valuation. */
  opening: z.string(),
  /** Income less expenses of its own since then. */
  ownItems: z.string(),
  /** The same since the class was opened. */
  ownItemsEver: z.string(),
  fees: z.array(feePeriods),
});

const inputs = z.object({
  baseCurrency: z.string(),
  navDecimals: z.number().int(),
  navRounding: z.enum(["HALF_UP", "HALF_EVEN", "DOWN"]),
  /** NAV date of the last valuation; null for the first. */
  since: z.string().nullable(),
  rates: z.array(usedRate),
  positions: z.array(valuedPosition),
  /** Accrued interest by currency: up to the NAV date, and what stands in the books of it. */
  interests: z.array(z.object({ currency: z.string(), due: z.string(), posted: z.string() })),
  /** Exchange accounts by foreign currency: the net position in it, and what the base currency carries it at. */
  exchanges: z.array(z.object({ currency: z.string(), net: z.string(), carried: z.string() })),
  /** Income less expenses less what was allocated to classes. */
  unallocated: z.string(),
  fees: z.array(feePeriods),
  classes: z.array(valuedClass),
});

const check = z.object({
  kind: z.enum([
    "PRICE_MISSING",
    "PRICE_STALE",
    "PRICE_MOVED",
    "RATE_MISSING",
    "RATE_STALE",
    "NAV_MOVED",
    "TRIAL_BALANCE",
    "FOREIGN_RESULT",
    "REGISTER",
    "NAV_ROUNDED_TO_ZERO",
    "CASH_UNRECONCILED",
    "RESULT_UNALLOCATED",
  ]),
  severity: z.enum(["BLOCKING", "WARNING"]),
  /** What the rows were held against; null where nothing is allowed. */
  threshold: z.string().nullable(),
  /** How many rows there are; the first of them follow. */
  count: z.number().int(),
  rows: z.array(z.object({ subject: z.string(), found: z.string() })),
});

const classFigures = z.object({
  classId: z.string(),
  code: z.string(),
  currency: z.string(),
  units: z.string(),
  fees: z.string(),
  commonShare: z.string(),
  result: z.string(),
  /** In the base currency, and in the currency of the class. */
  netAssetsBase: z.string(),
  netAssets: z.string(),
  /** In the currency of the class; null when no units are in issue. */
  navPerUnit: z.string().nullable(),
});

const figures = z.object({
  netAssets: z.string(),
  commonResult: z.string(),
  /** Common result that no class could bear. */
  unallocated: z.string(),
  classes: z.array(classFigures),
  fees: z.array(z.object({ kind: z.string(), classId: z.string().nullable(), amount: z.string() })),
  revaluations: z.array(
    z.object({
      currency: z.string(),
      net: z.string(),
      carried: z.string(),
      change: z.string(),
    }),
  ),
});

const ofValuation = z.object({ valuationId: z.string(), fundId: z.string(), navDate: z.string() });

/** What makes an order good that was dealt at a wrong NAV. */
const compensation = z.object({
  orderId: z.string(),
  classId: z.string(),
  /** Ledger account of the units. */
  accountId: z.string(),
  /** The last two put capital, and the charge that a class keeps, to the right exchange rate. */
  kind: z.enum(["UNITS", "BY_MANAGER", "TO_INVESTOR", "RATE", "RATE_OF_CHARGE"]),
  units: z.string(),
  /** In the currency of the class, and in the base currency. */
  currency: z.string(),
  amount: z.string(),
  amountBase: z.string(),
});

/** Of a valuation that is to take the place of a published one. */
const restatement = z.object({
  restatementId: z.string(),
  /** The valuation whose NAV was wrong. */
  supersedes: z.string(),
  reason: z.string(),
  compensations: z.array(compensation),
});

/** Payloads of events by type. */
export const valuationPayloads = {
  NavCalculated: ofValuation.extend({
    currency: z.string(),
    /** Position of the book, and of the tenant's own, up to which everything was read. */
    readAt: z.number().int(),
    tenantReadAt: z.number().int(),
    /** SHA-256 of the inputs, hexadecimal. */
    inputsHash: z.string(),
    inputs,
    checks: z.array(check),
    /** Null while a price or a rate is missing. */
    figures: figures.nullable(),
    /** Of a valuation by an API client: the person whose client it is. */
    makerOwner: z.string().optional(),
    restatement: restatement.optional(),
  }),
  NavPublished: ofValuation.extend({
    currency: z.string(),
    netAssets: z.string(),
    classes: z.array(classFigures),
    /** What it posted. */
    transactionIds: z.array(z.string()),
    /** The valuation whose NAV it takes the place of. */
    supersedes: z.string().optional(),
    ...ofDecider,
  }),
  NavDiscarded: ofValuation.extend({ reason: z.string() }),
};

export type ValuationInputs = z.infer<typeof inputs>;
export type ValuationCheck = z.infer<typeof check>;
export type ValuationFigures = z.infer<typeof figures>;
export type Compensation = z.infer<typeof compensation>;
export type NavCalculated = z.infer<typeof valuationPayloads.NavCalculated>;
export type NavPublished = z.infer<typeof valuationPayloads.NavPublished>;
export type NavDiscarded = z.infer<typeof valuationPayloads.NavDiscarded>;
