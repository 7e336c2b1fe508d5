import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "@allfunds/platform/logging";
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

const logger = createLogger("gateway", "silent");
const bucket = (key: string, capacity = 100, refillPerSecond = 0.01) => ({
  key: `{t}:${key}`,
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

  it("limit all replicas together when both take points", async () => {
    const [one, other] = replicas;
    expect(await one?.take(70, [bucket("a")])).toMatchObject({ taken: true, remaining: 30 });
    const refused = await other?.take(70, [bucket("a")]);
    expect(refused?.taken).toBe(false);
    expect(refused?.waitSeconds).toBeGreaterThan(3_900);
    expect(refused?.waitSeconds).toBeLessThanOrEqual(4_000);
  });

  it("take from all buckets or none, and accept returned points, when replicas share them", async () => {
    const [one, other] = replicas;
    await one?.take(95, [bucket("tenant")]);
    expect((await other?.take(10, [bucket("b"), bucket("tenant")]))?.taken).toBe(false);
    expect((await one?.take(100, [bucket("b")]))?.taken).toBe(true);
    await other?.giveBack(60, [bucket("b")]);
    const left = await one?.take(1, [bucket("b")]);
    expect(left?.remaining).toBeGreaterThanOrEqual(59);
    expect(left?.remaining).toBeLessThan(62);
  });

  it("decide as buckets in memory when a take carries points that are returned", async () => {
    const [one] = replicas;
    const points = fc.integer({ min: 0, max: 60 });
    const exchanges = fc.array(fc.record({ caller: fc.nat(1), returned: points, taken: points }), {
      minLength: 1,
      maxLength: 12,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(exchanges, async (all) => {
        run += 1;
        const memory = new MemoryBuckets(() => 0);
        // Two callers of one tenant. Hardly any points leak meanwhile.
        const shared = bucket(`all-${run}`, 150, 1e-6);
        const demands = [0, 1].map((caller) => [bucket(`own-${run}-${caller}`, 100, 1e-6), shared]);
        for (const { caller, returned, taken } of all) {
          const own = demands[caller] ?? [];
          const isBack = one?.giveBack(returned, own);
          const verdict = await one?.take(taken, own);
          await isBack;
          await memory.giveBack(returned, own);
          const expected = await memory.take(taken, own);
          expect(verdict?.taken).toBe(expected.taken);
          expect(verdict?.remaining).toBeCloseTo(expected.remaining, 1);
        }
      }),
      { numRuns: 25 },
    );
  });

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
      Array.from({ length: 20 }, (_, index) => one?.take(1, [bucket(`silent-${index}`)])),
    );
    expect(verdicts.every((verdict) => verdict?.taken)).toBe(true);
    server.thaw();
    await eventually(areShared).toBe(true);
  });
});
