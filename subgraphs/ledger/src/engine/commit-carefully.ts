import { AppError, isConnectionFailure } from "@allfunds/platform";
import { isFenceFailure } from "./append-events.ts";
import type { Waiting } from "./batch-ahead.ts";
import type { LaneOptions } from "./book-lane.ts";
import type { BookState } from "./book-state.ts";
import type { Claim } from "./claim.ts";
import { refusalOfConstraint } from "./constraint-errors.ts";
import type { BatchOptions, ProcessedBatch } from "./process-batch.ts";

const RETRY_LIMIT_MS = 15_000;

/**
 * Locks the book, then decides and stores: for books of which nothing is remembered, for batches that
 * failed, and while another instance writes the same book. Settles every promise of the batch.
 * Returns the state to be remembered, undefined when there is none.
 */
export async function commitCarefully(
  lane: LaneOptions,
  batch: readonly Waiting[],
  options: BatchOptions,
): Promise<BookState | undefined> {
  try {
    const { verdicts, state } = await processWithRetries(lane, batch, options);
    batch.forEach(({ resolve }, index) => resolve(verdicts[index] ?? []));
    return state;
  } catch (error) {
    return commitOneByOne(lane, batch, options.claims, error);
  }
}

/** The database refused the batch: each submission gets a try of its own, so that only the culprit fails. */
async function commitOneByOne(
  lane: LaneOptions,
  batch: readonly Waiting[],
  claims: readonly Claim[],
  error: unknown,
): Promise<BookState | undefined> {
  const [only, ...others] = batch;
  if (only !== undefined && others.length === 0) {
    const refusal = refusalOfConstraint(error);
    if (refusal === undefined) only.reject(error);
    else only.resolve(only.submission.envelopes.map(() => ({ accepted: false, refusal })));
    return undefined;
  }
  if (error instanceof AppError) {
    for (const { reject } of batch) reject(error);
    return undefined;
  }
  let remembered: BookState | undefined;
  for (const [index, waiting] of batch.entries()) {
    const own = claims.map((claim) => ({ ...claim, verdicts: [claim.verdicts[index] ?? []] }));
    remembered = await commitCarefully(lane, [waiting], { remembered, claims: own });
  }
  return remembered;
}

async function processWithRetries(
  { book, store, logger, onCommit }: LaneOptions,
  batch: readonly Waiting[],
  { remembered, claims }: BatchOptions,
): Promise<ProcessedBatch> {
  const submissions = batch.map(({ submission }) => submission);
  const giveUpAt = Date.now() + RETRY_LIMIT_MS;
  let attempt = { remembered, claims };
  for (let failures = 0; ; failures += 1) {
    try {
      const done = await store.process(submissions, attempt);
      if (done.moved) onCommit(book, done.state.head.position);
      return done;
    } catch (error) {
      if (!isWorthRetrying(error) || Date.now() > giveUpAt) throw toPublicFailure(error);
      logger.warn({ err: error, failures, book }, "a batch is tried again");
      await new Promise((resolve) => setTimeout(resolve, Math.min(20 * 2 ** failures, 1_000)));
      attempt = { remembered: undefined, claims };
    }
  }
}

const RETRIED_STATES = new Set(["40001", "40P01"]);

/** Lost connections, lost races: before such a batch is decided again, its claims are looked at. */
function isWorthRetrying(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return (
    isFenceFailure(error) ||
    isConnectionFailure(error) ||
    (code !== undefined && RETRIED_STATES.has(code)) ||
    constraint === "book_pkey" ||
    constraint === "event_command_key"
  );
}

const toPublicFailure = (error: unknown): unknown =>
  isConnectionFailure(error)
    ? new AppError(
        "UPSTREAM_UNAVAILABLE",
        "The books cannot be reached; repeat the request with the same idempotency key.",
        { cause: error },
      )
    : error;
