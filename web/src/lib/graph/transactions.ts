import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";
import type { FundFigures } from "./figures.ts";
import { FUND_FIGURES } from "./figures.ts";

export type AccountType = "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE";
export type EntrySide = "DEBIT" | "CREDIT";
type CategorySource = "RULE" | "MODEL" | "GEMINI";

export interface Category {
  code: string;
  name: string;
  /** Between 0 and 1. */
  confidence: number;
  source: CategorySource;
  model: string;
  evidence: string[];
  needsReview: boolean;
}

export interface EntryLine {
  id: string;
  side: EntrySide;
  amount: Money;
  balanceAfter: Money;
  account: { id: string; code: string; name: string; type: AccountType };
}

export interface TransactionRow {
  id: string;
  position: number;
  effectiveDate: string;
  recordedAt: string;
  description: string;
  reference: string | null;
  fund: { id: string; name: string };
  category: Category | null;
  entries: EntryLine[];
}

/** What one message of the live feed carries: the movement, its category and the fund's new figures. */
export interface LiveTransaction extends TransactionRow {
  fund: { id: string; name: string; position: number; metrics: FundFigures | null };
}

export const TRANSACTION_ROW = gql`
  fragment TransactionRow on Transaction {
    id
    position
    effectiveDate
    recordedAt
    description
    reference
    fund {
      id
      name
    }
    category {
      code
      name
      confidence
      source
      model
      evidence
      needsReview
    }
    entries {
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
      account {
        id
        code
        name
        type
      }
    }
  }
`;

export const TRANSACTION_POSTED: TypedDocumentNode<
  { transactionPosted: LiveTransaction },
  { fundId?: string }
> = gql`
  subscription TransactionPosted($fundId: ID) {
    transactionPosted(fundId: $fundId) {
      ...TransactionRow
      fund {
        position
        metrics {
          ...FundFigures
        }
      }
    }
  }
  ${TRANSACTION_ROW}
  ${FUND_FIGURES}
`;

export interface PostTransactionInput {
  fundId: string;
  effectiveDate: string;
  description: string;
  reference: string | null;
  entries: { accountId: string; side: EntrySide; amount: string }[];
  idempotencyKey: string;
}

export const POST_TRANSACTION: TypedDocumentNode<
  { postTransaction: { id: string } },
  { input: PostTransactionInput }
> = gql`
  mutation PostTransaction($input: PostTransactionInput!) {
    postTransaction(input: $input) {
      id
    }
  }
`;
