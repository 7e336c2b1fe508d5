import { storeAccounts } from "../slices/accounts/store-accounts.ts";
import { storeFunds } from "../slices/funds/store-funds.ts";
import { storeHolds } from "../slices/holds/store-holds.ts";
import { storePeriods } from "../slices/periods/store-periods.ts";
import { storeTransactions } from "../slices/transactions/store-transactions.ts";
import { storeLimits } from "../slices/proposals/store-limits.ts";
import { storeProposals } from "../slices/proposals/store-proposals.ts";
import { appendEvents, moveHead } from "./append-events.ts";
import { HeldStatements } from "./held-statements.ts";
import type { BatchStatements } from "./send-batch.ts";
import type { Statements } from "./statements.ts";
import type { InlineProjection, StoredBatch } from "./stored-batch.ts";

/** What is only added: done while the batch before comes to its end, whatever that leaves. */
const APPENDS: readonly InlineProjection[] = [appendEvents, storeTransactions];

/** The fence, and behind it what changes rows of earlier batches. */
const CHANGES: readonly InlineProjection[] = [
  moveHead,
  storeFunds,
  storeAccounts,
  storeHolds,
  storePeriods,
  storeLimits,
  storeProposals,
];

/** The statements that store a batch, to be sent together. */
export async function holdEvents(batch: StoredBatch): Promise<BatchStatements> {
  const [appends, changes] = [new HeldStatements(), new HeldStatements()];
  for (const append of APPENDS) await append(appends, batch);
  for (const change of CHANGES) await change(changes, batch);
  return { appends: appends.all, changes: changes.all };
}

const ABORTED_BEFORE = "25P02";

/** Appends the events of a batch and brings the read models up to date, statements leaving side by side. */
export async function storeEvents(statements: Statements, batch: StoredBatch): Promise<void> {
  const results = await Promise.allSettled(
    [...APPENDS, ...CHANGES].map((store) => store(statements, batch)),
  );
  const failures = results.filter((result) => result.status === "rejected");
  // What was on its way when something failed only says that something failed.
  const first = failures.find(({ reason }) => codeOf(reason) !== ABORTED_BEFORE) ?? failures[0];
  if (first !== undefined) throw first.reason;
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
