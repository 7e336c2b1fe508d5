import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "@allfunds/platform/logging";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANSWER_WITHIN_MS } from "../../connect-redis.ts";
import { RedisBuckets } from "./redis-buckets.ts";
import { hasRedisServer, startRedisServer, type RedisServer } from "./redis-server.fixture.ts";

const logger = createLogger("gateway", "silent");
const bucket = (key: string, capacity = 100, refillPerSecond = 1) => ({
  key: `{t}:${key}`,
  capacity,
  refillPerSecond,
});

describe.skipIf(!hasRedisServer)(
  "budgets in Redis (skipped where redis-server is not installed)",
  () => {
    let server: RedisServer;
    let replicas: RedisBuckets[];
    /** Whether both replicas count in Redis: one sees what the other took. */
    let looks = 0;
    const areShared = async (): Promise<boolean> => {
      looks += 1;
      const fresh = [bucket(`look-${looks}`)];
      await replicas[0]?.take(1, fresh);
      const seen = await replicas[1]?.take(1, fresh);
      return seen !== undefined && seen.remaining < 98.5;
    };
    beforeAll(async () => {
      server = await startRedisServer();
      replicas = [new RedisBuckets(server.url, logger), new RedisBuckets(server.url, logger)];
      while (!(await areShared())) await sleep(50);
    });
    afterAll(async () => {
      await Promise.all(replicas.map((replica) => replica.close()));
      await server.kill();
    });

    it("are one budget for all replicas", async () => {
      const [one, other] = replicas;
      expect(await one?.take(70, [bucket("a")])).toMatchObject({ taken: true, remaining: 30 });
      const refused = await other?.take(70, [bucket("a")]);
      expect(refused?.taken).toBe(false);
      expect(refused?.waitSeconds).toBeGreaterThan(35);
      expect(refused?.waitSeconds).toBeLessThanOrEqual(40);
    });

    it("take from all buckets or from none, and take back what was not needed", async () => {
      const [one, other] = replicas;
      await one?.take(95, [bucket("tenant")]);
      expect((await other?.take(10, [bucket("b"), bucket("tenant")]))?.taken).toBe(false);
      expect((await one?.take(100, [bucket("b")]))?.taken).toBe(true);
      await other?.giveBack(60, [bucket("b")]);
      const left = await one?.take(1, [bucket("b")]);
      expect(left?.remaining).toBeGreaterThanOrEqual(59);
      expect(left?.remaining).toBeLessThan(62);
    });

    it("go on in memory the moment Redis is killed under load, and come back with it", async () => {
      const [one] = replicas;
      const load = { decisions: 0, failed: 0, on: true };
      const askers = Array.from({ length: 20 }, async (_, asker) => {
        while (load.on) {
          try {
            const verdict = await one?.take(1, [bucket(`load-${asker}`, 1e9, 1e6)]);
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
        await expect.poll(() => load.decisions, { timeout: 10_000 }).toBeGreaterThan(before + 100);
      };
      await decideMore();
      await server.kill();
      await decideMore();
      load.on = false;
      await Promise.all(askers);
      expect(load.failed).toBe(0);
      await server.start();
      await expect.poll(areShared, { timeout: 10_000 }).toBe(true);
    });

    it("do not wait for a Redis that keeps its connections and says nothing", async () => {
      const [one] = replicas;
      expect(ANSWER_WITHIN_MS).toBeLessThanOrEqual(60);
      server.freeze();
      const verdicts = await Promise.all(
        Array.from({ length: 20 }, (_, index) => one?.take(1, [bucket(`silent-${index}`)])),
      );
      expect(verdicts.every((verdict) => verdict?.taken)).toBe(true);
      server.thaw();
      await expect.poll(areShared, { timeout: 10_000 }).toBe(true);
    });
  },
);
