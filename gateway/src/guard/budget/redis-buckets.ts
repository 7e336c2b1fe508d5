import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import type { BucketDemand, Buckets, Verdict } from "./buckets.ts";
import { MemoryBuckets } from "./memory-buckets.ts";

/** How long Redis is not called after a failure, so that not every request waits for it. */
const PAUSE_MS = 1_000;

/**
 * ARGV: points, whether to take them whatever the level, then capacity and refill of each key.
 * The clock is Redis's, so that replicas with different clocks agree.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local points, force = tonumber(ARGV[1]), ARGV[2] == '1'
local levels, wait = {}, 0
for i, key in ipairs(KEYS) do
  local capacity, refill = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  local kept = redis.call('HMGET', key, 'level', 'at')
  local elapsed = now - (tonumber(kept[2]) or now)
  levels[i] = math.max(0, (tonumber(kept[1]) or 0) - math.max(0, elapsed) * refill)
  wait = math.max(wait, (levels[i] + points - capacity) / refill)
end
local taken = force or wait <= 0
if taken then
  for i, key in ipairs(KEYS) do
    local capacity, refill = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
    levels[i] = math.max(0, levels[i] + points)
    redis.call('HSET', key, 'level', tostring(levels[i]), 'at', tostring(now))
    redis.call('PEXPIRE', key, math.ceil(capacity / refill * 1000) + 1000)
  end
end
return { taken and 1 or 0, tostring(tonumber(ARGV[3]) - levels[1]), tostring(math.max(0, wait)) }
`;

type TakeCommand = (
  keys: number,
  ...args: (string | number)[]
) => Promise<[number, string, string]>;

/** Buckets of all replicas. While Redis is unavailable each replica keeps its own, so that no request fails. */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #take: TakeCommand;
  readonly #memory = new MemoryBuckets();
  readonly #logger: Logger;
  #pausedUntilMs = 0;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:budget:", logger);
    this.#redis.defineCommand("takeFromBuckets", { lua: TAKE });
    const { takeFromBuckets } = this.#redis as unknown as { takeFromBuckets: TakeCommand };
    this.#take = takeFromBuckets.bind(this.#redis);
  }

  async take(points: number, demands: readonly BucketDemand[]): Promise<Verdict> {
    const reply = await this.#run(points, demands, false);
    if (reply === undefined) return this.#memory.take(points, demands);
    const [taken, remaining, wait] = reply;
    return { taken: taken === 1, remaining: Number(remaining), waitSeconds: Number(wait) };
  }

  async giveBack(points: number, demands: readonly BucketDemand[]): Promise<void> {
    const reply = await this.#run(-points, demands, true);
    if (reply === undefined) await this.#memory.giveBack(points, demands);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #run(points: number, demands: readonly BucketDemand[], force: boolean) {
    if (performance.now() < this.#pausedUntilMs) return undefined;
    try {
      return await this.#take(
        demands.length,
        ...demands.map(({ key }) => key),
        points,
        force ? "1" : "0",
        ...demands.flatMap(({ capacity, refillPerSecond }) => [capacity, refillPerSecond]),
      );
    } catch (error) {
      if (performance.now() >= this.#pausedUntilMs)
        this.#logger.warn({ err: error }, "redis unavailable: budgets kept in memory");
      this.#pausedUntilMs = performance.now() + PAUSE_MS;
      return undefined;
    }
  }
}
