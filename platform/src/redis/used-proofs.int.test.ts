import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createLogger } from "../logging.ts";
import { hasRedisServer, startRedisServer, type RedisServer } from "../testing/redis-server.ts";
import { RedisUsedProofs } from "./used-proofs.ts";

describe.skipIf(!hasRedisServer)("a proof in Redis (skipped without redis-server)", () => {
  let server: RedisServer;
  let one: RedisUsedProofs;
  let other: RedisUsedProofs;

  beforeAll(async () => {
    server = await startRedisServer();
    const logger = createLogger("test", "silent");
    [one, other] = [
      new RedisUsedProofs(server.url, logger),
      new RedisUsedProofs(server.url, logger),
    ];
    let round = 0;
    const areShared = async (): Promise<boolean> => {
      const id = `round ${round++}`;
      return (await one.use(id, 60)) && !(await other.use(id, 60));
    };
    await vi.waitUntil(areShared, { timeout: 60_000 });
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await server.kill();
  });

  it("counts once for all replicas, also when they take it at once", async () => {
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? one : other).use("at once", 60)),
    );
    expect(taken.filter(Boolean)).toEqual([true]);
  });

  it("stays used where it was used when Redis is away, and others still count", async () => {
    expect(await one.use("before", 60)).toBe(true);
    await server.kill();
    expect(await one.use("before", 60)).toBe(false);
    expect(await one.use("meanwhile", 60)).toBe(true);
    expect(await one.use("meanwhile", 60)).toBe(false);
  });
});
