import { AppError } from "@allfunds/contract/errors";
import { TenantPool, type TenantReads } from "@allfunds/platform/tenancy";
import type { CommandRequest } from "../engine/command-bus.ts";
import { commitInParts } from "../engine/commit-in-parts.ts";
import type { Envelope } from "../engine/event-log.ts";
import { PostgresBook } from "../engine/postgres-book.ts";
import { TenantBooks } from "../engine/tenant-books.ts";
import { MODEL } from "../slices/model.ts";
import { readStatementById } from "../slices/bank-statements/statement-list-sql.ts";
import type { UndoOutcome, UndoTask } from "../slices/bank-statements/statement-undo-job.ts";
import {
  refuseAny,
  reversing,
  undoing,
  type UndoCommand,
} from "../slices/bank-statements/undo-commands.ts";
import { countToUndo, readToUndo } from "../slices/bank-statements/undo-sql.ts";
import type { BookMessage } from "../threads/book-thread.ts";
import { envelopeOf, follow, withPools, type Pools } from "./large-submission.ts";

/** Reversals that are decided and stored together. */
const PART = 1_000;

type Report = (message: BookMessage) => void;

/** Takes an import back, all of it or, when something is refused, nothing. */
export const undoImport = (
  task: UndoTask,
  signal: AbortSignal,
  report: Report,
): Promise<UndoOutcome> =>
  withPools(task.url, async (pools) => {
    const reads = new TenantPool(pools.pool);
    try {
      const outcome = await undoOnce(pools, reads, { task, signal, report });
      report({ kind: "committed" });
      await follow(pools, { tenantId: task.tenantId, bookId: task.fundId }, signal);
      return outcome;
    } catch (error) {
      // Another run of the job may have committed before this one.
      if (!(error instanceof AppError) || error.code !== "ALREADY_REVERSED") throw error;
      const undone = await findUndone(reads, task);
      if (undone === undefined) throw error;
      return undone;
    }
  });

async function findUndone(
  reads: TenantReads,
  { tenantId, importId, reason }: UndoTask,
): Promise<UndoOutcome | undefined> {
  const statement = await readStatementById(reads, tenantId, importId);
  const undone = statement?.undone ?? null;
  return undone?.reason === reason ? { reversed: undone.transactions } : undefined;
}

interface Run {
  readonly task: UndoTask;
  readonly signal: AbortSignal;
  readonly report: Report;
}

async function undoOnce(
  { writes }: Pools,
  reads: TenantReads,
  { task, signal, report }: Run,
): Promise<UndoOutcome> {
  const { tenantId, fundId, importId } = task;
  const total = await countToUndo(reads, tenantId, importId);
  report({ kind: "progress", done: 0, total });
  const book = { tenantId, bookId: fundId };
  let requests: readonly CommandRequest<UndoCommand>[] = [];
  async function* parts(): AsyncGenerator<readonly Envelope[]> {
    for await (requests of requestsOf(reads, task, total))
      yield requests.map((each) => envelopeOf(task, task.origin, each));
  }
  let done = 0;
  await commitInParts({
    model: MODEL,
    book,
    store: new PostgresBook(MODEL, writes, book, new TenantBooks()),
    parts: parts(),
    keepsProposals: false,
    onDecided: (verdicts) => {
      refuseAny(requests, verdicts, false);
      signal.throwIfAborted();
      done += requests.length;
      report({ kind: "progress", done: Math.min(done, total), total });
    },
  });
  return { reversed: total };
}

/** The undo, then its reversals, the newest transaction first. */
async function* requestsOf(
  reads: TenantReads,
  { tenantId, importId, fundId, reason }: UndoTask,
  total: number,
): AsyncGenerator<readonly CommandRequest<UndoCommand>[]> {
  yield [undoing({ id: importId, fundId }, total, reason)];
  let before: number | undefined;
  for (;;) {
    const posted = await readToUndo(reads, tenantId, importId, PART, before);
    if (posted.length > 0)
      yield posted.map((each) => reversing({ id: importId, fundId }, each, reason));
    if (posted.length < PART) return;
    before = posted.at(-1)?.position;
  }
}
