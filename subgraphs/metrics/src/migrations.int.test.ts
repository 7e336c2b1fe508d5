import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { migrate, withTransaction } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { createTestDatabase, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFundFigures } from "./funds/fund-metrics.ts";
import { applyEvents } from "./feed/apply-events.ts";
import { BookFixture } from "./feed/book.fixture.ts";
import { plainProfile } from "./feed/storage-profile.ts";
import { migrationsFor } from "./migrations.ts";

const logger = createLogger("metrics", "silent");
const migrations = migrationsFor(plainProfile);
const FLOWS = migrations.findIndex(({ name }) => name === "metrics-0004-flows-plain");

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
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
  await migrate({ url: database.url, migrations: migrations.slice(0, FLOWS), logger });
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
  await storeEffect(database.pool, applyEvents(plainProfile), book.events);
  const figures = () =>
    withTransaction(database.pool, undefined, (client) =>
      readFundFigures(client, DEMO_TENANT_ID, book.fundId, "2026-02-01"),
    );
  expect(await figures()).toMatchObject({
    balances: { cash: 700n, inflow: 700n },
    cashAccounts: { count: 1, listed: ["1000 1000"] },
  });
  const start = book.position;
  book.rename(bank, "Closed bank", false);
  await storeEffect(database.pool, applyEvents(plainProfile), book.events.slice(start));
  expect(await figures()).toMatchObject({
    balances: { cash: 0n, inflow: 0n, assets: 700n },
    cashAccounts: { count: 0, listed: [] },
  });
});
