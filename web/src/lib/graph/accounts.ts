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

/** An account as others are put under it. */
export type AccountName = Pick<AccountLine, "id" | "code" | "name" | "type">;

export interface AccountStatement extends AccountLine {
  parent: AccountName | null;
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
      countsAsCash
      parent {
        id
        code
        name
        type
      }
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

/** The accounts of the fund an account is in. */
export const FUND_OF_ACCOUNT: TypedDocumentNode<
  { account: { id: string; fund: { id: string; accounts: { nodes: AccountName[] } } } | null },
  { id: string }
> = gql`
  query FundOfAccount($id: ID!) {
    account(id: $id) {
      id
      fund {
        id
        accounts(first: 200) {
          nodes {
            id
            code
            name
            type
          }
        }
      }
    }
  }
`;

export interface AccountDetails {
  name: string;
  /** Null for an account that is under no other. */
  parentId: string | null;
  countsAsCash: boolean;
}

export const RENAME_ACCOUNT: TypedDocumentNode<
  { renameAccount: { id: string } },
  { input: AccountDetails & { accountId: string } }
> = gql`
  mutation RenameAccount($input: RenameAccountInput!) {
    renameAccount(input: $input) {
      id
    }
  }
`;
