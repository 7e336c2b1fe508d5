import { z } from "zod";

/**
 * What the ledger publishes of administered funds. Rates, limits and prices are decimal strings; a rate of one
 * percent is "0.01". Dates are calendar dates, `YYYY-MM-DD`.
 */

const rounding = z.enum(["HALF_UP", "HALF_EVEN", "DOWN"]);

/** A fee by slices of its base: each rate counts for what lies above `from`, up to the next tier's. */
const fee = z.object({
  tiers: z.array(z.object({ from: z.string(), rate: z.string() })).min(1),
  dayCount: z.enum(["ACT_365F", "ACT_360", "ACT_ACT_ISDA", "THIRTY_360", "THIRTY_E_360"]),
});

const fundTerms = z.object({
  lei: z.string().nullable(),
  /** Days on which the fund does no business, beside Saturdays and Sundays; in order. */
  holidays: z.array(z.string()),
  valuationFrequency: z.enum(["DAILY", "WEEKLY", "SEMI_MONTHLY", "MONTHLY"]),
  /** Local time, `HH:MM` or `HH:MM:SS`, before which an order has to arrive. */
  cutOffTime: z.string(),
  /** IANA zone of the cut-off. */
  timeZone: z.string(),
  /** Business days between the day of the cut-off and the dealing date. */
  noticeDays: z.number().int(),
  /** Business days from the dealing date to the settlement date. */
  settlementDays: z.number().int(),
  navDecimals: z.number().int(),
  unitDecimals: z.number().int(),
  navRounding: rounding,
  unitRounding: rounding,
  amountRounding: rounding,
  lotMethod: z.enum(["FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"]),
  transactionCosts: z.enum(["EXPENSE", "CAPITALISE"]),
  shortSales: z.boolean(),
  /** Month and day, `MM-DD`. */
  financialYearEnd: z.string(),
  administrationFee: fee.nullable(),
  custodyFee: fee.nullable(),
  /** Sources of prices, the preferred one first; empty when none is preferred. */
  priceSources: z.array(z.string()),
  stalePriceDays: z.number().int(),
  staleRateDays: z.number().int(),
  /** Change of a price, or of the NAV per unit, since the last one that a reviewer has to explain; null for none. */
  priceMoveLimit: z.string().nullable(),
  navMoveLimit: z.string().nullable(),
  /** Error of a NAV per unit, as a share of the right one, from which on it is material. */
  materialityLimit: z.string(),
});

const charge = z.object({ rate: z.string(), to: z.enum(["DISTRIBUTOR", "CLASS"]) });

const shareClassTerms = z.object({
  distribution: z.enum(["ACCUMULATING", "DISTRIBUTING"]),
  managementFee: fee.nullable(),
  entryCharge: charge,
  /** What a redemption leaves in the class. */
  exitChargeRate: z.string(),
  /** Amounts in the currency of the class: of the first subscription, and of each further one. */
  minimumInitial: z.string(),
  minimumFurther: z.string(),
});

const shareClassState = z.enum(["OPEN", "SOFT_CLOSED", "CLOSED", "SUSPENDED", "LIQUIDATING"]);

const ofClass = z.object({ classId: z.string(), fundId: z.string() });

/** Payloads of events by type. */
export const fundPayloads = {
  /** All terms of the fund from a date on. */
  FundTermsSet: z.object({ fundId: z.string(), effectiveFrom: z.string(), terms: fundTerms }),
  ShareClassOpened: ofClass.extend({
    /** Short code of the class within its fund, such as `A`. */
    code: z.string(),
    name: z.string(),
    isin: z.string(),
    currency: z.string(),
    unitDecimals: z.number().int(),
    launchDate: z.string(),
    launchPrice: z.string(),
    terms: shareClassTerms,
  }),
  /** All terms of the class from a date on. */
  ShareClassTermsSet: ofClass.extend({ effectiveFrom: z.string(), terms: shareClassTerms }),
  ShareClassStateSet: ofClass.extend({ state: shareClassState, reason: z.string() }),
};

export type Fee = z.infer<typeof fee>;
export type FundTerms = z.infer<typeof fundTerms>;
export type FundTermsSet = z.infer<typeof fundPayloads.FundTermsSet>;
export type ShareClassTerms = z.infer<typeof shareClassTerms>;
export type ShareClassState = z.infer<typeof shareClassState>;
export type ShareClassOpened = z.infer<typeof fundPayloads.ShareClassOpened>;
export type ShareClassTermsSet = z.infer<typeof fundPayloads.ShareClassTermsSet>;
export type ShareClassStateSet = z.infer<typeof fundPayloads.ShareClassStateSet>;
