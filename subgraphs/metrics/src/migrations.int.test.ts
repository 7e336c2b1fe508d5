import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { migrate } from "@allfunds/platform/database";
import { TenantPool } from "@allfunds/platform/tenancy";
import type { NamedMigration } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFundFigures } from "./funds/fund-figures-sql.ts";
import { applyEvents } from "./feed/apply-events.ts";
import { BookFixture } from "./feed/book.fixture.ts";
import { TenantBookFixture } from "./feed/tenant-book.fixture.ts";
import { chooseStorageProfile } from "./storage/storage-profile.ts";
import { newId } from "@allfunds/platform/ids";
import { readSeries } from "./prices/price-read.ts";
import { createDemoDatabase } from "./metrics-database.fixture.ts";
import { migrationsFor } from "./migrations.ts";

const logger = createLogger("metrics", "silent");

let database: TestDatabase;
let migrations: readonly NamedMigration[];
beforeEach(async () => {
  database = await createDemoDatabase();
  migrations = migrationsFor(await chooseStorageProfile(database.pool));
});
/** The migrations before one. */
const before = (start: string) =>
  migrations.slice(
    0,
    migrations.findIndex(({ name }) => name.startsWith(start)),
  );
afterEach(() => database.drop());

/** What the version before stored of a sale of 7.00. */
const storedBefore = (tenant: string, fund: string, bank: string) => `
  INSERT INTO feed_cursor (follower, cursor) VALUES ('metrics', '4'), ('another', '9');
  INSERT INTO feed_book_position
    VALUES ('${tenant}', '${fund}', 'metrics', 4), ('${tenant}', '${fund}', 'another', 4);
  INSERT INTO fund VALUES ('${tenant}', '${fund}', 'Test fund', 'EUR');
  INSERT INTO account VALUES ('${tenant}', '${bank}', '${fund}', '1000', '1000', 'ASSET', 'EUR', true);
  INSERT INTO account_day VALUES ('${tenant}', '${bank}', '2026-01-05', 700, 0);
  INSERT INTO account_month VALUES ('${tenant}', '${bank}', '2026-01-01', 700, 0);
  INSERT INTO fund_day VALUES ('${tenant}', '${fund}', 'EUR', '2026-01-05', 700, 700, 0, 700, 0, 700, 0);
  INSERT INTO fund_month VALUES ('${tenant}', '${fund}', 'EUR', '2026-01-01', 700, 700, 0, 700, 0, 700, 0)`;

test("follows anew and marks accounts by their code when the database is of the version before", async () => {
  await migrate({ url: database.url, migrations: before("metrics-0004"), logger });
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  book.post("2026-01-05", [bank, "DEBIT", "7"], [sales, "CREDIT", "7"]);
  await database.pool.query(storedBefore(DEMO_TENANT_ID, book.fundId, bank));

  await migrate({ url: database.url, migrations, logger });
  const { rows } = await database.pool.query(
    `SELECT follower, (SELECT max(position)::int FROM feed_book_position AS book
      WHERE book.follower = feed_cursor.follower) AS position FROM feed_cursor`,
  );
  expect(rows).toEqual([{ follower: "another", position: 4 }]);

  // As the follower delivers them again, from the first event on.
  await storeEffect(database.pool, applyEvents(), book.events);
  const figures = async () => {
    const reads = new TenantPool(database.pool);
    const found = await readFundFigures(reads, DEMO_TENANT_ID, [book.fundId], "2026-02-01");
    const { balances, flows90d, cashAccounts } = found.get(book.fundId)!;
    return { cashAccounts, balances: balances.get("EUR"), flows90d };
  };
  expect(await figures()).toMatchObject({
    balances: { cash: 700n },
    flows90d: { inflow: 700n },
    cashAccounts: { count: 1, listed: ["1000 1000"] },
  });
  const start = book.position;
  book.rename(bank, "Closed bank", false);
  await storeEffect(database.pool, applyEvents(), book.events.slice(start));
  expect(await figures()).toMatchObject({
    balances: { cash: 0n, assets: 700n },
    flows90d: { inflow: 0n },
    cashAccounts: { count: 0, listed: [] },
  });
});

test("follows anew so that rates which were recorded before convert as well", async () => {
  await migrate({ url: database.url, migrations: before("metrics-0013"), logger });
  const [book, own] = [new BookFixture(), new TenantBookFixture()];
  const dollars = book.account("1020", "ASSET", "USD");
  const capital = book.account("3000", "EQUITY", "USD");
  book.post("2026-01-05", [dollars, "DEBIT", "11", "USD"], [capital, "CREDIT", "11", "USD"]);
  own.record(["2026-01-05", "EUR/USD", "1.10"]);
  const stored = `
    INSERT INTO feed_cursor (follower, cursor) VALUES ('metrics', '5');
    INSERT INTO feed_book_position VALUES
      ('${DEMO_TENANT_ID}', '${book.fundId}', 'metrics', ${book.position}),
      ('${DEMO_TENANT_ID}', '${own.fundId}', 'metrics', ${own.position});
    INSERT INTO fund VALUES ('${DEMO_TENANT_ID}', '${book.fundId}', 'Test fund', 'EUR')`;
  await database.pool.query(stored);

  await migrate({ url: database.url, migrations, logger });
  const left = await database.pool.query(
    "SELECT follower FROM feed_cursor UNION ALL SELECT follower FROM feed_book_position",
  );
  expect(left.rows).toEqual([]);
  // A replica of the version before cannot follow without keeping rates.
  const old = `INSERT INTO fund (tenant_id, fund_id, name, currency)
    VALUES ('${DEMO_TENANT_ID}', '${book.fundId}', 'Test fund', 'EUR')`;
  await expect(database.pool.query(old)).rejects.toThrow(/column "name"/);

  await storeEffect(database.pool, applyEvents(), [...own.events, ...book.events]);
  const reads = new TenantPool(database.pool);
  const found = await readFundFigures(reads, DEMO_TENANT_ID, [book.fundId], "2026-02-01");
  const { rates, balances } = found.get(book.fundId)!;
  const cash = balances.get("USD")?.cash ?? 0n;
  expect(rates.convert("2026-02-01", cash, "USD", "EUR")?.minor).toBe(1_000n);
});

test("follows anew so that every source of a rate is kept, and which one a fund prefers", async () => {
  await migrate({ url: database.url, migrations: before("metrics-0014"), logger });
  const [book, own] = [new BookFixture(), new TenantBookFixture()];
  book.account("1020", "ASSET", "USD");
  book.prefer("2026-01-01", "ECB");
  own.record(["2026-01-05", "EUR/USD", "1.10"], ["2026-01-05", "EUR/USD", "1.20", "BANK"]);
  const keptBefore = `INSERT INTO exchange_rate (tenant_id, base, quote, bucket, rate, source)
    VALUES ('${DEMO_TENANT_ID}', 'EUR', 'USD', '2026-01-05', 1.2, 'BANK')`;
  await database.pool.query(`
    INSERT INTO feed_cursor (follower, cursor) VALUES ('metrics', '2');
    INSERT INTO feed_book_position VALUES
      ('${DEMO_TENANT_ID}', '${own.fundId}', 'metrics', ${own.position});
    ${keptBefore}`);

  await migrate({ url: database.url, migrations, logger });
  const left = await database.pool.query(
    "SELECT follower FROM feed_cursor UNION ALL SELECT follower FROM feed_book_position",
  );
  expect(left.rows).toEqual([]);
  // A replica of the version before cannot follow without keeping sources.
  await expect(database.pool.query(keptBefore)).rejects.toThrow(/null value in column/);

  await storeEffect(database.pool, applyEvents(), [...own.events, ...book.events]);
  const reads = new TenantPool(database.pool);
  const found = await readFundFigures(reads, DEMO_TENANT_ID, [book.fundId], "2026-02-01");
  const { rates } = found.get(book.fundId)!;
  expect(rates.at("2026-02-01", "USD", "EUR")?.rates[0]?.source).toBe("ECB");
});

test("keeps the prices of the version before as prices of days, with every decimal", async () => {
  await migrate({ url: database.url, migrations: before("metrics-0006"), logger });
  const instrumentId = newId();
  const key = [DEMO_TENANT_ID, instrumentId];
  await database.pool.query("INSERT INTO instrument VALUES ($1, $2, 'ACME', 'Acme', 'EUR')", key);
  await database.pool.query(
    `INSERT INTO instrument_price VALUES ($1, $2, '1931-05-04', 0.100), ($1, $2, '2999-12-31', 12.5)`,
    key,
  );

  await migrate({ url: database.url, migrations, logger });
  const { rows } = await database.pool.query(
    "SELECT day::text AS day, close::text AS close, open FROM daily_price ORDER BY day",
  );
  expect(rows).toEqual([
    { day: "1931-05-04", close: "0.100", open: null },
    { day: "2999-12-31", close: "12.5", open: null },
  ]);
  const request = { tenantId: DEMO_TENANT_ID, instrumentId, knownAt: new Date("1970-01-01") };
  const { series, version } = await readSeries(database.pool, request);
  expect([...series.values]).toEqual([0.1, 12.5]);
  expect(version).toBe(`${instrumentId}:1`);
});
