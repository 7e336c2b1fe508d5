import { migrate } from "@allfunds/platform/database";
import { createFollower, rebuildReadModel } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import type { Follower } from "@allfunds/platform/feed";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { instrumentMigrations } from "./instruments/migrations.ts";
import { applyEvents } from "./series/apply-events.ts";
import { BookFixture } from "./series/book.fixture.ts";
import { DERIVED_TABLES, emptyReadModel } from "./series/empty-read-model.ts";
import { FOLLOWER_NAME } from "./series/follower-name.ts";
import { LedgerFeedFixture } from "./series/ledger-feed.fixture.ts";
import { seriesMigrations } from "./series/migrations.ts";
import { plainProfile } from "./series/storage/plain-profile.ts";

const logger = createLogger("metrics", "silent");
const ENTERED_TABLES = ["instrument", "instrument_price"];
let database: TestDatabase;
let feed: LedgerFeedFixture;
let follower: Follower;

beforeEach(async () => {
  database = await createTestDatabase();
  const { url, pool } = database;
  const migrations = [...seriesMigrations(plainProfile), ...instrumentMigrations];
  await migrate({ url, migrations, logger });
  feed = new LedgerFeedFixture();
  const ledgerUrl = await feed.start();
  const effect = applyEvents(plainProfile);
  follower = createFollower({ name: FOLLOWER_NAME, ledgerUrl, pool, logger, effect });
  follower.start();
});
afterEach(async () => {
  await follower.stop();
  await feed.stop();
  await database.drop();
});

const rowsOf = async (tables: readonly string[]): Promise<unknown[]> =>
  Promise.all(
    tables.map(async (table) => {
      const { rows } = await database.pool.query<{ row: object }>(
        `SELECT to_jsonb(t) AS row FROM ${table} t`,
      );
      return rows.map(({ row }) => JSON.stringify(row)).sort();
    }),
  );

test("a rebuild brings back every sum beside a running follower, and touches no price", async () => {
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  for (let day = 10; day < 30; day += 1) {
    book.post(`2026-01-${day}`, [bank, "DEBIT", `${day}.50`], [sales, "CREDIT", `${day}.50`]);
  }
  feed.publish(book.events);
  await follower.waitFor(book, book.position, 10_000);
  const instrumentId = newId();
  await database.pool.query("INSERT INTO instrument VALUES ($1, $2, 'ACME', 'Acme', 'EUR')", [
    book.tenantId,
    instrumentId,
  ]);
  await database.pool.query("INSERT INTO instrument_price VALUES ($1, $2, '2026-01-05', 12.5)", [
    book.tenantId,
    instrumentId,
  ]);
  const right = await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES]);
  await database.pool.query("UPDATE account_day SET debit = debit + 433");
  await database.pool.query("DELETE FROM fund_month");
  expect(await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES])).not.toEqual(right);

  await rebuildReadModel({ pool: database.pool, follower: FOLLOWER_NAME, empty: emptyReadModel });
  await vi.waitFor(() => follower.waitFor(book, book.position), { timeout: 15_000 });
  expect(await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES])).toEqual(right);
});

test("every table is either read from the ledger again or kept on purpose", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema",
  );
  const own = ["feed_book_position", "feed_cursor", "mikro_orm_migrations"];
  expect(new Set(rows.map(({ name }) => name))).toEqual(
    new Set([...DERIVED_TABLES, ...ENTERED_TABLES, ...own]),
  );
});
