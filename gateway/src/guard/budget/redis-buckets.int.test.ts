import { setTimeout as sleep } from "node:timers/promises";
import { createLogger, type Logger } from "@allfunds/platform/logging";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { REDIS_TIMEOUT_MS } from "@allfunds/platform/redis";
import { eventually } from "../../service.fixture.ts";
import { MemoryBuckets } from "./memory-buckets.ts";
import { RedisBuckets } from "./redis-buckets.ts";
import {
  hasRedisServer,
  type RedisServer,
  startRedisServer,
} from "@allfunds/platform/testing/redis";

/** How often a replica gave up on Redis, and counted alone for a while. */
let alone = 0;
const logger: Logger = createLogger("gateway", "silent");
logger.warn = () => void (alone += 1);

let attempts = 0;

/** Repeats, with other buckets, what needs a Redis that answers in time, which it may not on a busy machine. */
async function undisturbed(run: () => Promise<void>): Promise<void> {
  for (;;) {
    const before = alone;
    attempts += 1;
    try {
      await run();
      if (alone === before) return;
    } catch (error) {
      if (alone === before) throw error;
    }
    await sleep(1_200);
  }
}

const bucket = (key: string, capacity = 100, refillPerSecond = 0.01) => ({
  key: `{t}:${attempts}:${key}`,
  capacity,
  refillPerSecond,
});

describe.skipIf(!hasRedisServer)("budgets in Redis (skipped without redis-server)", () => {
  let server: RedisServer;
  let replicas: RedisBuckets[];
  let checks = 0;
  /** Whether both replicas count in Redis: one sees what the other took. */
  const areShared = async (): Promise<boolean> => {
    checks += 1;
    const fresh = [bucket(`check-${checks}`)];
    await replicas[0]?.take(1, fresh);
    const seen = await replicas[1]?.take(1, fresh);
    return seen !== undefined && seen.remaining < 98.5;
  };
  beforeAll(async () => {
    server = await startRedisServer();
    replicas = [new RedisBuckets(server.url, logger), new RedisBuckets(server.url, logger)];
    await vi.waitUntil(areShared, { timeout: 60_000 });
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await server.kill();
  });

  it("limit all replicas together when both take points", () =>
    undisturbed(async () => {
      const [one, other] = replicas;
      expect(await one?.take(70, [bucket("a")])).toMatchObject({ taken: true, remaining: 30 });
      const refused = await other?.take(70, [bucket("a")]);
      expect(refused?.taken).toBe(false);
      expect(refused?.waitSeconds).toBeGreaterThan(3_900);
      expect(refused?.waitSeconds).toBeLessThanOrEqual(4_000);
    }));

  it("take from all buckets or none, and accept returned points, when replicas share them", () =>
    undisturbed(async () => {
      const [one, other] = replicas;
      await one?.take(95, [bucket("tenant")]);
      expect((await other?.take(10, [bucket("b"), bucket("tenant")]))?.taken).toBe(false);
      expect((await one?.take(100, [bucket("b")]))?.taken).toBe(true);
      await other?.giveBack(60, [bucket("b")]);
      // They may stay with the replica for a moment.
      await eventually(async () => (await one?.take(1, [bucket("b")]))?.taken).toBe(true);
      const left = await one?.take(1, [bucket("b")]);
      expect(left?.remaining).toBeGreaterThanOrEqual(57);
      expect(left?.remaining).toBeLessThan(60);
    }));

  it("decide as buckets in memory when callers of a tenant take points and return what they did not need", () =>
    undisturbed(async () => {
      const [one] = replicas;
      const points = fc.integer({ min: 0, max: 60 });
      const operations = fc.array(fc.record({ caller: fc.nat(1), taken: points, needed: points }), {
        minLength: 1,
        maxLength: 30,
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(operations, async (all) => {
          run += 1;
          const memory = new MemoryBuckets(() => 0);
          // Two callers of one tenant. Hardly any points leak meanwhile.
          const shared = bucket(`all-${run}`, 250, 1e-6);
          const demands = [0, 1].map((caller) => [
            bucket(`own-${run}-${caller}`, 150, 1e-6),
            shared,
          ]);
          for (const { caller, taken, needed } of all) {
            const own = demands[caller] ?? [];
            const verdict = await one?.take(taken, own);
            const expected = memory.take(taken, own);
            expect(verdict?.taken).toBe(expected.taken);
            expect(verdict?.remaining).toBeCloseTo(expected.remaining, 1);
            const back = Math.max(0, taken - needed);
            if (!expected.taken) continue;
            await one?.giveBack(back, own);
            memory.giveBack(back, own);
          }
        }),
        { numRuns: 25 },
      );
    }));

  it("never give out more than there is when busy callers of replicas take ahead", () =>
    undisturbed(async () => {
      const [capacity, refillPerSecond] = [2_000, 1_000];
      const tenant = bucket("busy", capacity, refillPerSecond);
      const startMs = performance.now();
      let used = 0;
      const callers = replicas.flatMap((replica, nth) =>
        [0, 1, 2].map(async (caller) => {
          const demands = [bucket(`busy-${nth}-${caller}`, 1_000_000, 1_000), tenant];
          while (performance.now() - startMs < 1_500) {
            if ((await replica.take(5, demands)).taken) {
              used += 4;
              void replica.giveBack(1, demands);
            }
            await sleep(2);
          }
        }),
      );
      await Promise.all(callers);
      const seconds = (performance.now() - startMs) / 1_000;
      expect(used).toBeLessThanOrEqual(capacity + refillPerSecond * seconds);
      expect(used).toBeGreaterThan(capacity);
    }));

  it("are needed for few of a busy caller's requests, and have all points again when it is idle", () =>
    undisturbed(async () => {
      const [one, other] = replicas;
      const capacity = 1_000_000;
      const demands = [bucket("steady", capacity)];
      let calls = 0;
      for (let nth = 0; nth < 200; nth += 1) {
        const verdict = one?.take(100, demands);
        if (verdict instanceof Promise) calls += 1;
        expect((await verdict)?.taken).toBe(true);
        void one?.giveBack(50, demands);
        await sleep(1);
      }
      expect(calls).toBeLessThan(40);
      const seen = [bucket("steady", capacity)];
      const left = async () => (await other?.take(0, seen))?.remaining;
      await eventually(left).toBeGreaterThanOrEqual(capacity - 200 * 50);
      expect(await left()).toBeLessThan(capacity - 200 * 50 + 10);
    }));

  it("are kept in memory when Redis is killed under load, and in Redis when it is back", async () => {
    const [one] = replicas;
    const load = { decisions: 0, failed: 0, on: true };
    const clients = Array.from({ length: 20 }, async (_, client) => {
      while (load.on) {
        try {
          const verdict = await one?.take(1, [bucket(`load-${client}`, 1e9, 1e6)]);
          if (!(verdict?.taken ?? false)) load.failed += 1;
        } catch {
          load.failed += 1;
        }
        load.decisions += 1;
        await sleep(1);
      }
    });
    const decideMore = async (): Promise<void> => {
      const before = load.decisions;
      await eventually(() => load.decisions).toBeGreaterThan(before + 100);
    };
    await decideMore();
    await server.kill();
    await decideMore();
    load.on = false;
    await Promise.all(clients);
    expect(load.failed).toBe(0);
    await server.start();
    await eventually(areShared).toBe(true);
  });

  it("are kept in memory when Redis holds its connections and does not answer", async () => {
    const [one] = replicas;
    expect(REDIS_TIMEOUT_MS).toBeLessThanOrEqual(60);
    server.freeze();
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => one?.take(1, [bucket(`silent-${index}`)])),
    );
    expect(verdicts.every((verdict) => verdict?.taken)).toBe(true);
    server.thaw();
    await eventually(areShared).toBe(true);
  });
});
