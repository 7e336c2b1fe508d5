import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import type { BucketDemand, Buckets, Verdict } from "./buckets.ts";
import { MemoryBuckets } from "./memory-buckets.ts";

/** How long Redis is not called after a failure, so that not every request waits for it. */
const PAUSE_MS = 1_000;

/** How long returned points wait for a take from the same buckets, which carries them. */
const RETURNED_WITHIN_MS = 10;

/**
 * ARGV: points, whether to take them whatever the level, points that are returned first, then capacity and refill of
 * each key. The clock is Redis's, so that replicas with different clocks agree.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local points, force, returned = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3])
local levels, wait = {}, 0
for i, key in ipairs(KEYS) do
  local capacity, refill = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
  local kept = redis.call('HMGET', key, 'level', 'at')
  local elapsed = now - (tonumber(kept[2]) or now)
  local level = math.max(0, (tonumber(kept[1]) or 0) - math.max(0, elapsed) * refill)
  levels[i] = math.max(0, level - returned)
  wait = math.max(wait, (levels[i] + points - capacity) / refill)
end
local taken = force or wait <= 0
if taken or returned > 0 then
  for i, key in ipairs(KEYS) do
    local capacity, refill = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
    if taken then levels[i] = levels[i] + points end
    redis.call('HSET', key, 'level', tostring(levels[i]), 'at', tostring(now))
    redis.call('PEXPIRE', key, math.ceil(capacity / refill * 1000) + 1000)
  end
end
return { taken and 1 or 0, tostring(tonumber(ARGV[4]) - levels[1]), tostring(math.max(0, wait)) }
`;

type TakeCommand = (
  keys: number,
  ...args: (string | number)[]
) => Promise<[number, string, string]>;

/** Points on their way back to their buckets. */
interface Returned {
  points: number;
  readonly waiting: (() => void)[];
}

type Demands = readonly BucketDemand[];

/**
 * Buckets of all replicas. While Redis is unavailable each replica keeps its own, so that no request fails. Returned
 * points wait a moment for the next take from the same buckets, so that a busy caller costs one command a request.
 */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #take: TakeCommand;
  readonly #memory = new MemoryBuckets();
  readonly #logger: Logger;
  readonly #returned = new Map<Demands, Returned>();
  #timer: NodeJS.Timeout | undefined;
  #pausedUntilMs = 0;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:budget:", logger);
    this.#redis.defineCommand("takeFromBuckets", { lua: TAKE });
    const { takeFromBuckets } = this.#redis as unknown as { takeFromBuckets: TakeCommand };
    this.#take = takeFromBuckets.bind(this.#redis);
  }

  async take(points: number, demands: Demands): Promise<Verdict> {
    const returned = this.#returned.get(demands);
    this.#returned.delete(demands);
    return this.#exchange(demands, { points, isForced: false, returned });
  }

  /** Resolves when the points are back. */
  async giveBack(points: number, demands: Demands): Promise<void> {
    // Points that are taken, and may be refused to others, are taken at once.
    if (points <= 0) {
      await this.#exchange(demands, { points: -points, isForced: true, returned: undefined });
      return;
    }
    const returned = this.#returned.get(demands) ?? { points: 0, waiting: [] };
    returned.points += points;
    this.#returned.set(demands, returned);
    this.#timer ??= setTimeout(() => void this.#returnAll(), RETURNED_WITHIN_MS);
    await new Promise<void>((resolve) => void returned.waiting.push(resolve));
  }

  async close(): Promise<void> {
    await this.#returnAll();
    this.#redis.disconnect();
  }

  async #returnAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#returned];
    this.#returned.clear();
    await Promise.all(
      all.map(async ([demands, returned]) =>
        this.#exchange(demands, { points: 0, isForced: true, returned }),
      ),
    );
  }

  async #exchange(demands: Demands, exchange: Exchange): Promise<Verdict> {
    const { points, isForced, returned } = exchange;
    const reply = await this.#run(demands, exchange);
    if (reply === undefined && returned !== undefined)
      await this.#memory.giveBack(returned.points, demands);
    for (const resolve of returned?.waiting ?? []) resolve();
    if (reply !== undefined) {
      const [taken, remaining, wait] = reply;
      return { taken: taken === 1, remaining: Number(remaining), waitSeconds: Number(wait) };
    }
    if (!isForced) return this.#memory.take(points, demands);
    await this.#memory.giveBack(-points, demands);
    return { taken: true, remaining: 0, waitSeconds: 0 };
  }

  async #run(demands: Demands, { points, isForced, returned }: Exchange) {
    if (performance.now() < this.#pausedUntilMs) return undefined;
    try {
      return await this.#take(
        demands.length,
        ...demands.map(({ key }) => key),
        points,
        isForced ? "1" : "0",
        returned?.points ?? 0,
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

/** Points that are taken, whatever the level or not, after others were returned. */
interface Exchange {
  readonly points: number;
  readonly isForced: boolean;
  readonly returned: Returned | undefined;
}
