import { gql, type TypedDocumentNode } from "@urql/core";

/** The highest debit of one posting without a second approver, in one currency. */
export interface ApprovalLimit {
  currency: string;
  /** Null where a fund is to have no limit. */
  amount: string | null;
  setAt: string;
  /** The fund it is for; null when it holds in all of them. */
  fund: { id: string; name: string } | null;
}

export const APPROVAL_LIMITS: TypedDocumentNode<
  { approvalLimits: { nodes: ApprovalLimit[] } },
  object
> = gql`
  query ApprovalLimits {
    approvalLimits(first: 100) {
      nodes {
        currency
        amount
        setAt
        fund {
          id
          name
        }
      }
    }
  }
`;

export const SET_APPROVAL_LIMIT: TypedDocumentNode<
  { setApprovalLimit: { currency: string } },
  { input: { currency: string; amount: string | null; fundId: string | null } }
> = gql`
  mutation SetApprovalLimit($input: SetApprovalLimitInput!) {
    setApprovalLimit(input: $input) {
      currency
    }
  }
`;
