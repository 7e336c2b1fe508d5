import { z } from "zod";
import { entryDimensions } from "./bookkeeping.ts";

/**
 * What the ledger publishes of bank statements beside their lines: what was matched with what, and by which rules
 * they are read. Amounts are decimal strings in the account's currency.
 */

const ofMatch = z.object({
  matchId: z.string(),
  fundId: z.string(),
  accountId: z.string(),
  /** Lines of statements, by their import and number from 1. */
  lines: z.array(z.object({ importId: z.string(), line: z.number().int() })),
  transactionIds: z.array(z.string()),
});

/** Payloads of the events of reconciliation and of rules for statements, by type. */
export const reconciliationPayloads = {
  /** Statements of an account are read and allocated by these rules from now on. */
  ImportRulesSet: z.object({
    fundId: z.string(),
    accountId: z.string(),
    /** 1, 2, 3 … of the account. */
    version: z.number().int(),
    csv: z.record(z.string(), z.unknown()).nullable(),
    rules: z.array(
      z.object({
        contains: z.array(z.string()),
        direction: z.enum(["IN", "OUT"]),
        accountId: z.string(),
        dimensions: entryDimensions.optional(),
      }),
    ),
    receiptsAccountId: z.string().nullable(),
    paymentsAccountId: z.string().nullable(),
    note: z.string().nullable(),
  }),
  /** A person found lines of bank statements to be what these transactions recorded; nothing is posted. */
  LinesMatched: ofMatch.extend({
    currency: z.string(),
    /** What the lines come to, and the transactions on the account: positive came in. */
    amount: z.string(),
    note: z.string().nullable(),
  }),
  /** A match was taken back: its lines and transactions are open again. */
  LinesUnmatched: ofMatch.extend({ reason: z.string() }),
  /** A line or a transaction without a match has this owner, explanation and state from now on. */
  ReconcilingItemUpdated: z.object({
    fundId: z.string(),
    accountId: z.string(),
    importId: z.string().nullable(),
    line: z.number().int().nullable(),
    transactionId: z.string().nullable(),
    owner: z.string().nullable(),
    explanation: z.string().nullable(),
    isClosed: z.boolean(),
  }),
};
