import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { DatabaseWatch, PROBE_LIMIT_MS } from "@allfunds/platform/database/silent-server";
import { startFreezingProxy, type FreezingProxy } from "@allfunds/platform/testing/freezing-proxy";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Encryption } from "./encryption.ts";
import { openSessionDatabase, type SessionDatabase } from "./session-database.ts";
import { SessionStore } from "./session-store.ts";

let database: TestDatabase;
let proxy: FreezingProxy;
let sessions: SessionDatabase;
let store: SessionStore;
const lines: string[] = [];

beforeAll(async () => {
  DatabaseWatch.limitMs = PROBE_LIMIT_MS;
  database = await createTestDatabase();
  proxy = await startFreezingProxy(database.url);
  sessions = openSessionDatabase(proxy.url, (_level, line) => void lines.push(line));
  store = new SessionStore(sessions.pool, new Encryption("the web servers' secret"));
});
afterAll(async () => {
  await sessions.pool.end();
  proxy.close();
  await database.drop();
});

test("refuses to read sessions when the database falls silent, and reads again when it answers", async () => {
  await sessions.answers();
  expect(await store.find("absent")).toBeUndefined();
  proxy.freeze();
  // The second one waits for nothing: the silence is known by then.
  await expect(store.find("absent")).rejects.toThrow("does not answer");
  await expect(store.find("absent")).rejects.toThrow("does not answer");
  await expect(sessions.answers()).rejects.toThrow("does not answer");
  proxy.thaw();
  await vi.waitFor(async () => expect(await store.find("absent")).toBeUndefined(), {
    timeout: 60_000,
    interval: 50,
  });
  await sessions.answers();
  expect(lines).toEqual([
    "the database server does not answer; requests are refused until it does",
    "the database server answers again",
  ]);
});
