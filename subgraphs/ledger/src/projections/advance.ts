import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import type { BookId } from "../engine/book.ts";
import { stepOf, type Projection } from "./projection.ts";

const FIRST_GENERATION = 1;

const START = `
  INSERT INTO projection (tenant_id, book_id, name, generation, position, active)
  SELECT $1, $2, $3, ${FIRST_GENERATION}, 0, true
  WHERE NOT EXISTS (
    SELECT FROM projection WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND active)
  ON CONFLICT DO NOTHING`;

const LOCK_ACTIVE = `
  SELECT p.generation, p.position, b.position AS head
  FROM projection p JOIN book b ON b.tenant_id = p.tenant_id AND b.id = p.book_id
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.name = $3
    AND CASE WHEN $4::integer IS NULL THEN p.active ELSE p.generation = $4 END
  FOR UPDATE OF p`;

const MOVE = `
  UPDATE projection SET position = $5
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND generation = $4`;

/**
 * Takes a generation of a read model one step nearer to the end of its book, in one transaction; the
 * active one when none is named. Answers how far it is and whether that is as far as it can go.
 */
export function advance(
  pool: Pool,
  book: BookId,
  projection: Projection,
  generation?: number,
): Promise<{ readonly position: number; readonly done: boolean }> {
  const key = [book.tenantId, book.bookId, projection.name];
  return withTransaction(pool, book, async (client) => {
    if (generation === undefined) await startProjection(client, book, projection);
    const row = await lock(client, key, generation);
    if (row === undefined) return { position: 0, done: true };
    const step = stepOf(projection, Number(row.position), Number(row.head));
    if (step === undefined) return { position: Number(row.position), done: true };
    await projection.project(client, book, row.generation, step.from, step.to);
    await client.query(MOVE, [...key, row.generation, step.to]);
    return { position: step.to, done: step.left === 0 };
  });
}

/** Makes the first generation of a read model of a book, unless there is one; what is left of a lost one goes. */
export async function startProjection(
  client: DatabaseClient,
  book: BookId,
  projection: Projection,
): Promise<void> {
  const started = await client.query(START, [book.tenantId, book.bookId, projection.name]);
  if (started.rowCount === 1) await projection.drop(client, book, FIRST_GENERATION);
}

async function lock(client: DatabaseClient, key: readonly string[], generation?: number) {
  const { rows } = await client.query<{ generation: number; position: string; head: string }>(
    LOCK_ACTIVE,
    [...key, generation ?? null],
  );
  return rows[0];
}
