import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "../../connect-redis.ts";
import type { BucketDemand, Buckets, Verdict } from "./buckets.ts";
import { MemoryBuckets } from "./memory-buckets.ts";

/** How long Redis is left alone after it failed, so that not every request waits for it in vain. */
const LEFT_ALONE_MS = 1_000;

/**
 * ARGV: points, whether to take them whatever the level, then capacity and refill of each key.
 * Time is Redis's own, so replicas with clocks that differ agree.
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

/** Buckets all replicas share. While Redis is away each replica counts for itself: no request fails for it. */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #take: TakeCommand;
  readonly #memory = new MemoryBuckets();
  readonly #logger: Logger;
  #leftAloneUntilMs = 0;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:budget:", logger);
    this.#redis.defineCommand("takeFromBuckets", { lua: TAKE });
    const { takeFromBuckets } = this.#redis as unknown as { takeFromBuckets: TakeCommand };
    this.#take = takeFromBuckets.bind(this.#redis);
  }

  async take(points: number, demands: readonly BucketDemand[]): Promise<Verdict> {
    const answer = await this.#ask(points, demands, false);
    if (answer === undefined) return this.#memory.take(points, demands);
    const [taken, remaining, wait] = answer;
    return { taken: taken === 1, remaining: Number(remaining), waitSeconds: Number(wait) };
  }

  async giveBack(points: number, demands: readonly BucketDemand[]): Promise<void> {
    const answer = await this.#ask(-points, demands, true);
    if (answer === undefined) await this.#memory.giveBack(points, demands);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #ask(points: number, demands: readonly BucketDemand[], force: boolean) {
    if (performance.now() < this.#leftAloneUntilMs) return undefined;
    try {
      return await this.#take(
        demands.length,
        ...demands.map(({ key }) => key),
        points,
        force ? "1" : "0",
        ...demands.flatMap(({ capacity, refillPerSecond }) => [capacity, refillPerSecond]),
      );
    } catch (error) {
      if (performance.now() >= this.#leftAloneUntilMs)
        this.#logger.warn({ err: error }, "redis is away, budgets are kept in memory meanwhile");
      this.#leftAloneUntilMs = performance.now() + LEFT_ALONE_MS;
      return undefined;
    }
  }
}
