import { z } from "zod";
import { entryDimensions } from "./bookkeeping.ts";

const amountOf = z.object({ currency: z.string(), amount: z.string() });

const ofProposal = z.object({ proposalId: z.string(), fundId: z.string() });

/** Of a posting or of a sensitive change; a change of the tenant's limits has no fund. */
const ofDecision = z.object({ proposalId: z.string(), fundId: z.string().nullable() });

/** Of what an API client decided: the user who owns it; absent for users, and in events of earlier versions. */
export const ofDecider = { deciderOwner: z.string().optional() };

const decision = ofDecision.extend(ofDecider);

/** Of an approval by an administrator, where one of those who approve has to be one. */
const approval = decision.extend({ byAdministrator: z.literal(true).optional() });

/** The tenant has a second administrator: one of those who approve has to be an administrator. */
const needsAdministrator = { needsAdministrator: z.literal(true).optional() };

/** Of what one person changed: the position of the tenant's own book by whose limits; absent while it has none. */
export const ofLimits = { limitsAt: z.number().int().optional() };

/**
 * Of what loosens a control: whether the tenant had a second administrator, where the issuer of tokens sends that.
 * One person made it alone only where there was none, or within a limit of changes.
 */
export const ofAdministrators = { secondAdministrator: z.boolean().optional() };

/** Limits of what one person may do, what waits for approval above them, and what became of it. */
export const approvalPayloads = {
  ApprovalLimitSet: z.object({
    /** Null in the tenant's own book, whose limits apply to every fund without a limit. */
    fundId: z.string().nullable(),
    of: z.enum(["FUND", "TENANT"]),
    currency: z.string(),
    /** Debits above this amount need a second approver; null for no limit. */
    amount: z.string().nullable(),
    /**
     * DAY for the debits of one person in one day (UTC), FUND_DAY for those of all together, COUNTERPARTY_DAY for
     * what is posted with one counterparty, IMPORT_DAY for lines of bank statements that one person imports, CHANGE
     * for sensitive changes; absent for the debits of one posting.
     */
    per: z.enum(["DAY", "FUND_DAY", "COUNTERPARTY_DAY", "IMPORT_DAY", "CHANGE"]).optional(),
    /** How many people have to approve a posting above it; one when absent. */
    approvers: z.union([z.literal(2), z.literal(3)]).optional(),
    /** It also holds for money in currencies without a limit; absent in events of earlier versions. */
    coversOthers: z.literal(true).optional(),
    /**
     * Whether all money in its currency waited until then, because another currency has a limit; absent in events of
     * earlier versions.
     */
    lifts: z.boolean().optional(),
    /** For a tenant's limit in a fund's book: its position in the tenant's own book. */
    version: z.number().int().optional(),
    ...ofLimits,
    ...ofAdministrators,
  }),
  TransactionProposed: ofProposal.extend({
    transactionId: z.string(),
    maker: z.string(),
    makerOwner: z.string().optional(),
    effectiveDate: z.string(),
    description: z.string(),
    reference: z.string().nullable(),
    totals: z.array(
      amountOf.extend({
        limit: z.string().optional(),
        /** The limit by day that it exceeds with what its maker debited before on that day. */
        dayLimit: z.string().optional(),
        /** The same of all people together in the fund, and of one counterparty that its entries name. */
        fundDayLimit: z.string().optional(),
        counterpartyLimit: z.string().optional(),
        /** Of a line of a bank statement: the limit of what its maker imports in one day in its direction. */
        importLimit: z.string().optional(),
        /** The limit of several approvers that it exceeds. */
        severalLimit: z.string().optional(),
      }),
    ),
    legs: z.array(
      amountOf.extend({
        accountId: z.string(),
        side: z.enum(["DEBIT", "CREDIT"]),
        dimensions: entryDimensions.optional(),
      }),
    ),
    /** The whole command, which is decided after the approval. */
    command: z.object({ kind: z.string() }).loose(),
    /** Version of the command's form; 1 when absent. */
    schema: z.number().int().optional(),
    /** How many people have to approve; one when absent. */
    approvers: z.number().int().optional(),
    /** Position of the tenant's book whose limits it exceeds; absent while the tenant has no limits. */
    limitsAt: z.number().int().optional(),
    ...needsAdministrator,
  }),
  /** A sensitive change above a limit: it is made when another person approves it. */
  ChangeProposed: ofDecision.extend({
    maker: z.string(),
    makerOwner: z.string().optional(),
    change: z.enum([
      "UNFREEZE_ACCOUNT",
      "MINIMUM_BALANCE",
      "REOPEN_PERIOD",
      "APPROVAL_LIMIT",
      "VALUE_DATE_LIMITS",
    ]),
    description: z.string(),
    accountId: z.string().optional(),
    periodId: z.string().optional(),
    currency: z.string().optional(),
    /** By which the limit judges it; null when nothing bounds it, absent where no amount is changed. */
    amount: z.string().nullable().optional(),
    /** The limit that it is above; absent for a period, whose reopening has no amount. */
    limit: z.string().optional(),
    /**
     * The minimum balance or limit that stands, and the one that takes its place; null for none. Limits of value
     * dates are the days behind and ahead, such as "1096 731".
     */
    before: z.string().nullable().optional(),
    after: z.string().nullable().optional(),
    /** The whole command, which is decided after the approval. */
    command: z.object({ kind: z.string() }).loose(),
    /** Version of the command's form; 1 when absent. */
    schema: z.number().int().optional(),
    /** How many people have to approve; one when absent. */
    approvers: z.number().int().optional(),
    limitsAt: z.number().int().optional(),
    ...needsAdministrator,
  }),
  ProposalApproved: approval.extend({ transactionId: z.string().nullable() }),
  /** Its maker, or another name of the same person, tried to approve it; it goes on waiting. */
  ApprovalRefused: decision.extend({
    isMaker: z.boolean(),
    /**
     * For another person: the same one approved before, limits changed and demand more approvers, what it would
     * change is no longer what it showed, or a second administrator has to approve it.
     */
    reason: z
      .enum(["APPROVED_BEFORE", "LIMIT_CHANGED", "CHANGED_SINCE", "NO_ADMINISTRATOR"])
      .optional(),
    /** With LIMIT_CHANGED: how many people have to approve from now on, each anew. */
    approvers: z.number().int().optional(),
  }),
  /** One of several that are needed approved; it goes on waiting for the others. */
  ApprovalGiven: approval,
  ProposalRejected: decision.extend({ reason: z.string() }),
  ProposalWithdrawn: decision,
};
