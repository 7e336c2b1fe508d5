import { AppError } from "@allfunds/contract/errors";
import { TenantPool, type TenantReads } from "@allfunds/platform/tenancy";
import type { CommandRequest } from "../engine/command-bus.ts";
import { commitInParts } from "../engine/commit-in-parts.ts";
import type { Envelope } from "../engine/event-log.ts";
import { PostgresBook } from "../engine/postgres-book.ts";
import { TenantBooks } from "../engine/tenant-books.ts";
import type { BookMessage } from "../threads/book-thread.ts";
import { serveThread } from "@allfunds/platform/threads";
import { MODEL } from "../slices/model.ts";
import {
  checkSplits,
  importCommands,
  outcomeOf,
  refuseWhole,
  untilCompared,
  type ImportOutcome,
  type ImportTarget,
} from "../slices/bank-statements/import-statement.ts";
import { readStatement, type StatementToImport } from "../slices/bank-statements/read-statement.ts";
import type { ImportTask } from "../slices/bank-statements/statement-import-job.ts";
import { readStatementById } from "../slices/bank-statements/statement-list-sql.ts";
import type { StatementCommand } from "../slices/bank-statements/statement-slice.ts";
import { readUploaded, removeChunks } from "../slices/bank-statements/statement-upload.ts";
import { envelopeOf, follow, withPools, type Pools } from "./large-submission.ts";

// A thread of its own: reading a file and deciding on its lines is work for the processor, and the service's own
// thread has requests to answer.

/** In packed form they fit into the memory of the thread. */
const MOST_LINES = 1_000_000;
/** Lines and postings that are decided and stored together: known lines come without postings, a hundred in one command. */
const PART_SIZE = 2_000;

type Report = (message: BookMessage) => void;

async function run(task: ImportTask, signal: AbortSignal, report: Report): Promise<ImportOutcome> {
  const { tenantId, uploadId } = task;
  return withPools(task.url, async (pools) => {
    const { pool } = pools;
    try {
      const outcome = await importOnce(pools, task, signal, report);
      report({ kind: "committed" });
      await follow(pools, { tenantId, bookId: task.fundId }, signal);
      await removeChunks(pool, tenantId, uploadId);
      return outcome;
    } catch (error) {
      // A refused file is not read again.
      if (error instanceof AppError && !signal.aborted)
        await removeChunks(pool, tenantId, uploadId);
      throw error;
    }
  });
}

/** Another run of the job may have committed before this one, or while it read the file. */
async function importOnce(
  pools: Pools,
  task: ImportTask,
  signal: AbortSignal,
  report: Report,
): Promise<ImportOutcome> {
  const reads = new TenantPool(pools.pool);
  const earlier = await readOutcome(reads, task.tenantId, task.uploadId);
  if (earlier !== undefined) return earlier;
  try {
    return await untilCompared(() => importUpload(pools, task, signal, report));
  } catch (error) {
    const other = await readOutcome(reads, task.tenantId, task.uploadId);
    if (other === undefined) throw error;
    return other;
  }
}

async function importUpload(
  { pool, writes }: Pools,
  task: ImportTask,
  signal: AbortSignal,
  report: Report,
): Promise<ImportOutcome> {
  const { tenantId, uploadId } = task;
  const reads = new TenantPool(pool);
  const { request, origin, file: content } = await readUploaded(pool, tenantId, uploadId);
  const splits = new Map(request.splits);
  const target: ImportTarget = { ...request.target, splits, importId: uploadId };
  const { account } = target;
  const reading = { reads, tenantId };
  const sent = { content, hash: content.hash };
  const file = await readStatement(reading, sent, request.reading, account, MOST_LINES);
  checkSplits(target, file);
  const total = file.lines.length;
  report({ kind: "progress", done: 0, total });
  signal.throwIfAborted();
  const book = { tenantId, bookId: account.fundId };
  const store = new PostgresBook(MODEL, writes, book, new TenantBooks());
  let outcome: ImportOutcome | undefined;
  let requests: readonly CommandRequest<StatementCommand>[] = [];
  let done = 0;
  function* envelopes(): Generator<readonly Envelope[]> {
    for (requests of partsOf(target, file))
      yield requests.map((each) => envelopeOf(task, origin, each));
  }
  await commitInParts({
    model: MODEL,
    book,
    store,
    parts: envelopes(),
    keepsProposals: true,
    onDecided: (verdicts) => {
      refuseWhole(file, requests, verdicts);
      signal.throwIfAborted();
      done += linesIn(requests);
      report({ kind: "progress", done, total });
      const last = verdicts.at(-1);
      const isEnd = requests.at(-1)?.command.kind === "FinishStatement";
      if (isEnd && last?.accepted === true) outcome = outcomeOf(last.events);
    },
  });
  if (outcome === undefined) throw new Error("a statement was left without its end");
  return outcome;
}

/** The commands of an import in parts of about a thousand lines. */
function* partsOf(
  target: ImportTarget,
  file: StatementToImport,
): Generator<readonly CommandRequest<StatementCommand>[]> {
  let part: CommandRequest<StatementCommand>[] = [];
  for (const commands of importCommands(target, file)) {
    part.push(...commands);
    if (part.length + linesIn(part) < PART_SIZE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

const linesIn = (requests: readonly CommandRequest<StatementCommand>[]): number =>
  requests.reduce(
    (sum, { command }) => sum + (command.kind === "ReadStatementLines" ? command.lines.length : 0),
    0,
  );

async function readOutcome(
  reads: TenantReads,
  tenantId: string,
  importId: string,
): Promise<ImportOutcome | undefined> {
  const stored = await readStatementById(reads, tenantId, importId);
  if (stored === undefined) return undefined;
  const { posted, proposed, duplicates, possibleDuplicates = 0 } = stored.imported;
  return { posted, proposed, duplicates, possibleDuplicates };
}

await serveThread<ImportTask, ImportOutcome, BookMessage>(run);
