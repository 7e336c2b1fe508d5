import type { EntrySide } from "@allfunds/platform";
import type { PostingCommand } from "./posting-command.ts";

/** A limit above which a second person has to approve was set, changed or taken away. */
export interface ApprovalLimitSet {
  readonly type: "ApprovalLimitSet";
  /** Null in the tenant's own book. */
  readonly fundId: string | null;
  /** Whose limit it is: a fund's own goes before its tenant's. */
  readonly of: "FUND" | "TENANT";
  readonly currency: string;
  /** Minor units; null for no limit. */
  readonly limitMinor: bigint | null;
  /** Of a tenant's limit in a fund's book: its position in the tenant's own book, so that it never goes back. */
  readonly version?: number;
}

/** What a posting debits in one currency, and the limit when that is above it; minor units. */
export interface ProposedTotal {
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly limitMinor: bigint | null;
}

interface ProposedLeg {
  readonly accountId: string;
  readonly side: EntrySide;
  readonly amountMinor: bigint;
  readonly currency: string;
}

interface OfProposal {
  readonly proposalId: string;
  readonly fundId: string;
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
  readonly command: PostingCommand;
}

/** Another person approved; what it posts follows in the book. */
export interface ProposalApproved extends OfProposal {
  readonly type: "ProposalApproved";
  /** Null when there was nothing left to post. */
  readonly transactionId: string | null;
}

/** Another person refused. */
export interface ProposalRejected extends OfProposal {
  readonly type: "ProposalRejected";
  readonly reason: string;
}

/** Its maker took it back. */
export interface ProposalWithdrawn extends OfProposal {
  readonly type: "ProposalWithdrawn";
}

export type ProposalEvent =
  | TransactionProposed
  | ProposalApproved
  | ProposalRejected
  | ProposalWithdrawn;
