import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";

export type InsightKind = "UNUSUAL_AMOUNT" | "NEW_COUNTERPARTY" | "POSSIBLE_DUPLICATE";

/** Something remarkable that analytics found in a fund's transactions. */
export interface Insight {
  id: string;
  kind: InsightKind;
  message: string;
  effectiveDate: string;
  evidence: { name: string; value: string }[];
}

export interface CategorySpending {
  category: { code: string; name: string };
  outflow: Money;
  inflow: Money;
  transactions: number;
}

export const FUND_INSIGHTS: TypedDocumentNode<
  {
    fund: {
      id: string;
      insights: { nodes: Insight[] } | null;
      spendingByCategory: CategorySpending[] | null;
    } | null;
  },
  { id: string; first: number }
> = gql`
  query FundInsights($id: ID!, $first: Int!) {
    fund(id: $id) {
      id
      insights(first: $first) {
        nodes {
          id
          kind
          message
          effectiveDate
          evidence {
            name
            value
          }
        }
      }
      spendingByCategory {
        category {
          code
          name
        }
        outflow {
          amount
          currency
        }
        inflow {
          amount
          currency
        }
        transactions
      }
    }
  }
`;
