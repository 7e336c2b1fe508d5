import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { migrate } from "../database/migrate.ts";
import type { DatabaseClient } from "../database/pool.ts";
import { Readiness } from "../http/readiness.ts";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import type { Effect } from "./batch-store.ts";
import { feedMigrations } from "./cursor-store.ts";
import { createFollower, type Follower } from "./follower.ts";
import { rebuildReadModel } from "./rebuild.ts";
import { BOOK, SmallLog } from "./small-log.fixture.ts";

/** Time limit for states that a busy machine reaches late. */
const PATIENCE_MS = 40_000;
const TEST_LIMIT = { timeout: 300_000 };

let database: TestDatabase;
let ledger: SmallLog;
/** What each follower logged as an error. */
let errors: unknown[][];
const followers: Follower[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  const logger = createLogger("test", "silent");
  await migrate({ url: database.url, migrations: feedMigrations, logger });
  await database.pool.query("CREATE TABLE seen (position bigint PRIMARY KEY, name text)");
  ledger = new SmallLog();
  await ledger.start();
  errors = [];
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await ledger.stop();
  await database.drop();
});

const effect: Effect = {
  statementsFor: (events) =>
    Promise.resolve(
      events.map((event) => ({
        text: "INSERT INTO seen VALUES ($1, $2)",
        values: [String(event.position), (event.payload as { name: string }).name],
      })),
    ),
};

function follow(): Follower {
  const logger = createLogger("test", "silent");
  const logged: unknown[] = [];
  errors.push(logged);
  logger.error = (...line: unknown[]) => void logged.push(line);
  const sourceUrl = `http://127.0.0.1:${ledger.port}`;
  const follower = createFollower({ name: "seen", sourceUrl, pool: database.pool, logger, effect });
  followers.push(follower);
  follower.start();
  return follower;
}

const seen = async (): Promise<unknown[]> => {
  const { rows } = await database.pool.query("SELECT position::int, name FROM seen ORDER BY 1");
  return rows;
};

const published = (): unknown[] =>
  ledger.log.map(({ position, payload }) => ({
    position,
    name: (payload as { name: string }).name,
  }));

const readinessOf = async (follower: Follower) => {
  const readiness = new Readiness();
  readiness.add("feed", follower.ready);
  return readiness.report();
};

const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 });

const expectRefusing = (follower: Follower): Promise<void> =>
  eventually(async () => {
    const { ready, checks } = await readinessOf(follower);
    expect(ready).toBe(false);
    expect(checks["feed"]).toContain("npm run rebuild -- seen");
    // Also for a position that it holds, whose event may differ in the new history.
    await expect(follower.waitFor(BOOK, 1)).rejects.toMatchObject({ code: "CONSISTENCY_TIMEOUT" });
  });

const expectReady = (follower: Follower): Promise<void> =>
  eventually(async () => expect(await readinessOf(follower)).toMatchObject({ ready: true }));

const empty = async (client: DatabaseClient): Promise<void> => {
  await client.query("TRUNCATE seen");
};
const rebuild = (): Promise<void> =>
  rebuildReadModel({ pool: database.pool, follower: "seen", empty });

/** Two replicas read forty events; then the log loses ten and grows beyond the replicas' position. */
async function followUntilRestored(): Promise<[Follower, Follower]> {
  ledger.publish(40);
  const replicas: [Follower, Follower] = [follow(), follow()];
  for (const follower of replicas) await follower.waitFor(BOOK, 40, PATIENCE_MS);
  await ledger.restoreTo(30);
  ledger.name = "second";
  ledger.publish(15);
  return replicas;
}

it(
  "refuses reads on every replica and stores nothing when the ledger was restored",
  TEST_LIMIT,
  async () => {
    const replicas = await followUntilRestored();
    const before = await seen();
    for (const follower of replicas) await expectRefusing(follower);
    // The follower keeps trying, and each replica logs the refusal once at most.
    const { length } = ledger.subscriptions;
    await vi.waitFor(
      () => expect(ledger.subscriptions.length).toBeGreaterThan(length + 1),
      PATIENCE_MS,
    );
    for (const logged of errors) expect(logged.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(errors)).toContain("npm run rebuild -- seen");
    expect(await seen()).toEqual(before);
    // A new replica reads the refusal from the database before it reaches the ledger.
    await ledger.stop();
    await expectRefusing(follow());
  },
);

it(
  "holds every event of the new history when it was rebuilt beside running replicas",
  TEST_LIMIT,
  async () => {
    const replicas = await followUntilRestored();
    for (const follower of replicas) await expectRefusing(follower);
    await rebuild();
    for (const follower of replicas) await eventually(() => follower.waitFor(BOOK, 45));
    expect(await seen()).toEqual(published());
    for (const follower of replicas) await expectReady(follower);
    ledger.publish(1);
    await replicas[1].waitFor(BOOK, 46, PATIENCE_MS);
    expect(await seen()).toEqual(published());
  },
);

it("continues when the right log is restored, even without new events", TEST_LIMIT, async () => {
  ledger.publish(40);
  const follower = follow();
  await follower.waitFor(BOOK, 40, PATIENCE_MS);
  const right = [...ledger.log];
  await ledger.restoreTo(30);
  await expectRefusing(follower);
  ledger.log.push(...right.slice(30));
  await expectReady(follower);
  await follower.waitFor(BOOK, 40);
  ledger.publish(1);
  await follower.waitFor(BOOK, 41, PATIENCE_MS);
  expect(await seen()).toEqual(published());
});

it(
  "never answers from an empty read model when it is rebuilt while events come",
  TEST_LIMIT,
  async () => {
    ledger.publish(20);
    const replicas = [follow(), follow()];
    for (const follower of replicas) await follower.waitFor(BOOK, 20, PATIENCE_MS);
    const state = { isRunning: true, refusals: 0 };
    /** The number of stored events after each successful wait for the twentieth. */
    const found: number[] = [];
    const reading = Promise.all(
      replicas.map(async (follower) => {
        while (state.isRunning) {
          const isAnswered = await follower.waitFor(BOOK, 20, 50).then(
            () => true,
            () => false,
          );
          if (isAnswered) found.push((await seen()).length);
          else state.refusals += 1;
          await sleep(5);
        }
      }),
    );
    const writing = (async () => {
      while (state.isRunning) {
        ledger.publish(1);
        await sleep(50);
      }
    })();
    const untilAnswered = (times: number): Promise<void> =>
      eventually(async () => expect(found.length).toBeGreaterThan(times));
    await untilAnswered(5);
    await rebuild();
    await untilAnswered(found.length + 5);
    state.isRunning = false;
    await Promise.all([reading, writing]);
    const { length } = ledger.log;
    for (const follower of replicas) await eventually(() => follower.waitFor(BOOK, length));
    expect(await seen()).toEqual(published());
    expect(Math.min(...found)).toBeGreaterThanOrEqual(20);
    expect(state.refusals).toBeGreaterThan(0);
  },
);

it("changes nothing when emptying the read model fails", TEST_LIMIT, async () => {
  ledger.publish(5);
  const follower = follow();
  await follower.waitFor(BOOK, 5, PATIENCE_MS);
  const failing = rebuildReadModel({
    pool: database.pool,
    follower: "seen",
    empty: async (client) => {
      await client.query("TRUNCATE seen");
      throw new Error("lost power");
    },
  });
  await expect(failing).rejects.toThrow("lost power");
  expect(await seen()).toEqual(published());
  await expectReady(follower);
  await follower.waitFor(BOOK, 5);
});

it("replaces a cursor of an older version when the ledger accepts it", TEST_LIMIT, async () => {
  ledger.publish(6);
  const first = follow();
  await first.waitFor(BOOK, 6, PATIENCE_MS);
  await first.stop();
  await database.pool.query("UPDATE feed_cursor SET cursor = '6'");
  const second = follow();
  await eventually(async () => {
    const { rows } = await database.pool.query("SELECT cursor FROM feed_cursor");
    expect(rows).toEqual([{ cursor: ledger.cursorAt(6) }]);
  });
  ledger.publish(1);
  await second.waitFor(BOOK, 7, PATIENCE_MS);
  expect(await seen()).toEqual(published());
});
