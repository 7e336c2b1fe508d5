import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import type { Effect } from "@allfunds/platform/feed";
import { createTestDatabase, storeEffect } from "@allfunds/platform/testing";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "@allfunds/platform/ids";
import { BookFixture } from "./book.fixture.ts";
import { TenantBookFixture } from "./tenant-book.fixture.ts";
import { notifyFundsChanged } from "./fund-delta.ts";
import type { FundChanged } from "./fund-delta.ts";
import { FundUpdates } from "./fund-updates.ts";
import { LatestValue } from "./latest-value.ts";

const logger = createLogger("metrics", "silent");
let database: TestDatabase;
let updates: FundUpdates;

beforeAll(async () => {
  database = await createTestDatabase();
  updates = new FundUpdates(database.pool, logger);
  updates.start();
  await listening();
});
afterAll(async () => {
  await updates.stop();
  await database.drop();
});

const LISTENERS = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`;

async function listening(): Promise<number> {
  return vi.waitFor(async () => {
    const { rows } = await database.pool.query<{ pid: number }>(LISTENERS);
    expect(rows).toHaveLength(1);
    return rows[0].pid;
  });
}

const notifying: Effect = {
  statementsFor: (events) => Promise.resolve([notifyFundsChanged(events)]),
};

function subscribe({ fundId }: BookFixture): LatestValue<FundChanged> {
  const subscriber = new LatestValue<FundChanged>(() => unlisten());
  const unlisten = updates.listen(DEMO_TENANT_ID, fundId, (changed) => subscriber.push(changed));
  return subscriber;
}

const notify = (book: BookFixture) => storeEffect(database.pool, notifying, book.events);

async function recordRates(tenantId?: string): Promise<void> {
  const own = new TenantBookFixture(tenantId);
  own.record(["2026-01-05", "EUR/USD", "1.10"]);
  await storeEffect(database.pool, notifying, own.events);
}

test("a subscriber receives updates of its own fund only", async () => {
  const [followed, other] = [new BookFixture(), new BookFixture()];
  const subscriber = subscribe(followed);
  await notify(other);
  await notify(followed);
  expect((await subscriber.next()).value).toMatchObject({ fundId: followed.fundId });
  await subscriber.return();
});

test("exchange rates reach a subscriber of every fund of their tenant, and of no other", async () => {
  const books = [new BookFixture(), new BookFixture()];
  const subscribers = books.map(subscribe);
  let woken = 0;
  for (const subscriber of subscribers) void subscriber.next().then(() => (woken += 1));
  await recordRates(newId());
  const later = new BookFixture();
  const laterSubscriber = subscribe(later);
  await notify(later);
  await laterSubscriber.next();
  await laterSubscriber.return();
  expect(woken).toBe(0);
  await recordRates();
  await vi.waitFor(() => expect(woken).toBe(2));
  for (const subscriber of subscribers) await subscriber.return();
});

test("events that were rolled back wake no subscriber", async () => {
  const book = new BookFixture();
  const subscriber = subscribe(book);
  let woken = false;
  void subscriber.next().then(() => (woken = true));
  const failing = { text: "SELECT 1 / 0", values: [] };
  const rolledBack = storeEffect(database.pool, notifying, book.events, failing);
  await expect(rolledBack).rejects.toThrow("division by zero");
  // Notifications arrive in the order of commits: one for this fund would have come before.
  const later = new BookFixture();
  const laterSubscriber = subscribe(later);
  await notify(later);
  await laterSubscriber.next();
  expect(woken).toBe(false);
  await laterSubscriber.return();
  await subscriber.return();
});

test("a lost connection is replaced, and subscribers read again what they missed", async () => {
  const book = new BookFixture();
  const subscriber = subscribe(book);
  await database.pool.query("SELECT pg_terminate_backend($1)", [await listening()]);
  expect((await subscriber.next()).value).toMatchObject({ fundId: book.fundId });
  await listening();
  await notify(book);
  expect((await subscriber.next()).value).toMatchObject({ fundId: book.fundId });
  await subscriber.return();
});
