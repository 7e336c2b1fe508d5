import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { BookId } from "../engine/book.ts";
import { advance } from "./advance.ts";
import type { Projection } from "./projection.ts";

const BEGIN_GENERATION = `
  INSERT INTO projection (tenant_id, book_id, name, generation, position, active)
  SELECT $1, $2, $3, coalesce(max(generation), 0) + 1, 0, false
  FROM projection WHERE tenant_id = $1 AND book_id = $2 AND name = $3
  RETURNING generation`;

const LOCK_ALL = `
  SELECT generation, position, active FROM projection
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 FOR UPDATE`;

const RETIRE = `
  UPDATE projection SET active = false
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND active`;

const ACTIVATE = `
  UPDATE projection SET active = true
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND generation = $4`;

const DELETE_GENERATION = `
  DELETE FROM projection
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND generation = $4`;

interface GenerationRow {
  readonly generation: number;
  readonly position: string;
  readonly active: boolean;
}

/**
 * Makes a read model of a book anew beside the one in use, while writing and reading go on. Readers take
 * one generation or the other, whole: the switch is one transaction, once the new one is as far as the old.
 */
export async function rebuild(pool: Pool, book: BookId, projection: Projection): Promise<number> {
  const key = [book.tenantId, book.bookId, projection.name];
  const generation = await withTransaction(pool, book, async (client) => {
    const { rows } = await client.query<{ generation: number }>(BEGIN_GENERATION, key);
    const begun = rows[0]?.generation ?? 1;
    // Of a generation that was lost its rows may be left.
    await projection.drop(client, book, begun);
    return begun;
  });
  for (;;) {
    const { position, done } = await advance(pool, book, projection, generation);
    if (!done) continue;
    const retired = await activate(pool, book, projection, generation);
    if (retired === undefined) continue;
    for (const old of retired) await dropGeneration(pool, book, projection, old);
    return position;
  }
}

/** The generations to drop after the switch; undefined while the one in use is further on. */
function activate(
  pool: Pool,
  book: BookId,
  { name }: Projection,
  generation: number,
): Promise<number[] | undefined> {
  const key = [book.tenantId, book.bookId, name];
  return withTransaction(pool, book, async (client) => {
    const { rows } = await client.query<GenerationRow>(LOCK_ALL, key);
    const own = rows.find((row) => row.generation === generation);
    const used = rows.find(({ active }) => active);
    if (own === undefined) throw new Error("another rebuild took the place of this one");
    if (used !== undefined && Number(used.position) > Number(own.position)) return undefined;
    await client.query(RETIRE, key);
    await client.query(ACTIVATE, [...key, generation]);
    // Older ones, too: a rebuild that was broken off leaves its generation behind.
    return rows.map((row) => row.generation).filter((each) => each < generation);
  });
}

function dropGeneration(
  pool: Pool,
  book: BookId,
  projection: Projection,
  generation: number,
): Promise<void> {
  return withTransaction(pool, book, async (client) => {
    await projection.drop(client, book, generation);
    await client.query(DELETE_GENERATION, [
      book.tenantId,
      book.bookId,
      projection.name,
      generation,
    ]);
  });
}
