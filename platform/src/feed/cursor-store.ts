import { Migration, type NamedMigration } from "../database/migration.ts";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import type { Statement } from "../database/one-transaction.ts";
import { bookKey, type Book } from "./book.ts";

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
        fund_id uuid NOT NULL,
        follower text NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (tenant_id, fund_id, follower)
      )`);
    this.addSql("CREATE INDEX feed_book_position_fund ON feed_book_position (fund_id, follower)");
  }
}

class AddFollowerState extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN refused_at timestamptz");
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN rebuilding boolean NOT NULL DEFAULT false");
    this.addSql("ALTER TABLE feed_cursor ADD COLUMN generation integer NOT NULL DEFAULT 0");
  }
}

/** The tables a follower keeps its place in; a service that follows lists them among its migrations. */
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

/** How far these books were applied, by their keys; a book of which nothing was applied is absent. */
export async function readBookPositions(
  client: DatabaseClient | Pool,
  follower: string,
  books: readonly Book[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ tenant_id: string; fund_id: string; position: string }>(
    `SELECT tenant_id, fund_id, position FROM feed_book_position
     WHERE follower = $1 AND (tenant_id, fund_id) IN
       (SELECT tenant_id, fund_id FROM unnest($2::uuid[], $3::uuid[]) AS asked (tenant_id, fund_id))`,
    [follower, books.map(({ tenantId }) => tenantId), books.map(({ fundId }) => fundId)],
  );
  return new Map(
    rows.map((row) => [
      bookKey({ tenantId: row.tenant_id, fundId: row.fund_id }),
      Number(row.position),
    ]),
  );
}

// The words are no number: where the cursor stands elsewhere they fail the transaction, and say why.
const MOVE_CURSOR = `
  INSERT INTO feed_cursor AS mine (follower, cursor) VALUES ($1, $3)
  ON CONFLICT (follower) DO UPDATE SET updated_at = now(), cursor =
    CASE WHEN mine.cursor IS NOT DISTINCT FROM $2 THEN excluded.cursor
      ELSE ('another replica moved the cursor of ' || mine.follower)::int::text END`;

const MOVE_BOOKS = `
  INSERT INTO feed_book_position (tenant_id, fund_id, follower, position)
  SELECT tenant_id, fund_id, $1, position
  FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS moved (tenant_id, fund_id, position)
  ON CONFLICT (tenant_id, fund_id, follower) DO UPDATE SET position = excluded.position`;

/** Moves the cursor and its books, but only if it still stands where this follower left it. */
export function moveOn(
  follower: string,
  cursor: { readonly expected: string | null; readonly next: string | null },
  positions: readonly BookPosition[],
): Statement[] {
  const moveCursor = { text: MOVE_CURSOR, values: [follower, cursor.expected, cursor.next] };
  if (positions.length === 0) return [moveCursor];
  const books = [
    arrayOf(positions.map(({ tenantId }) => tenantId)),
    arrayOf(positions.map(({ fundId }) => fundId)),
    arrayOf(positions.map(({ position }) => position)),
  ];
  return [moveCursor, { text: MOVE_BOOKS, values: [follower, ...books] }];
}

/** An array as the server reads it, of items that need no quoting. */
const arrayOf = (items: readonly (string | number)[]): string => `{${items.join(",")}}`;
