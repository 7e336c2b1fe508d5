import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrate } from "../database/migrate.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { feedMigrations } from "./cursor-store.ts";
import type { Grant } from "../auth/client-credentials.ts";
import { createFollower, type Follower, type FollowerOptions } from "./follower.ts";
import { BOOK, SmallLedger } from "./small-ledger.fixture.ts";

const logger = createLogger("test", "silent");

let database: TestDatabase;
let ledger: SmallLedger;
const followers: Follower[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: feedMigrations, logger });
  await database.pool.query(
    "CREATE TABLE seen (tenant_id uuid, position bigint, PRIMARY KEY (tenant_id, position))",
  );
  ledger = new SmallLedger();
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
    ledgerUrl: `http://127.0.0.1:${ledger.port}`,
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

it("applies what was there and what comes, and says when it has a position", async () => {
  ledger.publish(7);
  const follower = follow();
  await follower.waitFor(BOOK, 7, 5_000);
  ledger.publish(1);
  await follower.waitFor(BOOK, 8, 5_000);
  expect(await seen()).toBe(8);
});

it("stores an event that stands alone by itself, once, though the batch fails behind it", async () => {
  const asked: string[] = [];
  let failures = 1;
  ledger.publish(6);
  const follower = follow(undefined, {
    effect: {
      standsAlone: ({ position }) => position === 2 || position === 5,
      statementsFor: async (events, client) => {
        const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM seen");
        asked.push(`${rows[0]?.n} + ${events.map(({ position }) => position).join(" ")}`);
        if (events.some(({ position }) => position === 3) && failures-- > 0)
          throw new Error("once");
        return events.map(insert);
      },
    },
  });
  await follower.waitFor(BOOK, 6, 5_000);
  expect(await seen()).toBe(6);
  const [first, second, ...rest] = asked;
  expect([first, second]).toEqual(["0 + 1", "1 + 2"]);
  expect(rest[0]).toMatch(/^2 \+ 3/);
  expect(rest[1]).toMatch(/^2 \+ 3/);
  expect(asked.filter((each) => each.endsWith(" 5"))).toEqual(["4 + 5"]);
  expect(asked.at(-1)).toBe("5 + 6");
});

it("says it is late instead of answering early", async () => {
  const follower = follow();
  await expect(follower.waitFor(BOOK, 1, 100)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
});

it("applies nothing twice when an effect fails half-way and the batch comes again", async () => {
  let failures = 2;
  ledger.publish(5);
  const follower = follow(() => {
    if (failures-- > 0) throw new Error("lost power");
  });
  await follower.waitFor(BOOK, 5, 10_000);
  expect(await seen()).toBe(5);
});

it("stores all of a batch or nothing, whichever statement fails", async () => {
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
  await follower.waitFor(BOOK, 6, 10_000);
  expect(await seen()).toBe(6);
});

it("stores nothing once somebody else has moved the cursor, and forgets what it remembered", async () => {
  ledger.publish(2);
  const told: string[] = [];
  let intruder = false;
  const follower = follow(undefined, {
    effect: {
      forget: () => told.push("forget"),
      statementsFor: async (events) => {
        told.push(`${events[0]?.position} to ${events.at(-1)?.position}`);
        // As a replica would that has applied the event, and whose batch came first.
        if (intruder) {
          intruder = false;
          await database.pool.query("INSERT INTO seen VALUES ($1, 3)", [BOOK.tenantId]);
          await database.pool.query("UPDATE feed_book_position SET position = 3");
          await database.pool.query("UPDATE feed_cursor SET cursor = '3'");
        }
        return events.map(insert);
      },
    },
  });
  await follower.waitFor(BOOK, 2, 5_000);
  intruder = true;
  ledger.publish(1);
  await follower.waitFor(BOOK, 3, 5_000);
  ledger.publish(1);
  await follower.waitFor(BOOK, 4, 5_000);
  expect(told).toEqual(["forget", "1 to 2", "3 to 3", "forget", "4 to 4"]);
  expect(await seen()).toBe(4);
});

it("does more at once the later it is", async () => {
  const sizes: number[] = [];
  const follower = follow(undefined, {
    effect: {
      statementsFor: async (events) => {
        sizes.push(events.length);
        await sleep(40);
        return [];
      },
    },
  });
  ledger.publish(60);
  await follower.waitFor(BOOK, 60, 10_000);
  // The ledger sends three at a time.
  expect(Math.max(...sizes)).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
});

it("goes on after the ledger was away", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(BOOK, 2, 5_000);
  await ledger.stop();
  ledger.publish(2);
  await ledger.start();
  await follower.waitFor(BOOK, 4, 10_000);
  expect(await seen()).toBe(4);
});

it("goes on after its database connections were cut", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(BOOK, 2, 5_000);
  database.pool.on("error", () => undefined);
  await database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
  );
  ledger.publish(2);
  await follower.waitFor(BOOK, 4, 10_000);
  expect(await seen()).toBe(4);
});

it("lets one of two replicas follow while both can wait for it", async () => {
  const [first, second] = [follow(), follow()];
  ledger.publish(6);
  await Promise.all([first.waitFor(BOOK, 6, 5_000), second.waitFor(BOOK, 6, 5_000)]);
  expect(await seen()).toBe(6);
  await first.stop();
  ledger.publish(1);
  await second.waitFor(BOOK, 7, 10_000);
  await vi.waitFor(async () => expect(await seen()).toBe(7));
});

/** Hands out `token-1`, `token-2`, … each to be replaced after as many milliseconds. */
const credentials = (renewInMs: number) => {
  let number = 1;
  return {
    grant: (): Promise<Grant> => Promise.resolve({ token: `token-${number}`, renewInMs }),
    forget: () => {
      number += 1;
    },
  };
};

/** A logger that keeps its warnings. */
const warnings = () => {
  const told: unknown[] = [];
  const listening = createLogger("test", "silent");
  listening.warn = (...line: unknown[]) => void told.push(line);
  return { told, logger: listening };
};

describe("at a ledger that asks for a token", () => {
  it("renews its token by going on behind its cursor, without a word in the log", async () => {
    const { told, logger: listening } = warnings();
    const follower = follow(undefined, { credentials: credentials(250), logger: listening });
    for (let position = 1; position <= 12; position += 1) {
      ledger.publish(1);
      await follower.waitFor(BOOK, position, 5_000);
      await sleep(80);
    }
    expect(ledger.subscriptions.length).toBeGreaterThan(2);
    expect(new Set(ledger.subscriptions)).toEqual(new Set(["Bearer token-1"]));
    expect(await seen()).toBe(12);
    expect(told).toEqual([]);
  });

  it.each(["UNAUTHENTICATED", "FORBIDDEN"])(
    "drops a token that is answered with %s, and tries again with another",
    async (code) => {
      const { told, logger: listening } = warnings();
      ledger.publish(2);
      ledger.refuse = (token) => (token === "Bearer token-3" ? undefined : code);
      const follower = follow(undefined, { credentials: credentials(60_000), logger: listening });
      await follower.waitFor(BOOK, 2, 10_000);
      expect(ledger.subscriptions).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-3"]);
      expect(told).toHaveLength(2);
      expect(await seen()).toBe(2);
    },
  );

  it("keeps its token when the ledger fails for another reason", async () => {
    ledger.publish(2);
    let failures = 2;
    ledger.refuse = () => (failures-- > 0 ? "UPSTREAM_UNAVAILABLE" : undefined);
    const follower = follow(undefined, { credentials: credentials(60_000) });
    await follower.waitFor(BOOK, 2, 10_000);
    expect(new Set(ledger.subscriptions)).toEqual(new Set(["Bearer token-1"]));
  });
});

it("follows the books of two tenants that have the same id", async () => {
  const other = { ...BOOK, tenantId: newId() };
  ledger.publish(3);
  ledger.publish(2, other);
  ledger.publish(1);
  const follower = follow();
  await follower.waitFor(BOOK, 4, 5_000);
  await follower.waitFor(other, 2, 5_000);
  await expect(follower.waitFor(other, 3, 100)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
  expect(await seen()).toBe(6);
});
