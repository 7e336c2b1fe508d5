import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";
import type { AccountLine, FundName, PageInfo } from "./funds.ts";
import type { EntrySide } from "./transactions.ts";

interface StatementLine {
  id: string;
  side: EntrySide;
  amount: Money;
  balanceAfter: Money;
  transaction: {
    id: string;
    position: number;
    effectiveDate: string;
    description: string;
    reference: string | null;
  };
}

export interface AccountStatement extends AccountLine {
  available: Money;
  version: number;
  fund: FundName;
  entries: { nodes: StatementLine[]; pageInfo: PageInfo };
}

export const ACCOUNT_STATEMENT: TypedDocumentNode<
  { account: AccountStatement | null },
  { id: string; first: number; after: string | null; from: string | null; to: string | null }
> = gql`
  query AccountStatement($id: ID!, $first: Int!, $after: Cursor, $from: Date, $to: Date) {
    account(id: $id) {
      id
      code
      name
      type
      currency
      version
      balance {
        amount
        currency
      }
      available {
        amount
        currency
      }
      fund {
        id
        name
        currency
      }
      entries(first: $first, after: $after, from: $from, to: $to) {
        nodes {
          id
          side
          amount {
            amount
            currency
          }
          balanceAfter {
            amount
            currency
          }
          transaction {
            id
            position
            effectiveDate
            description
            reference
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;
