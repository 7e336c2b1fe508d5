import { DEMO_TENANT_ID, runInContext } from "@allfunds/platform/context";
import { createPool, withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import { forRequests } from "@allfunds/platform/tenancy";
import { storeEffect, testContext } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyEvents } from "./feed/apply-events.ts";
import { BookFixture } from "./feed/book.fixture.ts";
import { createMetricsDatabase } from "./metrics-database.fixture.ts";
import { BEHIND_VIEWS, OF_THE_FEED } from "./storage/enforce-tenancy.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createMetricsDatabase();
});
afterAll(() => database.drop());

const TABLES = `
  SELECT c.relname AS name, c.relkind = 'v' AS "isView", c.relforcerowsecurity AS "isForced"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
  WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace = current_schema::regnamespace ORDER BY 1`;

interface Table {
  readonly name: string;
  readonly isView: boolean;
  readonly isForced: boolean;
}

/** False for the few tables that are shown to every tenant, on purpose. */
const isBound = (name: string) => ![...BEHIND_VIEWS, ...OF_THE_FEED].includes(name);

const readTables = async () => (await database.pool.query<Table>(TABLES)).rows;

describe("beneath the code", () => {
  test("every table with a tenant has row-level security, partitions included", async () => {
    const open = (await readTables()).filter(({ isView, isForced }) => !isView && !isForced);
    expect(open.map(({ name }) => name).filter(isBound)).toEqual([]);
  });

  test("no table and no view shows another tenant's rows, or takes any", async () => {
    const other = newId();
    const book = new BookFixture("EUR", other);
    const bank = book.account("1000", "ASSET");
    const sales = book.account("4000", "INCOME");
    book.post("2026-01-05", [bank, "DEBIT", "7"], [sales, "CREDIT", "7"]);
    await storeEffect(database.pool, applyEvents(), book.events);
    const instrumentId = newId();
    const price = [other, instrumentId];
    const insert = `INSERT INTO price_point (tenant_id, instrument_id, at, close, known_from)
      VALUES ($1, $2, clock_timestamp(), 1, now())`;
    await withTransaction(database.pool, { tenantId: other }, async (client) => {
      await client.query("INSERT INTO instrument VALUES ($1, $2, 'ACME', 'Acme', 'EUR')", price);
      await client.query(insert, price);
    });
    const names = (await readTables()).map(({ name }) => name);
    const shown = async (tenantId: string) =>
      withTransaction(database.pool, { tenantId }, async (client) => {
        const seen: string[] = [];
        for (const name of names) {
          const { rowCount } = await client.query(`SELECT 1 FROM ${name} WHERE tenant_id = $1`, [
            other,
          ]);
          if ((rowCount ?? 0) > 0) seen.push(name);
        }
        return seen.filter(isBound);
      });
    expect(await shown(DEMO_TENANT_ID)).toEqual([]);
    expect(await shown(other)).toEqual(
      expect.arrayContaining([
        "account",
        "account_day",
        "fund",
        "fund_day",
        "instrument",
        "price_point",
      ]),
    );
    await expect(database.pool.query(insert, price)).rejects.toThrow(
      /row-level security|check option/,
    );
  });

  test("a connection for requests reads for each request's tenant, and for none without one", async () => {
    const logger = createLogger("metrics", "silent");
    const pool = forRequests(createPool({ url: database.url, logger, max: 1 }));
    const book = new BookFixture();
    await storeEffect(database.pool, applyEvents(), book.events);
    const count = async () =>
      (await pool.query<{ n: number }>("SELECT count(*)::int AS n FROM fund")).rows[0]?.n;
    const as = (tenantId: string) => runInContext(testContext({ tenantId }), count);
    try {
      expect(await as(DEMO_TENANT_ID)).toBeGreaterThan(0);
      expect(await as(newId())).toBe(0);
      expect(await as(DEMO_TENANT_ID)).toBeGreaterThan(0);
      expect(await count()).toBe(0);
    } finally {
      await pool.end();
    }
  });
});
