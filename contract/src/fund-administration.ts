import { z } from "zod";
import { ofDecider } from "./approvals.ts";

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

const kycState = z.enum(["PENDING", "CLEARED", "EXPIRED", "BLOCKED"]);

/** Nothing of a person: names, addresses and the like are outside of the log, and can be erased. */
const registeredInvestor = z.object({
  id: z.string(),
  /** Unique among the tenant's investors. */
  reference: z.string(),
  kind: z.enum(["PERSON", "LEGAL_ENTITY"]),
  /** ISO 3166-1 alpha-2. */
  taxCountry: z.string(),
  kycState,
  /** Last day of a clearance; null for none. */
  kycUntil: z.string().nullable(),
  /** SHA-256 of a salt and the personal data, hexadecimal; the salt is erased with the data. */
  commitment: z.string(),
});

const ofInvestor = z.object({ fundId: z.null(), investorId: z.string() });

const ofOrder = z.object({ orderId: z.string(), fundId: z.string() });

const orderPlaced = ofOrder.extend({
  orderKind: z.enum(["SUBSCRIPTION", "REDEMPTION", "SWITCH", "TRANSFER"]),
  /** Of a switch: whether units leave this class or come into it. Null for others. */
  leg: z.enum(["OUT", "IN"]).nullable(),
  /** Of a switch: the order of the other leg. */
  linkedOrderId: z.string().nullable(),
  classId: z.string(),
  investorId: z.string(),
  /** Account of the investor's units. */
  accountId: z.string(),
  /** Of a transfer: who receives the units, and on which account. */
  toInvestorId: z.string().nullable(),
  toAccountId: z.string().nullable(),
  currency: z.string(),
  /** Either an amount in the currency of the class, or units. */
  amount: z.string().nullable(),
  units: z.string().nullable(),
  /** Rate of the charge that was agreed on for this order; null for that of the class. */
  chargeRate: z.string().nullable(),
  /** Units that are reserved while the order waits. */
  heldUnits: z.string(),
  receivedAt: z.string(),
  cutOffAt: z.string(),
  dealingDate: z.string(),
  settlementDate: z.string(),
  reference: z.string().nullable(),
  status: z.enum(["ACCEPTED", "WAITING_APPROVAL"]),
  maker: z.string(),
  makerOwner: z.string().optional(),
  /** Position of the tenant's book whose investors and limits applied. */
  investorsAt: z.number().int(),
  /**
   * What limits judged, in the currency: the amount, or units at the last price. Absent of the leg into a class, and
   * of orders of earlier versions, which the limit of one posting alone judged.
   */
  worth: z.string().optional(),
  /** How many people have to approve while it waits; one when absent. */
  approvers: z.number().int().optional(),
  /** For whose day it counts, where limits by day apply. */
  countedFor: z.string().optional(),
});

const orderDealt = ofOrder.extend({
  classId: z.string(),
  /** The valuation whose NAV is the price; null for a transfer. */
  valuationId: z.string().nullable(),
  dealingDate: z.string(),
  /** NAV per unit in the currency of the class; null for a transfer. */
  price: z.string().nullable(),
  /** Units of the class's currency for one of the base currency are `units / per`; null where they are the same. */
  rate: z.object({ units: z.string(), per: z.string() }).nullable(),
  units: z.string(),
  currency: z.string(),
  /** What the investor pays, or what the units redeemed are worth, before charges. */
  amount: z.string(),
  charge: z.string(),
  transactionId: z.string(),
});

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
  InvestorsRegistered: z.object({
    fundId: z.null(),
    investors: z.array(registeredInvestor).min(1),
  }),
  KycStateSet: ofInvestor.extend({
    state: kycState,
    until: z.string().nullable(),
    reason: z.string(),
  }),
  /** The personal data of an investor were erased. */
  InvestorErased: ofInvestor.extend({ reason: z.string() }),
  /** An investor's units of a class are kept on this account from now on. */
  InvestorAccountOpened: ofClass.extend({ accountId: z.string(), investorId: z.string() }),
  OrderPlaced: orderPlaced,
  /** A second approver agreed; the order waits for the dealing date that follows the approval. */
  OrderApproved: ofOrder.extend({
    ...ofDecider,
    cutOffAt: z.string(),
    dealingDate: z.string(),
    settlementDate: z.string(),
  }),
  /** One of several second approvers agreed; the order waits for the others. */
  OrderApprovalGiven: ofOrder.extend(ofDecider),
  /** Who may not approve an order tried to: its maker, or another name of the same person. It goes on waiting. */
  OrderApprovalRefused: ofOrder.extend({
    ...ofDecider,
    isMaker: z.boolean(),
    reason: z.enum(["APPROVED_BEFORE", "LIMIT_CHANGED"]).optional(),
    /** With LIMIT_CHANGED: how many people have to approve from now on, each anew. */
    approvers: z.number().int().optional(),
  }),
  /** The order is not dealt; the units that it reserved are free. */
  OrderRejected: ofOrder.extend({ code: z.string(), reason: z.string() }),
  OrderCancelled: ofOrder.extend({ reason: z.string() }),
  /** The order waits for a later dealing date. */
  OrderDeferred: ofOrder.extend({
    cutOffAt: z.string(),
    dealingDate: z.string(),
    settlementDate: z.string(),
    reason: z.string(),
  }),
  OrderDealt: orderDealt,
  /** Money of an order came in or went out, before or after it was dealt. */
  OrderSettled: ofOrder.extend({
    currency: z.string(),
    amount: z.string(),
    date: z.string(),
    transactionId: z.string(),
    /** The posted line of the bank that it was matched with; null when there is none. */
    bankTransactionId: z.string().nullable(),
  }),
};

export type KycState = z.infer<typeof kycState>;
export type RegisteredInvestor = z.infer<typeof registeredInvestor>;
export type InvestorsRegistered = z.infer<typeof fundPayloads.InvestorsRegistered>;
export type KycStateSet = z.infer<typeof fundPayloads.KycStateSet>;
export type InvestorErased = z.infer<typeof fundPayloads.InvestorErased>;
export type InvestorAccountOpened = z.infer<typeof fundPayloads.InvestorAccountOpened>;
export type OrderPlaced = z.infer<typeof orderPlaced>;
export type OrderApproved = z.infer<typeof fundPayloads.OrderApproved>;
export type OrderApprovalGiven = z.infer<typeof fundPayloads.OrderApprovalGiven>;
export type OrderApprovalRefused = z.infer<typeof fundPayloads.OrderApprovalRefused>;
export type OrderRejected = z.infer<typeof fundPayloads.OrderRejected>;
export type OrderCancelled = z.infer<typeof fundPayloads.OrderCancelled>;
export type OrderDeferred = z.infer<typeof fundPayloads.OrderDeferred>;
export type OrderDealt = z.infer<typeof orderDealt>;
export type OrderSettled = z.infer<typeof fundPayloads.OrderSettled>;
export type Fee = z.infer<typeof fee>;
export type FundTerms = z.infer<typeof fundTerms>;
export type FundTermsSet = z.infer<typeof fundPayloads.FundTermsSet>;
export type ShareClassTerms = z.infer<typeof shareClassTerms>;
export type ShareClassState = z.infer<typeof shareClassState>;
export type ShareClassOpened = z.infer<typeof fundPayloads.ShareClassOpened>;
export type ShareClassTermsSet = z.infer<typeof fundPayloads.ShareClassTermsSet>;
export type ShareClassStateSet = z.infer<typeof fundPayloads.ShareClassStateSet>;
