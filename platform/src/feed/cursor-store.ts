import { GRANT_COLUMN } from "@allfunds/contract/caller";
import { Migration, type NamedMigration } from "../database/migration.ts";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import type { SqlStatement } from "../database/one-transaction.ts";

/** A book. Tenants choose the ids of theirs, so only the tenant and the id together identify it. */
export interface Book {
  readonly tenantId: string;
  readonly bookId: string;
}

/** A map key for a book. */
export const bookKey = ({ tenantId, bookId }: Book): string => `${tenantId}/${bookId}`;

/** The column of a book's id. */
const BOOK_ID = GRANT_COLUMN;
const BOOK_INDEX = `feed_book_position_${BOOK_ID.replace("_id", "")}`;

class CreateFeedTables extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE feed_cursor (
        follower text PRIMARY KEY,
        cursor text,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    this.addSql(`
      CREATE TABLE feed_book_position (
        tenant_id uuid NOT NULL,
        ${BOOK_ID} uuid NOT NULL,
        follower text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (tenant_id, ${BOOK_ID}, follower)
      )`);
    this.addSql(`CREATE INDEX ${BOOK_INDEX} ON feed_book_position (${BOOK_ID}, follower)`);
  }
}

class AddFollowerState extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN refused_at timestamptz");
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN rebuilding boolean NOT NULL DEFAULT false");
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN generation integer NOT NULL DEFAULT 0");
  }
}

/** The tables for cursors; a service with a follower lists them among its migrations. */
export const feedMigrations: readonly NamedMigration[] = [
  { name: "feed-0001-cursor", class: CreateFeedTables },
  { name: "feed-0002-follower-state", class: AddFollowerState },
];

export async function readCursor(client: DatabaseClient, follower: string): Promise<string | null> {
  const { rows } = await client.query<{ cursor: string | null }>(
    "SELECT cursor FROM feed_cursor WHERE follower = $1",
    [follower],
  );
  return rows[0]?.cursor ?? null;
}

export interface BookPosition extends Book {
  readonly position: number;
}

/** The applied position of each book, by its key; a book without applied events is absent. */
export async function readBookPositions(
  client: DatabaseClient | Pool,
  follower: string,
  books: readonly Book[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ tenantId: string; bookId: string; position: string }>(
    `SELECT tenant_id AS "tenantId", ${BOOK_ID} AS "bookId", position FROM feed_book_position
     WHERE follower = $1 AND (tenant_id, ${BOOK_ID}) IN
       (SELECT tenant_id, book_id FROM unnest($2::uuid[], $3::uuid[]) AS wanted (tenant_id, book_id))`,
    [follower, books.map(({ tenantId }) => tenantId), books.map(({ bookId }) => bookId)],
  );
  return new Map(rows.map((row) => [bookKey(row), Number(row.position)]));
}

// Casting the text to a number fails the transaction with that text when another replica moved the cursor.
const MOVE_CURSOR = `
  INSERT INTO feed_cursor AS mine (follower, cursor) VALUES ($1, $3)
  ON CONFLICT (follower) DO UPDATE SET updated_at = now(), cursor =
    CASE WHEN mine.cursor IS NOT DISTINCT FROM $2 THEN excluded.cursor
      ELSE ('another replica moved the cursor of ' || mine.follower)::int::text END`;

const MOVE_BOOKS = `
  INSERT INTO feed_book_position (tenant_id, ${BOOK_ID}, follower, position)
  SELECT tenant_id, book_id, $1, position
  FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS moved (tenant_id, book_id, position)
  ON CONFLICT (tenant_id, ${BOOK_ID}, follower) DO UPDATE SET position = excluded.position`;

/** Moves the cursor and its books; fails when the cursor is not the expected one. */
export function moveCursor(
  follower: string,
  cursor: { readonly expected: string | null; readonly next: string | null },
  positions: readonly BookPosition[],
): SqlStatement[] {
  const move = { text: MOVE_CURSOR, values: [follower, cursor.expected, cursor.next] };
  if (positions.length === 0) return [move];
  const books = [
    arrayOf(positions.map(({ tenantId }) => tenantId)),
    arrayOf(positions.map(({ bookId }) => bookId)),
    arrayOf(positions.map(({ position }) => position)),
  ];
  return [move, { text: MOVE_BOOKS, values: [follower, ...books] }];
}

/** A PostgreSQL array literal of items that need no quoting. */
const arrayOf = (items: readonly (string | number)[]): string => `{${items.join(",")}}`;
