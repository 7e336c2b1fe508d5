import { storeAccounts } from "../accounts/store-accounts.ts";
import { storeFunds } from "../funds/store-funds.ts";
import { storeHolds } from "../holds/store-holds.ts";
import { storePeriods } from "../periods/store-periods.ts";
import { storeTransactions } from "../transactions/store-transactions.ts";
import { storeLimits } from "../proposals/store-limits.ts";
import { storeProposals } from "../proposals/store-proposals.ts";
import { appendEvents } from "./append-events.ts";
import type { Statements } from "./statements.ts";
import type { InlineProjection, StoredBatch } from "./stored-batch.ts";

const INLINE_PROJECTIONS: readonly InlineProjection[] = [
  storeFunds,
  storeAccounts,
  storeTransactions,
  storeHolds,
  storePeriods,
  storeLimits,
  storeProposals,
];

const ABORTED_BEFORE = "25P02";

/** Appends the events of a batch and brings the read models up to date, statements leaving side by side. */
export async function storeEvents(statements: Statements, batch: StoredBatch): Promise<void> {
  const { book, events, before, after } = batch;
  const results = await Promise.allSettled([
    appendEvents(statements, book, events, before.head, after.head),
    ...INLINE_PROJECTIONS.map((project) => project(statements, batch)),
  ]);
  const failures = results.filter((result) => result.status === "rejected");
  // What was on its way when something failed only says that something failed.
  const first = failures.find(({ reason }) => codeOf(reason) !== ABORTED_BEFORE) ?? failures[0];
  if (first !== undefined) throw first.reason;
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
