import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { NotificationListener } from "./notification-listener.ts";
import { createPool, type Pool } from "./pool.ts";

const PATIENCE = { timeout: 60_000, interval: 20 };
const logger = createLogger("test", "silent");

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, logger });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const notify = (payload: string) => pool.query("SELECT pg_notify('news', $1)", [payload]);

it("delivers notifications, also after its connection was lost and after one could not be read", async () => {
  const received: string[] = [];
  let beginnings = 0;
  const listener = new NotificationListener({
    pool,
    channel: "news",
    logger,
    onPayload: (payload) => {
      if (payload === "unreadable") throw new Error(payload);
      received.push(payload);
    },
    onListening: () => {
      beginnings += 1;
    },
  });
  listener.start();
  const begun = (times: number) => vi.waitFor(() => expect(beginnings).toBe(times), PATIENCE);
  const delivered = (...payloads: string[]) =>
    vi.waitFor(() => expect(received).toEqual(payloads), PATIENCE);

  await begun(1);
  await notify("first");
  await delivered("first");

  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND query = 'LISTEN news'`,
  );
  await begun(2);
  await notify("unreadable");
  await begun(3);
  await notify("second");
  await delivered("first", "second");

  await listener.stop();
  await notify("third");
  expect(received).toEqual(["first", "second"]);
  expect(pool.totalCount).toBe(pool.idleCount);
});
