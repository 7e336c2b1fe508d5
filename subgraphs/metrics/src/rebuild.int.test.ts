import { rebuildReadModel } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BookFixture } from "./feed/book.fixture.ts";
import { TenantBookFixture } from "./feed/tenant-book.fixture.ts";
import { DERIVED_TABLES, emptyReadModel, FOLLOWER_NAME } from "./feed/read-model.ts";
import { BEHIND_VIEWS } from "./storage/enforce-tenancy.ts";
import { openService } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

const ENTERED_TABLES = [
  "instrument",
  "daily_price",
  "daily_price_history",
  "price_point",
  "price_point_history",
  "price_hour",
  "price_day",
  "price_upload",
  "corporate_action",
  "price_upload_chunk",
];
let service: OpenService;

beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const rowsOf = async (tables: readonly string[]): Promise<unknown[]> =>
  Promise.all(
    tables.map(async (table) => {
      const { rows } = await service.pool.query<{ row: object }>(
        `SELECT to_jsonb(t) AS row FROM ${table} t`,
      );
      return rows.map(({ row }) => JSON.stringify(row)).sort();
    }),
  );

test("a rebuild restores every sum beside a running follower, and keeps prices", async () => {
  const { pool } = service;
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  for (let day = 10; day < 30; day += 1) {
    book.post(`2026-01-${day}`, [bank, "DEBIT", `${day}.50`], [sales, "CREDIT", `${day}.50`]);
  }
  const own = new TenantBookFixture();
  own.record(["2026-01-05", "EUR/USD", "1.10"], ["2026-01-05", "EUR/GBP", "0.80"]);
  own.record(["2026-01-05", "EUR/USD", "1.120"]);
  service.ledger.publish([...book.events, ...own.events]);
  await service.applied(book);
  await service.applied(own);
  const instrumentId = newId();
  await pool.query("INSERT INTO instrument VALUES ($1, $2, 'ACME', 'Acme', 'EUR')", [
    book.tenantId,
    instrumentId,
  ]);
  await pool.query(
    "INSERT INTO daily_price (tenant_id, instrument_id, day, close, known_from) VALUES ($1, $2, '2026-01-05', 12.5, now())",
    [book.tenantId, instrumentId],
  );
  const right = await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES]);
  await pool.query("UPDATE account_day SET debit = debit + 433");
  await pool.query("DELETE FROM fund_month");
  await pool.query("DELETE FROM exchange_rate");
  expect(await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES])).not.toEqual(right);

  await rebuildReadModel({ pool, follower: FOLLOWER_NAME, empty: emptyReadModel });
  await service.applied(book);
  await service.applied(own);
  expect(await rowsOf([...DERIVED_TABLES, ...ENTERED_TABLES])).toEqual(right);
});

test("every table is either read from the ledger again or kept on purpose", async () => {
  const { rows } = await service.pool.query<{ name: string }>(
    // A partition belongs to its table.
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND NOT relispartition
       AND relnamespace = current_schema::regnamespace`,
  );
  const own = ["feed_book_position", "feed_cursor", "mikro_orm_migrations", "job", "point_horizon"];
  // Of what stands behind views, the views count.
  const inner = [...BEHIND_VIEWS, "roll_up_pending"];
  const names = rows.map(({ name }) => name).filter((name) => !inner.includes(name));
  expect(new Set(names)).toEqual(new Set([...DERIVED_TABLES, ...ENTERED_TABLES, ...own]));
});
