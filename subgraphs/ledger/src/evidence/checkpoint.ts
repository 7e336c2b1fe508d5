import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { Statements } from "../engine/batched-sql.ts";
import type { BookId } from "../engine/book.ts";
import { BookState, StateDigest } from "../engine/book-state.ts";
import type { ReplayedState } from "../engine/replay.ts";
import { MODEL } from "../slices/model.ts";

// A checkpoint is what a replay came to, so that the next one need not begin at the first event. It is a cache:
// without it a verification takes longer and finds the same.

const WRITE = `
  INSERT INTO book_checkpoint (tenant_id, book_id, position, hash, state, verified_at)
  VALUES ($1, $2, $3, decode($4, 'hex'), $5, now())
  ON CONFLICT (tenant_id, book_id) DO UPDATE SET position = EXCLUDED.position, hash = EXCLUDED.hash,
    state = EXCLUDED.state, verified_at = EXCLUDED.verified_at`;

const READ = `
  SELECT c.position, encode(c.hash, 'hex') AS hash, e.recorded_at, c.state FROM book_checkpoint c
  JOIN event e USING (tenant_id, book_id, position)
  WHERE c.tenant_id = $1 AND c.book_id = $2 AND c.hash = e.hash`;

interface CheckpointRow {
  readonly position: string;
  readonly hash: string;
  readonly recorded_at: Date;
  readonly state: string;
}

/** Every kind of rows that a replay needs to go on, by name. */
const KINDS = new Map([...MODEL.kept, ...MODEL.replayed].map((rows) => [rows.name, rows]));

interface Kept {
  readonly rows: readonly (readonly [kind: string, key: string, row: unknown])[];
  readonly finished: readonly (readonly [table: string, count: number])[];
}

export async function writeCheckpoint(
  pool: Pool,
  book: BookId,
  { state, finished }: ReplayedState,
): Promise<void> {
  const rows = [...KINDS.values()].flatMap((kind) =>
    [...state.all(kind)].map(([key, row]) => [kind.name, key, row] as const),
  );
  const kept: Kept = { rows, finished: [...finished] };
  const { position, hash } = state.head;
  const text = JSON.stringify(kept, replacer);
  await withTransaction(pool, book, (client) =>
    client.query(WRITE, [book.tenantId, book.bookId, position, hash, text]),
  );
}

/** The newest checkpoint whose event is still in the log as it was. */
export async function readCheckpoint(
  statements: Statements,
  { tenantId, bookId }: BookId,
): Promise<ReplayedState | undefined> {
  const { rows } = await statements.query<CheckpointRow>(READ, [tenantId, bookId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const kept = JSON.parse(row.state, reviver) as Kept;
  const head = {
    position: Number(row.position),
    hash: row.hash,
    recordedAt: row.recorded_at,
  };
  const state = new BookState(head);
  state.digest = new StateDigest();
  for (const [name, key, value] of kept.rows) {
    const kind = KINDS.get(name);
    if (kind !== undefined) state.put(kind, key, value);
  }
  for (const table of MODEL.tables) {
    for (const [, value] of state.all(table)) table.commit(state.digest, undefined, value, false);
  }
  return { state, finished: new Map(kept.finished) };
}

/** Values that JSON has no form of: what they are, and their text. */
type Tagged = readonly ["bigint" | "date" | "map", string | readonly unknown[]];
const TAG = "$";

function replacer(this: unknown, name: string, value: unknown): unknown {
  // JSON has made a date its text before it comes here.
  const own = (this as Record<string, unknown>)[name];
  if (typeof own === "bigint") return { [TAG]: ["bigint", own.toString()] satisfies Tagged };
  if (own instanceof Date) return { [TAG]: ["date", own.toISOString()] satisfies Tagged };
  if (own instanceof Map) return { [TAG]: ["map", [...own]] satisfies Tagged };
  return value;
}

function reviver(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(TAG in value)) return value;
  const [kind, content] = value[TAG] as Tagged;
  if (kind === "bigint") return BigInt(content as string);
  if (kind === "date") return new Date(content as string);
  return new Map(content as [unknown, unknown][]);
}
