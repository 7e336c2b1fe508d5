import { setImmediate as turn } from "node:timers/promises";
import type { TransactionPosted } from "@allfunds/contract/events";
import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { binaryArray } from "../../engine/binary-array.ts";
import type { Projection } from "../../projections/projection.ts";
import { termsOf, type TermKind } from "./search-terms.ts";

/** The name of the projection. */
export const TERMS = "terms";

/** Positions that one block of the index covers; a place within it takes two bytes. */
export const BLOCK_SIZE = 8_192;

/** The block of a position. */
export const blockOf = (position: number, size: number): number =>
  Math.floor((position - 1) / size);

/**
 * An inverted index of each book in blocks of positions, newest last. A row has the places of one term within
 * a block, as many as one step of the projection took in: a frequent term costs a row for each step and not
 * for each transaction, and a reader takes block by block only as many as its page needs. Terms are compared
 * as bytes, because beneath row-level security only such comparisons may use an index.
 */
export class IndexTermsInBlocks extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE term_block (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      block integer NOT NULL,
      kind text COLLATE "C" NOT NULL,
      term text COLLATE "C" NOT NULL,
      first smallint NOT NULL,
      places bytea NOT NULL,
      CONSTRAINT term_block_pkey
        PRIMARY KEY (tenant_id, book_id, generation, block, kind, term, first)
    )`);
    this.addSql(`COMMENT ON COLUMN term_block.places IS
      'Places within the block, each two bytes, least significant first'`);
    this.addSql(...enforceTenancy("term_block"));
    this.addSql(`CREATE POLICY granted_funds ON term_block AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON term_block FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE ON term_block TO CURRENT_USER`);
    this.addSql(`DROP TABLE search_term`);
    this.addSql(...acrossTenants(["projection"], `DELETE FROM projection WHERE name = 'search'`));
  }
}

const READ_EVENTS = `
  SELECT position::int, type, actor, CASE WHEN type = 'TransactionPosted' THEN payload END AS payload
  FROM event WHERE tenant_id = $1 AND book_id = $2 AND position > $3 AND position <= $4
  ORDER BY position`;

/** An event as the index sees it. */
export interface IndexedEvent {
  readonly position: number;
  readonly type: string;
  readonly actor: string;
  /** Of a posted transaction. */
  readonly payload: TransactionPosted | null;
}

const INSERT_BLOCKS = `
  INSERT INTO term_block (tenant_id, book_id, generation, block, kind, term, first, places)
  SELECT $1, $2, $3, unnest($4::integer[]), unnest($5::text[]), unnest($6::text[]), unnest($7::smallint[]),
    unnest($8::bytea[])`;

const DROP = `DELETE FROM term_block WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

/** Events whose terms are made before other work of this process gets its turn. */
const EVENTS_A_TURN = 200;

interface Row {
  readonly block: number;
  readonly kind: TermKind;
  readonly term: string;
  readonly places: number[];
}

/** The rows of some events, in the order of the index. */
async function rowsOf(events: readonly IndexedEvent[], size: number): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const [at, event] of events.entries()) {
    if (at % EVENTS_A_TURN === EVENTS_A_TURN - 1) await turn();
    const block = blockOf(event.position, size);
    const place = (event.position - 1) % size;
    for (const { kind, term } of termsOf(event)) {
      const name = `${block} ${kind} ${term}`;
      const row = rows.get(name);
      if (row === undefined) rows.set(name, { block, kind, term, places: [place] });
      else row.places.push(place);
    }
  }
  return [...rows.values()].toSorted(
    (a, b) => a.block - b.block || compare(a.kind, b.kind) || compare(a.term, b.term),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function placesHex(places: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(places.length * 2);
  for (const [at, place] of places.entries()) bytes.writeUInt16LE(place, at * 2);
  return bytes.toString("hex");
}

/** What the events of a book can be found by. */
export const termBlocks = (blockSize = BLOCK_SIZE): Projection => ({
  name: TERMS,
  step: 1,
  most: 4_096,
  project: async (client, { tenantId, bookId }, generation, from, to) => {
    const read = await client.query<IndexedEvent>(READ_EVENTS, [tenantId, bookId, from, to]);
    const rows = await rowsOf(read.rows, blockSize);
    await client.query(INSERT_BLOCKS, [
      tenantId,
      bookId,
      generation,
      binaryArray("integer", rows, ({ block }) => block),
      binaryArray("text", rows, ({ kind }) => kind),
      binaryArray("text", rows, ({ term }) => term),
      binaryArray("smallint", rows, ({ places }) => places[0] ?? 0),
      binaryArray("bytea", rows, ({ places }) => placesHex(places)),
    ]);
  },
  drop: async (client, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
  },
});

export const TERM_BLOCKS = termBlocks();
