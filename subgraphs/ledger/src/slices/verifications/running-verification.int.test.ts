import { createAuthentication, authenticationShape } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { newId } from "@allfunds/platform/ids";
import { createTestIssuer, type TestDatabase, type TestIssuer } from "@allfunds/platform/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLedgerDatabase, PATIENTLY, quiet } from "../../ledger-database.fixture.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type TestService,
} from "../../service.fixture.ts";

let issuer: TestIssuer;
let database: TestDatabase;
let service: TestService;
let tenantId: string;
const blocked = new Set<() => Promise<void>>();

beforeEach(async () => {
  issuer = await createTestIssuer();
  database = await createLedgerDatabase();
  const config = loadConfig("ledger", authenticationShape, issuer.env);
  service = await openService(createAuthentication(config, quiet), database.url);
  tenantId = newId();
  await openFund(service, await as("ledger:read", "ledger:write"));
});
afterEach(async () => {
  for (const release of blocked) await release();
  await service.close();
  await database.drop();
  issuer.stop();
});

const as = (...scopes: string[]): Promise<Record<string, string>> =>
  issuer.headers({ tenantId, scopes });
const asAuditor = () => as("ledger:read", "audit:read", "audit:verify");

interface Found {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly position: number; readonly end: number };
  readonly books: readonly { readonly sound: boolean }[];
  readonly feedSound: boolean | null;
  readonly error: { readonly code: string } | null;
}

const START =
  "mutation { startVerification(input: {}) { id state progress { position end done total } books { sound } feedSound error { code } } }";
const READ =
  "query ($id: ID!) { verification(id: $id) { id state progress { position end done total } books { sound } feedSound error { code } } }";
const CANCEL = "mutation ($id: ID!) { cancelVerification(id: $id) { state } }";

const start = async (): Promise<Found> =>
  (await ask<{ startVerification: Found }>(service, START, {}, await asAuditor()))
    .startVerification;

/** Waits until the job is as expected. */
const becomes = (id: string, expected: object): Promise<void> =>
  vi.waitFor(async () => {
    const headers = await asAuditor();
    const { verification } = await ask<{ verification: Found }>(service, READ, { id }, headers);
    expect(verification).toMatchObject(expected);
  }, PATIENTLY);

/** Keeps all others from reading a table, until the returned function is called. */
async function block(table: string): Promise<() => Promise<void>> {
  const held = database
    .asSuperuser(`BEGIN`, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`, `SELECT pg_sleep(300)`)
    .catch(() => undefined);
  const locks =
    "FROM pg_locks WHERE relation = $1::regclass AND mode = 'AccessExclusiveLock' AND granted";
  await vi.waitFor(async () => {
    expect((await database.pool.query(`SELECT ${locks}`, [table])).rowCount).toBe(1);
  }, PATIENTLY);
  const release = async (): Promise<void> => {
    blocked.delete(release);
    const { rows } = await database.pool.query<{ pid: number }>(`SELECT pid ${locks}`, [table]);
    // What was found while it was held counts only if it was held all the time.
    expect(rows).toHaveLength(1);
    await database.asSuperuser(`SELECT pg_terminate_backend(${rows[0]?.pid})`);
    await held;
  };
  blocked.add(release);
  return release;
}

describe("a verification that runs", { timeout: 300_000 }, () => {
  test("shows its progress and what it has found before it ends", async () => {
    const release = await block("feed_head");
    const { id, progress } = await start();
    expect(progress).toEqual({ position: 0, end: 0, done: 0, total: 0 });
    await becomes(id, {
      state: "RUNNING",
      progress: { position: 3, end: 3, done: 3, total: 3 },
      books: [{ sound: true }],
      feedSound: null,
    });
    await release();
    await becomes(id, { state: "SUCCEEDED", feedSound: true });
  });

  test("is cancelled in the middle of a statement", async () => {
    const release = await block("account");
    const { id } = await start();
    const waiting = "SELECT pid FROM pg_locks WHERE relation = 'account'::regclass AND NOT granted";
    const reading = await vi.waitFor(async () => {
      const { rows } = await database.pool.query<{ pid: number }>(waiting);
      expect(rows).toHaveLength(1);
      return rows[0]?.pid;
    }, PATIENTLY);
    await ask(service, CANCEL, { id }, await asAuditor());
    await becomes(id, { state: "CANCELLED" });
    // The table is still locked, so a statement that no longer waits for it was ended.
    await vi.waitFor(async () => {
      const { rows } = await database.pool.query<{ pid: number }>(waiting);
      expect(rows.map(({ pid }) => pid)).not.toContain(reading);
    }, PATIENTLY);
    await release();
  });
});

test(
  "a verification that loses its connection runs again, and succeeds",
  { timeout: 300_000 },
  async () => {
    const release = await block("account");
    const { id } = await start();
    const waiting = "FROM pg_locks WHERE relation = 'account'::regclass AND NOT granted";
    await vi.waitFor(async () => {
      const cut = `SELECT pg_terminate_backend(pid) ${waiting}`;
      expect((await database.pool.query(cut)).rowCount).toBe(1);
    }, PATIENTLY);
    await becomes(id, { state: "WAITING", error: null });
    await release();
    await becomes(id, { state: "SUCCEEDED", books: [{ sound: true }], error: null });
  },
);

describe("of those who signed in", () => {
  test("an auditor reads verifications, and starts and cancels none", async () => {
    const { id } = await start();
    const reader = await as("ledger:read", "audit:read");
    expect(codeOf(await send(service, READ, { id }, reader))).toBe("ok");
    expect(codeOf(await send(service, START, {}, reader))).toBe("FORBIDDEN");
    expect(codeOf(await send(service, CANCEL, { id }, reader))).toBe("FORBIDDEN");
  });

  test("who keeps the books or administers without that scope does none of it", async () => {
    const { id } = await start();
    const keeper = await as("ledger:read", "ledger:write", "ledger:approve", "admin");
    const list = "{ verifications { nodes { id } } }";
    for (const [document, variables] of [
      [START, {}],
      [CANCEL, { id }],
      [READ, { id }],
      [list, {}],
    ] as const) {
      expect(codeOf(await send(service, document, variables, keeper))).toBe("FORBIDDEN");
    }
  });
});
