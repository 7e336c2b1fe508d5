import type {
  EntrySide,
  TransactionProposed as TransactionProposedPayload,
} from "@allfunds/contract/events";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import type { ProposedTotal } from "./limits-exceeded.ts";
import type { OfDecider } from "./person.ts";

interface ProposedLeg {
  readonly accountId: string;
  readonly side: EntrySide;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly dimensions?: EntryDimensions | undefined;
}

interface OfProposal {
  readonly proposalId: string;
  readonly fundId: string;
}

/** Of a posting or of a sensitive change; a change of the tenant's limits has no fund. */
interface OfDecision {
  readonly proposalId: string;
  readonly fundId: string | null;
}

/** A posting was above the limit: it waits until another person decides on it. */
export interface TransactionProposed extends OfProposal {
  readonly type: "TransactionProposed";
  /** Id of the transaction it will become. */
  readonly transactionId: string;
  readonly maker: string;
  /** Who owns the API client that was the maker, where that is known. */
  readonly makerOwner: string | undefined;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly totals: readonly ProposedTotal[];
  /** Its entries as they would have been posted then. */
  readonly legs: readonly ProposedLeg[];
  /** The command as JSON; the slice it belongs to reads it back. */
  readonly command: ProposedCommand;
  /** Version of the command's form; 1 when absent. */
  readonly schema?: number | undefined;
  /** How many people have to approve; one when absent. */
  readonly approvers?: number | undefined;
  /** Position of the tenant's own book by whose limits it waits; absent while the tenant has none. */
  readonly limitsAt?: number | undefined;
  /** One of those who approve has to be an administrator. */
  readonly needsAdministrator?: true | undefined;
}

export type ProposedCommand = TransactionProposedPayload["command"];

/** Who decided. */
interface Decision extends OfDecision, OfDecider {}

/** An approval: by an administrator, where one of those who approve has to be one. */
interface Approval extends Decision {
  readonly byAdministrator?: true;
}

/** Another person approved; what it posts follows in the book. */
export interface ProposalApproved extends Approval {
  readonly type: "ProposalApproved";
  /** Null when there was nothing left to post. */
  readonly transactionId: string | null;
}

/** One of several that are needed approved; it goes on waiting for the others. */
export interface ApprovalGiven extends Approval {
  readonly type: "ApprovalGiven";
}

/** Who may not approve tried to: its maker, or another name of the same person. It goes on waiting. */
export interface ApprovalRefused extends Decision {
  readonly type: "ApprovalRefused";
  readonly isMaker: boolean;
  /**
   * Of another person: the same one approved before, limits changed and now demand more approvers, what it would
   * change is no longer what it showed, or an administrator has to approve it.
   */
  readonly reason?: "APPROVED_BEFORE" | "LIMIT_CHANGED" | "CHANGED_SINCE" | "NO_ADMINISTRATOR";
  /** With LIMIT_CHANGED: how many people have to approve from now on; approvals of before count no longer. */
  readonly approvers?: number;
}

/** Another person refused. */
export interface ProposalRejected extends Decision {
  readonly type: "ProposalRejected";
  readonly reason: string;
}

/** Its maker took it back. */
export interface ProposalWithdrawn extends Decision {
  readonly type: "ProposalWithdrawn";
}

export type ProposalEvent =
  | TransactionProposed
  | ProposalApproved
  | ApprovalGiven
  | ApprovalRefused
  | ProposalRejected
  | ProposalWithdrawn;

/** The command to post what was proposed. */
export interface ApproveProposal extends OfDecision {
  readonly kind: "ApproveProposal";
  /** What was proposed, as its event has it. */
  readonly proposed: {
    readonly command: ProposedCommand;
    readonly schema?: number | undefined;
    readonly totals: readonly Omit<ProposedTotal, "limitMinor">[];
    /** Of a sensitive change: what it showed that it takes the place of. */
    readonly before?: string | null | undefined;
  };
}

/** The command never to post what was proposed. */
export interface RejectProposal extends OfDecision {
  readonly kind: "RejectProposal";
  readonly reason: string;
}

/** The maker's command to take a proposal back. */
export interface WithdrawProposal extends OfDecision {
  readonly kind: "WithdrawProposal";
}

export type ProposalCommand = ApproveProposal | RejectProposal | WithdrawProposal;
