import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";

export type StatementFormat = "CSV" | "CAMT_053";

/** Names of the CSV columns; an amount stands in one column, or apart as debit and credit. */
export interface CsvMapping {
  date: string;
  description: string;
  amount?: string;
  debit?: string;
  credit?: string;
  reference?: string;
  counterparty?: string;
  dateFormat?: string;
  decimalSeparator?: string;
  delimiter?: string;
}

export interface StatementInput {
  accountId: string;
  format: StatementFormat;
  content: string;
  csv?: CsvMapping;
}

export interface ImportOutcome {
  lines: number;
  posted: number;
  /** Lines above a limit, which wait for a second approver. */
  proposed: number;
  duplicates: number;
  /** Lines that are not booked yet, or that move nothing. */
  skipped: number;
  openingBalance: Money | null;
  closingBalance: Money | null;
}

export const IMPORT_STATEMENT: TypedDocumentNode<
  { importStatement: ImportOutcome },
  { input: StatementInput }
> = gql`
  mutation ImportStatement($input: ImportStatementInput!) {
    importStatement(input: $input) {
      id
      lines
      posted
      proposed
      duplicates
      skipped
      openingBalance {
        amount
        currency
      }
      closingBalance {
        amount
        currency
      }
    }
  }
`;

export const FUND_ACCOUNTS: TypedDocumentNode<
  {
    fund: {
      id: string;
      name: string;
      accounts: { nodes: { id: string; code: string; name: string; type: string }[] };
    } | null;
  },
  { id: string }
> = gql`
  query FundAccounts($id: ID!) {
    fund(id: $id) {
      id
      name
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
`;
