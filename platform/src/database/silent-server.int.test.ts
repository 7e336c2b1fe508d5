import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createLogger } from "../logging.ts";
import { startFreezingProxy, type FreezingProxy } from "../testing/freezing-proxy.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { databaseReady, DatabaseWatch, PROBE_LIMIT_MS } from "./database-watch.ts";
import { createPool, withTransaction, type Pool } from "./pool.ts";
import { databaseRefusal } from "./sql-failure.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const logger = createLogger("test", "silent");

let database: TestDatabase;
let proxy: FreezingProxy;
let pool: Pool;
beforeAll(async () => {
  DatabaseWatch.limitMs = PROBE_LIMIT_MS;
  database = await createTestDatabase();
  proxy = await startFreezingProxy(database.url);
  pool = createPool({ url: proxy.url, logger, max: 2 });
});
afterAll(async () => {
  await pool.end();
  proxy.close();
  await database.drop();
});

const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => "answered",
    (error: unknown) => databaseRefusal(error)?.code,
  );

it.each(["SELECT $1::text", "SELECT $1::jsonb"])(
  "refuses a text with U+0000 as input in %s",
  async (statement) => {
    const text = statement.endsWith("jsonb") ? '"\\u0000"' : "\0";
    expect(await codeOf(pool.query(statement, [text]))).toBe("INVALID_INPUT");
  },
);

it.each(['"\\ud800"', '"\\udc00"', '"\\ud800\\ud800"'])(
  "refuses half of a surrogate pair in JSON as input: %s",
  async (text) => {
    expect(await codeOf(pool.query("SELECT $1::jsonb", [text]))).toBe("INVALID_INPUT");
  },
);

it("does not take JSON of its own that is invalid otherwise for input", async () => {
  expect(await codeOf(pool.query("SELECT $1::jsonb", ["{"]))).toBeUndefined();
});

it("pins the settings of a session, whatever the role has as its defaults", async () => {
  await database.asSuperuser(
    "ALTER ROLE CURRENT_USER RESET ALL",
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET datestyle = ''German''', current_database());
       EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''', current_database());
       EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', current_database()); END $$`,
  );
  const { rows } = await pool.query<{ day: string; bytes: Buffer; zone: string }>(
    "SELECT '2026-03-01'::date::text AS day, '\\x00ff'::bytea AS bytes, current_setting('timezone') AS zone",
  );
  expect(rows).toEqual([{ day: "2026-03-01", bytes: Buffer.from([0, 255]), zone: "UTC" }]);
});

it("ends every wait when the server falls silent, and goes on when it answers again", async () => {
  const ready = databaseReady(proxy.url, logger);
  await ready();
  const held = await pool.connect();
  proxy.freeze();
  const waits = [
    codeOf(held.query("SELECT 1")),
    codeOf(pool.query("SELECT 2")),
    codeOf(pool.query("SELECT 3")),
  ];
  expect(await Promise.all(waits)).toEqual(Array(3).fill("UPSTREAM_UNAVAILABLE"));
  held.release(true);
  await expect(pool.connect()).rejects.toThrow("does not answer");
  await expect(ready()).rejects.toThrow("does not answer");
  proxy.thaw();
  await vi.waitFor(
    async () => expect(await codeOf(pool.query("SELECT 4"))).toBe("answered"),
    PATIENCE,
  );
  await ready();
});

it("reports that a commit may have been made when it was not confirmed", async () => {
  const commit = withTransaction(pool, undefined, async (client) => {
    await client.query("CREATE TABLE made (id integer)");
    proxy.freeze();
  });
  expect(await codeOf(commit)).toBe("UPSTREAM_TIMEOUT");
  proxy.thaw();
});
