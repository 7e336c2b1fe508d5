import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";
import type { Actor } from "./actors.ts";
import type { PageInfo } from "./funds.ts";
import type { EntrySide } from "./transactions.ts";

export type ProposalStatus = "WAITING" | "APPROVED" | "REJECTED" | "WITHDRAWN";

/** A posting above a limit, which a second approver has to decide. */
export interface ProposalLine {
  id: string;
  kind: string;
  status: ProposalStatus;
  /** Id of the user or API client that proposed it. */
  maker: string;
  proposer: Actor | null;
  proposedAt: string;
  effectiveDate: string;
  description: string;
  reference: string | null;
  totals: { amount: Money; limit: Money | null }[];
  fund: { id: string; name: string };
}

export interface Proposal extends ProposalLine {
  decidedBy: string | null;
  decider: Actor | null;
  decidedAt: string | null;
  reason: string | null;
  entries: {
    side: EntrySide;
    amount: Money;
    account: { id: string; code: string; name: string } | null;
  }[];
  transaction: { id: string } | null;
}

const PROPOSAL_LINE = gql`
  fragment ProposalLine on Proposal {
    id
    kind
    status
    maker
    proposer {
      name
      kind
    }
    proposedAt
    effectiveDate
    description
    reference
    totals {
      amount {
        amount
        currency
      }
      limit {
        amount
        currency
      }
    }
    fund {
      id
      name
    }
  }
`;

export const PROPOSALS: TypedDocumentNode<
  { proposals: { nodes: ProposalLine[]; pageInfo: PageInfo } },
  { status: ProposalStatus | null; first: number; after: string | null }
> = gql`
  query Proposals($status: ProposalStatus, $first: Int!, $after: Cursor) {
    proposals(status: $status, first: $first, after: $after) {
      nodes {
        ...ProposalLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${PROPOSAL_LINE}
`;

export const PROPOSAL: TypedDocumentNode<{ proposal: Proposal | null }, { id: string }> = gql`
  query Proposal($id: ID!) {
    proposal(id: $id) {
      ...ProposalLine
      decidedBy
      decider {
        name
        kind
      }
      decidedAt
      reason
      entries {
        side
        amount {
          amount
          currency
        }
        account {
          id
          code
          name
        }
      }
      transaction {
        id
      }
    }
  }
  ${PROPOSAL_LINE}
`;

export const APPROVE_PROPOSAL: TypedDocumentNode<
  { approveProposal: { id: string } },
  { id: string }
> = gql`
  mutation ApproveProposal($id: ID!) {
    approveProposal(id: $id) {
      id
    }
  }
`;

export const REJECT_PROPOSAL: TypedDocumentNode<
  { rejectProposal: { id: string } },
  { id: string; reason: string }
> = gql`
  mutation RejectProposal($id: ID!, $reason: String!) {
    rejectProposal(id: $id, reason: $reason) {
      id
    }
  }
`;

export const WITHDRAW_PROPOSAL: TypedDocumentNode<
  { withdrawProposal: { id: string } },
  { id: string }
> = gql`
  mutation WithdrawProposal($id: ID!) {
    withdrawProposal(id: $id) {
      id
    }
  }
`;
