import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule, type TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { WakeSignal } from "../../feed/wake-signal.ts";
import { awaitProjection } from "../../projections/await-projection.ts";
import type { Projection } from "../../projections/projection.ts";

/** Positions in a block: as many as a `bigint` has bits. */
const BLOCK = 64;
const NAME = "actors";

/**
 * Where each actor stands in a book, as blocks of positions with a bit for each: the newest events of a rare actor
 * are then found without a look at the others. Actors are stored by their hash, because a name can be longer than a
 * row of an index, and beneath row-level security only comparisons of bytes may use one.
 */
export class CreateActorBlocks extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE actor_block (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      actor bytea NOT NULL,
      block bigint NOT NULL,
      places bigint NOT NULL,
      CONSTRAINT actor_block_pkey PRIMARY KEY (tenant_id, book_id, generation, actor, block)
    )`);
    this.addSql(`COMMENT ON COLUMN actor_block.actor IS 'SHA-256 of the actor in UTF-8'`);
    this.addSql(`COMMENT ON COLUMN actor_block.places IS
      'Bit n stands for the position ${BLOCK} * block + n + 1'`);
    this.addSql(...enforceTenancy("actor_block"));
    this.addSql(`CREATE POLICY granted_funds ON actor_block AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON actor_block FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON actor_block TO CURRENT_USER`);
  }
}

const INSERT_BLOCKS = `
  INSERT INTO actor_block (tenant_id, book_id, generation, actor, block, places)
  SELECT $1, $2, $3, sha256(convert_to(actor, 'UTF8')), block, places
  FROM (
    SELECT actor, (position - 1) / ${BLOCK} AS block,
      bit_or(1::bigint << ((position - 1) % ${BLOCK})::integer) AS places
    FROM event WHERE tenant_id = $1 AND book_id = $2 AND position > $4 AND position <= $5
    GROUP BY 1, 2
  ) seen`;

const DROP = `DELETE FROM actor_block WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

export const ACTOR_BLOCKS: Projection = {
  name: NAME,
  step: BLOCK,
  most: 4_096,
  project: async (client, { tenantId, bookId }, generation, from, to) => {
    await client.query(INSERT_BLOCKS, [tenantId, bookId, generation, from, to]);
  },
  drop: async (client, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
  },
};

/** So many events behind the read model are read from the log; a reader waits for it when there are more. */
const MOST_BEHIND = 1_000;

const READ_LAG = `
  SELECT least(b.position, $3) - coalesce(p.position, 0) AS behind, least(b.position, $3) AS position
  FROM book b LEFT JOIN projection p
    ON p.tenant_id = $1 AND p.book_id = $2 AND p.name = '${NAME}' AND p.active
  WHERE b.tenant_id = $1 AND b.id = $2`;

// One block more than places: of the first, all places may lie behind the range. What each part needs of the other
// comes from a row beside it: beneath row-level security a subquery in a condition would be no bound of the index.
const READ_PLACES = `
  WITH done AS (
    SELECT coalesce(max(generation), 0) AS generation, coalesce(max(position), 0) AS position FROM projection
    WHERE tenant_id = $1 AND book_id = $2 AND name = '${NAME}' AND active
  )
  SELECT found.position::text FROM (
    SELECT e.position FROM done CROSS JOIN LATERAL (
      SELECT position FROM event
      WHERE tenant_id = $1 AND book_id = $2 AND actor = $3
        AND position >= greatest($4, done.position + 1) AND position <= $5
      ORDER BY position DESC LIMIT $6
    ) e
    UNION ALL
    SELECT ${BLOCK} * b.block + bit + 1 FROM done
    CROSS JOIN LATERAL (
      SELECT block, places FROM actor_block
      WHERE tenant_id = $1 AND book_id = $2 AND generation = done.generation
        AND actor = sha256(convert_to($3, 'UTF8'))
        AND block BETWEEN ($4 - 1) / ${BLOCK} AND ($5 - 1) / ${BLOCK}
      ORDER BY block DESC LIMIT $6 + 1
    ) b
    CROSS JOIN generate_series(0, ${BLOCK - 1}) AS bit
    WHERE b.places & (1::bigint << bit) <> 0
  ) found
  WHERE found.position BETWEEN $4 AND $5 ORDER BY found.position DESC LIMIT $6`;

interface Reading {
  readonly reads: TenantReads;
  readonly book: BookId;
  readonly projectionsMoved: WakeSignal;
}

/** The last positions of a range at which an actor stands, newest first; both ends are included. */
export async function findActor(
  { reads, book, projectionsMoved }: Reading,
  actor: string,
  { from, to }: { readonly from: number; readonly to: number },
  count: number,
): Promise<number[]> {
  const { tenantId, bookId } = book;
  const { rows: lags } = await reads.query<{ behind: string; position: string }>(
    READ_LAG,
    [tenantId, bookId, to],
    { prepared: true },
  );
  const needed = Number(lags[0]?.position ?? 0) - MOST_BEHIND;
  if (Number(lags[0]?.behind ?? 0) > MOST_BEHIND)
    await awaitProjection(reads, projectionsMoved, book, NAME, needed);
  // Of one statement, all parts see the same generation, as far as it had come.
  const { rows } = await reads.query<{ position: string }>(
    READ_PLACES,
    [tenantId, bookId, actor, from, to, count],
    { prepared: true },
  );
  return rows.map(({ position }) => Number(position));
}
