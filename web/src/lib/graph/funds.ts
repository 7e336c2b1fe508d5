import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";
import { TRANSACTION_ROW, type AccountType, type TransactionRow } from "./transactions.ts";

export interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

export interface FundName {
  id: string;
  name: string;
  currency: string;
}

export interface AccountLine {
  id: string;
  code: string;
  name: string;
  type: AccountType;
  currency: string;
  countsAsCash: boolean;
  balance: Money;
}

export interface FundBooks extends FundName {
  position: number;
  openedAt: string;
  accounts: { nodes: AccountLine[] };
  transactions: { nodes: TransactionRow[]; pageInfo: PageInfo };
}

export const FUND_NAMES: TypedDocumentNode<{ funds: { nodes: FundName[] } }, object> = gql`
  query FundNames {
    funds(first: 100) {
      nodes {
        id
        name
        currency
      }
    }
  }
`;

export const LATEST_TRANSACTIONS: TypedDocumentNode<
  { funds: { nodes: { id: string; transactions: { nodes: TransactionRow[] } }[] } },
  { first: number }
> = gql`
  query LatestTransactions($first: Int!) {
    funds(first: 20) {
      nodes {
        id
        transactions(first: $first) {
          nodes {
            ...TransactionRow
          }
        }
      }
    }
  }
  ${TRANSACTION_ROW}
`;

export const FUND_BOOKS: TypedDocumentNode<
  { fund: FundBooks | null },
  { id: string; first: number; after: string | null }
> = gql`
  query FundBooks($id: ID!, $first: Int!, $after: Cursor) {
    fund(id: $id) {
      id
      name
      currency
      position
      openedAt
      accounts(first: 200) {
        nodes {
          id
          code
          name
          type
          currency
          countsAsCash
          balance {
            amount
            currency
          }
        }
      }
      transactions(first: $first, after: $after) {
        nodes {
          ...TransactionRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${TRANSACTION_ROW}
`;
