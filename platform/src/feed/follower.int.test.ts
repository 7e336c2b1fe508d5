import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrate } from "../database/migrate.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { feedMigrations } from "./cursor-store.ts";
import type { Grant } from "../auth/client-credentials.ts";
import { createFollower, type Follower, type FollowerOptions } from "./follower.ts";
import { BOOK, SmallLog } from "./small-log.fixture.ts";

const logger = createLogger("test", "silent");

/** Time limit for states that a busy machine reaches late. */
const PATIENCE_MS = 25_000;

let database: TestDatabase;
let ledger: SmallLog;
const followers: Follower[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: feedMigrations, logger });
  await database.pool.query(
    "CREATE TABLE seen (tenant_id uuid, position bigint, PRIMARY KEY (tenant_id, position))",
  );
  ledger = new SmallLog();
  await ledger.start();
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await ledger.stop();
  await database.drop();
});

const insert = ({ tenantId, position }: { tenantId: string; position: number }) => ({
  text: "INSERT INTO seen VALUES ($1, $2)",
  values: [tenantId, String(position)],
});

const follow = (apply?: () => void, options: Partial<FollowerOptions> = {}): Follower => {
  const follower = createFollower({
    name: "seen",
    sourceUrl: `http://127.0.0.1:${ledger.port}`,
    pool: database.pool,
    logger,
    effect: {
      statementsFor: (events) => {
        apply?.();
        return Promise.resolve(events.map(insert));
      },
    },
    ...options,
  });
  followers.push(follower);
  follower.start();
  return follower;
};

const seen = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ n: number }>("SELECT count(*)::int AS n FROM seen");
  return rows[0]?.n ?? 0;
};

it("looks all books of a request up by one query, because its client chooses how many", async () => {
  const follower = follow();
  const query = vi.spyOn(database.pool, "query");
  const wanted = Array.from({ length: 50 }, () => {
    return [{ tenantId: BOOK.tenantId, bookId: newId() }, 1] as const;
  });
  await expect(follower.waitForAll(wanted, 0)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
  const lookUps = query.mock.calls.filter(([text]) => text.includes("unnest($2::uuid[]"));
  expect(lookUps).toHaveLength(1);
});

it("follows another replica of the ledger when its own is gone", async () => {
  const other = new SmallLog();
  await other.start();
  ledger.publish(3);
  const urls = [ledger, other].map(({ port }) => `http://127.0.0.1:${port}`);
  const follower = follow(undefined, { sourceUrl: urls.join(",") });
  await follower.waitFor(BOOK, 3, PATIENCE_MS);
  other.log.push(...ledger.log);
  await ledger.stop();
  other.publish(1);
  await follower.waitFor(BOOK, 4, PATIENCE_MS);
  expect(await seen()).toBe(4);
  await follower.stop();
  await other.stop();
});

it("applies stored and new events, and resolves waits, when it follows", async () => {
  ledger.publish(7);
  const follower = follow();
  await follower.waitFor(BOOK, 7, PATIENCE_MS);
  ledger.publish(1);
  await follower.waitFor(BOOK, 8, PATIENCE_MS);
  expect(await seen()).toBe(8);
});

it("stores an event once in its own transaction when it stands alone and a later event fails", async () => {
  const calls: string[] = [];
  let failures = 1;
  ledger.publish(6);
  const follower = follow(undefined, {
    effect: {
      standsAlone: ({ position }) => position === 2 || position === 5,
      statementsFor: async (events, client) => {
        const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM seen");
        calls.push(`${rows[0]?.n} + ${events.map(({ position }) => position).join(" ")}`);
        if (events.some(({ position }) => position === 3) && failures-- > 0)
          throw new Error("once");
        return events.map(insert);
      },
    },
  });
  await follower.waitFor(BOOK, 6, PATIENCE_MS);
  expect(await seen()).toBe(6);
  const [first, second, ...rest] = calls;
  expect([first, second]).toEqual(["0 + 1", "1 + 2"]);
  expect(rest[0]).toMatch(/^2 \+ 3/);
  expect(rest[1]).toMatch(/^2 \+ 3/);
  expect(calls.filter((each) => each.endsWith(" 5"))).toEqual(["4 + 5"]);
  expect(calls.at(-1)).toBe("5 + 6");
});

it("rejects a wait with CONSISTENCY_TIMEOUT when the position is not reached in time", async () => {
  const follower = follow();
  await expect(follower.waitFor(BOOK, 1, 100)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
});

it("waits no longer when the system's clock is set back meanwhile", async () => {
  const follower = follow();
  const waiting = follower.waitFor(BOOK, 1, 200);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
  try {
    await expect(waiting).rejects.toMatchObject({ code: "CONSISTENCY_TIMEOUT" });
  } finally {
    vi.useRealTimers();
  }
});

it("applies each event once when the effect throws and the batch repeats", async () => {
  let failures = 2;
  ledger.publish(5);
  const follower = follow(() => {
    if (failures-- > 0) throw new Error("lost power");
  });
  await follower.waitFor(BOOK, 5, PATIENCE_MS);
  expect(await seen()).toBe(5);
});

it("stores all of a batch or nothing when a statement fails", async () => {
  ledger.publish(6);
  let failures = 2;
  const follower = follow(undefined, {
    effect: {
      statementsFor: (events) => {
        const broken = failures-- > 0 ? [{ text: "SELECT 1 / 0", values: [] }] : [];
        return Promise.resolve([...events.map(insert), ...broken]);
      },
    },
  });
  await follower.waitFor(BOOK, 6, PATIENCE_MS);
  expect(await seen()).toBe(6);
});

it("stores nothing and clears its cache when another replica moved the cursor", async () => {
  ledger.publish(2);
  const calls: string[] = [];
  let otherReplicaFirst = false;
  const follower = follow(undefined, {
    effect: {
      evict: () => calls.push("clear"),
      statementsFor: async (events) => {
        calls.push(`${events[0]?.position} to ${events.at(-1)?.position}`);
        // Simulates a replica that applied the event first.
        if (otherReplicaFirst) {
          otherReplicaFirst = false;
          await database.pool.query("INSERT INTO seen VALUES ($1, 3)", [BOOK.tenantId]);
          await database.pool.query("UPDATE feed_book_position SET position = 3");
          await database.pool.query("UPDATE feed_cursor SET cursor = '3'");
        }
        return events.map(insert);
      },
    },
  });
  await follower.waitFor(BOOK, 2, PATIENCE_MS);
  otherReplicaFirst = true;
  ledger.publish(1);
  await follower.waitFor(BOOK, 3, PATIENCE_MS);
  ledger.publish(1);
  await follower.waitFor(BOOK, 4, PATIENCE_MS);
  expect(calls).toEqual(["clear", "1 to 2", "3 to 3", "clear", "4 to 4"]);
  expect(await seen()).toBe(4);
});

it("stores larger batches when it is late", async () => {
  const sizes: number[] = [];
  const follower = follow(undefined, {
    effect: {
      statementsFor: async (events) => {
        sizes.push(events.length);
        // The first batch takes until the ledger has sent everything.
        await vi.waitFor(() => expect(ledger.sent).toBe(60), PATIENCE_MS);
        return [];
      },
    },
  });
  ledger.publish(60);
  await follower.waitFor(BOOK, 60, PATIENCE_MS);
  // The ledger sends three at a time.
  expect(Math.max(...sizes)).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
});

it("continues when the ledger is available again", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(BOOK, 2, PATIENCE_MS);
  await ledger.stop();
  ledger.publish(2);
  await ledger.start();
  await follower.waitFor(BOOK, 4, PATIENCE_MS);
  expect(await seen()).toBe(4);
});

it("continues when its database connections were closed", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(BOOK, 2, PATIENCE_MS);
  database.pool.on("error", () => undefined);
  await database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
  );
  ledger.publish(2);
  // A query fails on a connection whose end the pool has not noticed yet.
  await vi.waitFor(() => follower.waitFor(BOOK, 4, PATIENCE_MS), PATIENCE_MS);
  await vi.waitFor(async () => expect(await seen()).toBe(4), PATIENCE_MS);
});

it("follows in one replica and resolves waits in both when there are two", async () => {
  const [first, second] = [follow(), follow()];
  ledger.publish(6);
  await Promise.all([first.waitFor(BOOK, 6, PATIENCE_MS), second.waitFor(BOOK, 6, PATIENCE_MS)]);
  expect(await seen()).toBe(6);
  await first.stop();
  ledger.publish(1);
  await second.waitFor(BOOK, 7, PATIENCE_MS);
  await vi.waitFor(async () => expect(await seen()).toBe(7), PATIENCE_MS);
});

/** Grants `token-1`, then `token-2` after a refusal, and so on, with the given renewal time. */
const credentials = (renewInMs: number) => {
  let number = 1;
  return {
    grant: (): Promise<Grant> => Promise.resolve({ token: `token-${number}`, renewInMs }),
    evict: () => {
      number += 1;
    },
  };
};

/** A logger that collects its warnings. */
const warnings = () => {
  const logged: unknown[] = [];
  const collecting = createLogger("test", "silent");
  collecting.warn = (...line: unknown[]) => void logged.push(line);
  return { logged, logger: collecting };
};

describe("a follower with credentials", () => {
  it("subscribes again after its cursor, without a warning, when its token needs renewal", async () => {
    const { logged, logger: collecting } = warnings();
    const follower = follow(undefined, { credentials: credentials(250), logger: collecting });
    let published = 0;
    await vi.waitFor(async () => {
      ledger.publish(1);
      published += 1;
      await follower.waitFor(BOOK, published, PATIENCE_MS);
      expect(ledger.subscriptions.length).toBeGreaterThan(2);
    }, PATIENCE_MS);
    expect(new Set(ledger.subscriptions)).toEqual(new Set(["Bearer token-1"]));
    expect(await seen()).toBe(published);
    expect(logged).toEqual([]);
  });

  it.each(["UNAUTHENTICATED", "FORBIDDEN"])(
    "retries with another token when the ledger answers %s",
    async (code) => {
      const { logged, logger: collecting } = warnings();
      ledger.publish(2);
      ledger.refuse = (token) => (token === "Bearer token-3" ? undefined : code);
      const follower = follow(undefined, { credentials: credentials(60_000), logger: collecting });
      await follower.waitFor(BOOK, 2, PATIENCE_MS);
      expect(ledger.subscriptions).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-3"]);
      expect(logged).toHaveLength(2);
      expect(await seen()).toBe(2);
    },
  );

  it("keeps its token when the ledger fails with another code", async () => {
    ledger.publish(2);
    let failures = 2;
    ledger.refuse = () => (failures-- > 0 ? "UPSTREAM_UNAVAILABLE" : undefined);
    const follower = follow(undefined, { credentials: credentials(60_000) });
    await follower.waitFor(BOOK, 2, PATIENCE_MS);
    expect(new Set(ledger.subscriptions)).toEqual(new Set(["Bearer token-1"]));
  });
});

it("keeps positions apart when two tenants have books with the same id", async () => {
  const other = { ...BOOK, tenantId: newId() };
  ledger.publish(3);
  ledger.publish(2, other);
  ledger.publish(1);
  const follower = follow();
  await follower.waitFor(BOOK, 4, PATIENCE_MS);
  await follower.waitFor(other, 2, PATIENCE_MS);
  await expect(follower.waitFor(other, 3, 100)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
  expect(await seen()).toBe(6);
});
