import { z } from "zod";
import { envelope } from "./event-envelope.ts";
import { portfolioEvents, portfolioPayloads } from "./portfolio.ts";
import { approvalPayloads, ofAdministrators, ofLimits } from "./approvals.ts";
import { bookkeepingEvents, bookkeepingPayloads, entryDimensions } from "./bookkeeping.ts";
import { fundPayloads } from "./fund-administration.ts";
import { reconciliationPayloads } from "./reconciliation.ts";
import { transactionSource } from "./transaction-source.ts";
import { valuationPayloads } from "./valuation.ts";

/**
 * The events that the ledger publishes and its followers read.
 * Amounts are decimal strings; a balance counts on the account's normal side.
 */
const entry = z.object({
  accountId: z.string(),
  side: z.enum(["DEBIT", "CREDIT"]),
  amount: z.string(),
  currency: z.string(),
  balanceAfter: z.string(),
  /** Its value of each dimension that it has one of, such as a cost centre; absent when it has none. */
  dimensions: entryDimensions.optional(),
});

const fxRate = z.object({
  base: z.string(),
  quote: z.string(),
  /** Units of the quote currency for one unit of the base currency, with `scale` decimals. */
  rate: z.string(),
  scale: z.number().int(),
  baseAmount: z.string(),
  quoteAmount: z.string(),
});

const ofHold = z.object({
  holdId: z.string(),
  fundId: z.string(),
  accountId: z.string(),
  currency: z.string(),
});

const ofAccount = z.object({ accountId: z.string(), fundId: z.string(), reason: z.string() });

const payloads = {
  FundOpened: z.object({ fundId: z.string(), name: z.string(), currency: z.string() }),
  AccountOpened: z.object({
    accountId: z.string(),
    fundId: z.string(),
    code: z.string(),
    name: z.string(),
    type: z.enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"]),
    currency: z.string(),
    minimumBalance: z.string().optional(),
    /** Absent in events recorded before accounts were marked; `countsAsCash` handles both. */
    countsAsCash: z.boolean().optional(),
    /** Present when only commands of fund administration post to it. */
    managed: z.literal(true).optional(),
  }),
  /** All details of the account after the change. */
  AccountRenamed: z.object({
    accountId: z.string(),
    fundId: z.string(),
    name: z.string(),
    parentId: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    countsAsCash: z.boolean(),
  }),
  /** Where the account stands in the statements, and the part of the cash flow that it belongs to. */
  AccountClassified: z.object({
    accountId: z.string(),
    fundId: z.string(),
    class: z.enum([
      "CURRENT",
      "NON_CURRENT",
      "SUSPENSE",
      "CAPITAL",
      "RETAINED_EARNINGS",
      "OPENING_BALANCES",
      "ORDINARY",
      "CURRENCY_RESULT",
    ]),
    cashFlow: z.enum(["OPERATING", "INVESTING", "FINANCING"]),
  }),
  AccountFloorSet: z.object({
    accountId: z.string(),
    fundId: z.string(),
    currency: z.string(),
    minimumBalance: z.string().nullable(),
    ...ofLimits,
    ...ofAdministrators,
  }),
  AccountFrozen: ofAccount,
  AccountUnfrozen: ofAccount.extend({ ...ofLimits, ...ofAdministrators }),
  AccountClosed: ofAccount,
  PeriodClosed: z.object({
    periodId: z.string(),
    fundId: z.string(),
    from: z.string().nullable(),
    to: z.string(),
  }),
  PeriodReopened: z.object({
    periodId: z.string(),
    fundId: z.string(),
    reason: z.string(),
    ...ofLimits,
    ...ofAdministrators,
  }),
  TransactionPosted: z.object({
    transactionId: z.string(),
    fundId: z.string(),
    effectiveDate: z.string(),
    description: z.string(),
    reference: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    entries: z.array(entry),
    fx: z.array(fxRate).optional(),
    source: transactionSource,
    /** The person whose debits of the day it counts for; absent where no limit by day applies. */
    countedFor: z.string().optional(),
    /** Position of the tenant's book whose limits and dimensions applied; absent while it has no events. */
    limitsAt: z.number().int().optional(),
  }),
  HoldPlaced: ofHold.extend({
    amount: z.string(),
    contraAccountId: z.string().nullable(),
    description: z.string(),
    reference: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    expiresAt: z.string().nullable(),
  }),
  HoldCaptured: ofHold.extend({
    transactionId: z.string(),
    amount: z.string(),
    remaining: z.string(),
  }),
  HoldVoided: ofHold.extend({ released: z.string(), reason: z.string().nullable() }),
  HoldExpired: ofHold.extend({ released: z.string() }),
  ...approvalPayloads,
  ...portfolioPayloads,
  /** A bank's file; its lines follow as `StatementLinesRead`, and what they post, up to `StatementImported`. */
  StatementReceived: z.object({
    importId: z.string(),
    fundId: z.string(),
    accountId: z.string(),
    currency: z.string(),
    format: z.string(),
    iban: z.string().nullable(),
    /** SHA-256 of the file's bytes, hexadecimal. */
    fileHash: z.string(),
    /** First and last booking date; null when no line was booked. */
    from: z.string().nullable(),
    to: z.string().nullable(),
    lines: z.number().int(),
    skipped: z.number().int(),
    openingBalance: z.string().nullable(),
    closingBalance: z.string().nullable(),
    /** Holes in the chain of balances. */
    breaks: z.array(
      z.object({
        kind: z.enum(["BETWEEN_LINES", "BETWEEN_STATEMENTS", "SINCE_LAST_IMPORT"]),
        expected: z.string(),
        found: z.string(),
        /** Line of the file behind the hole, where one is. */
        line: z.number().int().optional(),
      }),
    ),
    /** How a CSV was read; null for other formats. */
    reading: z.record(z.string(), z.unknown()).nullable(),
    rules: z.array(
      z.object({
        contains: z.array(z.string()),
        direction: z.enum(["IN", "OUT"]),
        accountId: z.string(),
        dimensions: entryDimensions.optional(),
      }),
    ),
    receiptsAccountId: z.string().nullable(),
    paymentsAccountId: z.string().nullable(),
    /** All of its lines wait: together they are above the limit of what one person imports in one day. */
    waits: z.literal(true).optional(),
  }),
  /** Lines of a bank's file in its order; each with a transaction is posted or proposed right behind it. */
  StatementLinesRead: z.object({
    importId: z.string(),
    fundId: z.string(),
    accountId: z.string(),
    currency: z.string(),
    /** Number of the first of them in the statement, from 1. */
    first: z.number().int(),
    lines: z.array(
      z.object({
        /** Line in the file, from 1. */
        fileLine: z.number().int(),
        effectiveDate: z.string(),
        bookingDate: z.string(),
        /** Signed: positive came in. */
        amount: z.string(),
        description: z.string(),
        reference: z.string().nullable(),
        counterparty: z.string().optional(),
        reversal: z.literal(true).optional(),
        details: z.record(z.string(), z.string()).optional(),
        /** What makes it the same line in another file: the key of the command that posts it. */
        identity: z.string(),
        verdict: z.enum(["NEW", "DUPLICATE", "POSSIBLE_DUPLICATE"]),
        /** Null when it is left out. */
        transactionId: z.string().nullable(),
        /** Of a possible duplicate: the transaction it may be the same as. */
        earlierId: z.string().optional(),
      }),
    ),
  }),
  StatementImported: z.object({
    importId: z.string(),
    fundId: z.string(),
    accountId: z.string(),
    currency: z.string(),
    format: z.string(),
    iban: z.string().nullable(),
    importedAt: z.string(),
    /** Booked lines of the file; each was posted, proposed for approval, is a duplicate or a possible one. */
    lines: z.number().int(),
    posted: z.number().int(),
    proposed: z.number().int(),
    duplicates: z.number().int(),
    /** Lines left out because they may be in the book in another form; absent in events of earlier versions. */
    possibleDuplicates: z.number().int().optional(),
    /** Lines that were not imported: not booked yet, or without an amount. */
    skipped: z.number().int(),
    openingBalance: z.string().nullable(),
    closingBalance: z.string().nullable(),
  }),
  /** An import was taken back: the reversals of all that it posted follow. */
  StatementUndone: z.object({
    importId: z.string(),
    fundId: z.string(),
    accountId: z.string(),
    reason: z.string(),
    /** How many reversals follow. */
    transactions: z.number().int(),
  }),
  /** A person found a possible duplicate to be a line of its own: its posting or proposal follows. */
  StatementLineConfirmed: z.object({
    importId: z.string(),
    fundId: z.string(),
    accountId: z.string(),
    currency: z.string(),
    /** Number of the line in its statement, from 1. */
    line: z.number().int(),
    identity: z.string(),
    transactionId: z.string(),
    amount: z.string(),
    effectiveDate: z.string(),
  }),
  /** A person found a possible duplicate to be one. */
  StatementLineRejected: z.object({
    importId: z.string(),
    fundId: z.string(),
    line: z.number().int(),
    reason: z.string(),
  }),
  ...fundPayloads,
  ...valuationPayloads,
  ...reconciliationPayloads,
  ...bookkeepingPayloads,
};

export type {
  CommentAdded,
  CounterpartySet,
  DimensionSet,
  DimensionValuesSet,
  FileAttached,
  JournalTemplateSet,
} from "./bookkeeping.ts";
export type {
  CorporateActionRecorded,
  CurrencyTradeCancelled,
  CurrencyTradeRecorded,
  CurrencyTradeSettled,
  LotChange,
  TradeRecorded,
} from "./portfolio.ts";
export type FundOpened = z.infer<typeof payloads.FundOpened>;
export type AccountOpened = z.infer<typeof payloads.AccountOpened>;
export type AccountRenamed = z.infer<typeof payloads.AccountRenamed>;
export type AccountFloorSet = z.infer<typeof payloads.AccountFloorSet>;
export type StatementImported = z.infer<typeof payloads.StatementImported>;
export type StatementUndone = z.infer<typeof payloads.StatementUndone>;
export type StatementReceived = z.infer<typeof payloads.StatementReceived>;
export type StatementLinesRead = z.infer<typeof payloads.StatementLinesRead>;
export type ImportRulesSet = z.infer<typeof payloads.ImportRulesSet>;
export type LinesMatched = z.infer<typeof payloads.LinesMatched>;
export type LinesUnmatched = z.infer<typeof payloads.LinesUnmatched>;
export type ReconcilingItemUpdated = z.infer<typeof payloads.ReconcilingItemUpdated>;
export type AccountStatusChange = z.infer<typeof ofAccount>;
export type PeriodClosed = z.infer<typeof payloads.PeriodClosed>;
export type PeriodReopened = z.infer<typeof payloads.PeriodReopened>;
export type TransactionPosted = z.infer<typeof payloads.TransactionPosted>;
export type HoldPlaced = z.infer<typeof payloads.HoldPlaced>;
export type HoldCaptured = z.infer<typeof payloads.HoldCaptured>;
export type HoldVoided = z.infer<typeof payloads.HoldVoided>;
export type HoldExpired = z.infer<typeof payloads.HoldExpired>;
export type ApprovalLimitSet = z.infer<typeof payloads.ApprovalLimitSet>;
export type TransactionProposed = z.infer<typeof payloads.TransactionProposed>;
export type ChangeProposed = z.infer<typeof payloads.ChangeProposed>;
export type ProposalApproved = z.infer<typeof payloads.ProposalApproved>;
export type ProposalRejected = z.infer<typeof payloads.ProposalRejected>;
export type ProposalWithdrawn = z.infer<typeof payloads.ProposalWithdrawn>;
export type FxRate = z.infer<typeof fxRate>;
export type AccountType = AccountOpened["type"];
export type EntrySide = TransactionPosted["entries"][number]["side"];

/** One committed event of a book; the positions of a book run 1, 2, 3 … without a gap. */
export const ledgerEventSchema = z.discriminatedUnion("type", [
  envelope.extend({ type: z.literal("FundOpened"), payload: payloads.FundOpened }),
  envelope.extend({ type: z.literal("AccountOpened"), payload: payloads.AccountOpened }),
  envelope.extend({ type: z.literal("AccountRenamed"), payload: payloads.AccountRenamed }),
  envelope.extend({ type: z.literal("AccountClassified"), payload: payloads.AccountClassified }),
  envelope.extend({ type: z.literal("AccountFloorSet"), payload: payloads.AccountFloorSet }),
  envelope.extend({ type: z.literal("AccountFrozen"), payload: payloads.AccountFrozen }),
  envelope.extend({ type: z.literal("AccountUnfrozen"), payload: payloads.AccountUnfrozen }),
  envelope.extend({ type: z.literal("AccountClosed"), payload: payloads.AccountClosed }),
  envelope.extend({ type: z.literal("PeriodClosed"), payload: payloads.PeriodClosed }),
  envelope.extend({ type: z.literal("PeriodReopened"), payload: payloads.PeriodReopened }),
  envelope.extend({ type: z.literal("TransactionPosted"), payload: payloads.TransactionPosted }),
  envelope.extend({ type: z.literal("HoldPlaced"), payload: payloads.HoldPlaced }),
  envelope.extend({ type: z.literal("HoldCaptured"), payload: payloads.HoldCaptured }),
  envelope.extend({ type: z.literal("HoldVoided"), payload: payloads.HoldVoided }),
  envelope.extend({ type: z.literal("HoldExpired"), payload: payloads.HoldExpired }),
  envelope.extend({ type: z.literal("ApprovalLimitSet"), payload: payloads.ApprovalLimitSet }),
  ...portfolioEvents,
  ...bookkeepingEvents,
  envelope.extend({ type: z.literal("StatementReceived"), payload: payloads.StatementReceived }),
  envelope.extend({ type: z.literal("StatementLinesRead"), payload: payloads.StatementLinesRead }),
  envelope.extend({ type: z.literal("StatementImported"), payload: payloads.StatementImported }),
  envelope.extend({ type: z.literal("StatementUndone"), payload: payloads.StatementUndone }),
  envelope.extend({
    type: z.literal("StatementLineConfirmed"),
    payload: payloads.StatementLineConfirmed,
  }),
  envelope.extend({
    type: z.literal("StatementLineRejected"),
    payload: payloads.StatementLineRejected,
  }),
  envelope.extend({
    type: z.literal("TransactionProposed"),
    payload: payloads.TransactionProposed,
  }),
  envelope.extend({ type: z.literal("ChangeProposed"), payload: payloads.ChangeProposed }),
  envelope.extend({ type: z.literal("ImportRulesSet"), payload: payloads.ImportRulesSet }),
  envelope.extend({ type: z.literal("ApprovalRefused"), payload: payloads.ApprovalRefused }),
  envelope.extend({ type: z.literal("ApprovalGiven"), payload: payloads.ApprovalGiven }),
  envelope.extend({ type: z.literal("LinesMatched"), payload: payloads.LinesMatched }),
  envelope.extend({ type: z.literal("LinesUnmatched"), payload: payloads.LinesUnmatched }),
  envelope.extend({
    type: z.literal("ReconcilingItemUpdated"),
    payload: payloads.ReconcilingItemUpdated,
  }),
  envelope.extend({ type: z.literal("ProposalApproved"), payload: payloads.ProposalApproved }),
  envelope.extend({ type: z.literal("ProposalRejected"), payload: payloads.ProposalRejected }),
  envelope.extend({ type: z.literal("ProposalWithdrawn"), payload: payloads.ProposalWithdrawn }),
  envelope.extend({ type: z.literal("FundTermsSet"), payload: payloads.FundTermsSet }),
  envelope.extend({ type: z.literal("ShareClassOpened"), payload: payloads.ShareClassOpened }),
  envelope.extend({ type: z.literal("ShareClassTermsSet"), payload: payloads.ShareClassTermsSet }),
  envelope.extend({ type: z.literal("ShareClassStateSet"), payload: payloads.ShareClassStateSet }),
  envelope.extend({ type: z.literal("NavCalculated"), payload: payloads.NavCalculated }),
  envelope.extend({ type: z.literal("NavPublished"), payload: payloads.NavPublished }),
  envelope.extend({ type: z.literal("NavDiscarded"), payload: payloads.NavDiscarded }),
  envelope.extend({
    type: z.literal("InvestorsRegistered"),
    payload: payloads.InvestorsRegistered,
  }),
  envelope.extend({ type: z.literal("KycStateSet"), payload: payloads.KycStateSet }),
  envelope.extend({ type: z.literal("InvestorErased"), payload: payloads.InvestorErased }),
  envelope.extend({
    type: z.literal("InvestorAccountOpened"),
    payload: payloads.InvestorAccountOpened,
  }),
  envelope.extend({ type: z.literal("OrderPlaced"), payload: payloads.OrderPlaced }),
  envelope.extend({ type: z.literal("OrderApproved"), payload: payloads.OrderApproved }),
  envelope.extend({ type: z.literal("OrderApprovalGiven"), payload: payloads.OrderApprovalGiven }),
  envelope.extend({
    type: z.literal("OrderApprovalRefused"),
    payload: payloads.OrderApprovalRefused,
  }),
  envelope.extend({ type: z.literal("OrderRejected"), payload: payloads.OrderRejected }),
  envelope.extend({ type: z.literal("OrderCancelled"), payload: payloads.OrderCancelled }),
  envelope.extend({ type: z.literal("OrderDeferred"), payload: payloads.OrderDeferred }),
  envelope.extend({ type: z.literal("OrderDealt"), payload: payloads.OrderDealt }),
  envelope.extend({ type: z.literal("OrderSettled"), payload: payloads.OrderSettled }),
]);
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

/** An event of any type: a follower skips types it lacks, so a newer ledger does not stop it. */
export const unknownEventSchema = envelope.extend({ type: z.string(), payload: z.unknown() });
export type UnknownEvent = z.infer<typeof unknownEventSchema>;

/** Which accounts count as cash, as a sentence for the `method` of every cash figure. */
export const CASH_RULE =
  'An account counts as cash when it is marked so; by default, ASSET accounts whose code begins with "10", "CASH" or "BANK" are marked. The present mark applies to all days.';

const CASH_CODE = /^(10|cash|bank)/i;

/** Whether an account is marked as cash by default: charts of accounts keep cash under 10. */
export const isCashAccount = (type: AccountType, code: string): boolean =>
  type === "ASSET" && CASH_CODE.test(code);

/** Whether an account counts as cash when it opens, until it is marked otherwise. */
export const countsAsCash = (
  opened: Pick<AccountOpened, "type" | "code" | "countsAsCash">,
): boolean => opened.countsAsCash ?? isCashAccount(opened.type, opened.code);
