import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { arrayLiteral } from "../engine/batched-sql.ts";
import type { BookId } from "../engine/book.ts";
import { startProjection } from "./advance.ts";
import { stepOf, type Projection, type Step } from "./projection.ts";

const LOCK_ACTIVE = `
  SELECT p.name, p.generation, p.position, b.position AS head
  FROM projection p JOIN book b ON b.tenant_id = p.tenant_id AND b.id = p.book_id
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.name = ANY ($3::text[]) AND p.active
  ORDER BY p.name FOR UPDATE OF p`;

const MOVE = `
  UPDATE projection p SET position = u.position
  FROM unnest($3::text[], $4::integer[], $5::bigint[]) AS u (name, generation, position)
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.name = u.name AND p.generation = u.generation`;

interface ActiveRow {
  readonly name: string;
  readonly generation: number;
  readonly position: string;
  readonly head: string;
}

interface Due extends Step {
  readonly projection: Projection;
  readonly generation: number;
}

/**
 * Takes the generations in use of several read models one step nearer to the end of their book, in one
 * transaction: together they cost a third of what each costs alone. Returns how many positions the last of them
 * is behind; 0 when all are as far as they can go.
 */
export function advanceTogether(
  pool: Pool,
  book: BookId,
  projections: readonly Projection[],
): Promise<number> {
  return withTransaction(pool, book, async (client) => {
    const rows = await lockActive(client, book, projections);
    const due: Due[] = [];
    for (const projection of projections) {
      const row = rows.find(({ name }) => name === projection.name);
      const step = row && stepOf(projection, Number(row.position), Number(row.head));
      if (row && step) due.push({ ...step, projection, generation: row.generation });
    }
    for (const { projection, generation, from, to } of due) {
      await projection.project(client, book, generation, from, to);
    }
    if (due.length > 0) await move(client, book, due);
    return Math.max(0, ...due.map(({ left }) => left));
  });
}

async function lockActive(
  client: DatabaseClient,
  book: BookId,
  projections: readonly Projection[],
): Promise<readonly ActiveRow[]> {
  const names = projections.map(({ name }) => name);
  const lock = async () =>
    (await client.query<ActiveRow>(LOCK_ACTIVE, [book.tenantId, book.bookId, names])).rows;
  const rows = await lock();
  if (rows.length === projections.length) return rows;
  for (const projection of projections) await startProjection(client, book, projection);
  return lock();
}

const move = (
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  due: readonly Due[],
): Promise<unknown> =>
  client.query(MOVE, [
    tenantId,
    bookId,
    arrayLiteral(due.map(({ projection }) => projection.name)),
    arrayLiteral(due.map(({ generation }) => generation)),
    arrayLiteral(due.map(({ to }) => to)),
  ]);
