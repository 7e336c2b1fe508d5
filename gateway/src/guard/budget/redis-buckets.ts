import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import type { BucketDemand, Buckets, Verdict } from "./buckets.ts";
import { MemoryBuckets } from "./memory-buckets.ts";

/** How long Redis is not called after a failure, so that not every request waits for it. */
const PAUSE_MS = 1_000;

/** For how long a busy caller takes points ahead. */
const AHEAD_MS = 250;
/** A caller that has exchanged nothing for so long is idle, and gives back what it has. */
const IDLE_MS = 2 * AHEAD_MS;

/** Of the points that are left in a bucket, at most so many are taken ahead. */
const AHEAD_SHARE = 0.05;

/**
 * ARGV: points, whether to take them whatever the level, points that are returned first, points to take ahead where
 * enough are left, then capacity and refill of each key. The clock is Redis's, so that replicas with different clocks
 * agree.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local points, force, returned, ahead = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
local levels, wait = {}, 0
for i, key in ipairs(KEYS) do
  local capacity, refill = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i])
  local kept = redis.call('HMGET', key, 'level', 'at')
  local elapsed = now - (tonumber(kept[2]) or now)
  local level = math.max(0, (tonumber(kept[1]) or 0) - math.max(0, elapsed) * refill)
  levels[i] = math.max(0, level - returned)
  wait = math.max(wait, (levels[i] + points - capacity) / refill)
  ahead = math.min(ahead, math.max(0, capacity - levels[i] - points) * ${AHEAD_SHARE})
end
local taken = force or wait <= 0
ahead = taken and math.floor(ahead) or 0
if taken or returned > 0 then
  for i, key in ipairs(KEYS) do
    local capacity, refill = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i])
    if taken then levels[i] = levels[i] + points + ahead end
    redis.call('HSET', key, 'level', tostring(levels[i]), 'at', tostring(now))
    redis.call('PEXPIRE', key, math.ceil(capacity / refill * 1000) + 1000)
  end
end
return { taken and 1 or 0, tostring(tonumber(ARGV[5]) - levels[1]), tostring(math.max(0, wait)), tostring(ahead) }
`;

type Reply = [taken: number, remaining: string, wait: string, ahead: string];
type TakeCommand = (keys: number, ...args: (string | number)[]) => Promise<Reply>;

type Demands = readonly BucketDemand[];

/** What this replica has of the buckets of one caller, and Redis counts as taken. */
interface Stock {
  readonly demands: Demands;
  /** Taken ahead or returned, and not used yet. */
  points: number;
  /** Points left in the first bucket of Redis, as of the last exchange. */
  left: number;
  /** Points that were used since the last exchange. */
  used: number;
  exchangedAtMs: number;
  /** Exchanges under way. */
  exchanging: number;
  /** Whether it is looked at now and then, until it is empty. */
  isWatched: boolean;
}

/** Points that are taken, whatever the level or not, and more of them that are used next. */
interface Exchange {
  readonly points: number;
  readonly isForced?: boolean;
  readonly ahead?: number;
}

/**
 * Buckets of all replicas. A busy caller takes ahead what it used lately in a quarter of a second, and at most a
 * twentieth of what is left: most of its requests call nothing, and none uses points that Redis does not count as
 * taken. While Redis is unavailable each replica keeps its own, so that no request fails.
 */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #take: TakeCommand;
  readonly #memory = new MemoryBuckets();
  readonly #logger: Logger;
  readonly #stocks = new WeakMap<Demands, Stock>();
  /** Those that may have points, by tenant. */
  readonly #inUse = new Map<string, Set<Stock>>();
  #timer: NodeJS.Timeout | undefined;
  #pausedUntilMs = 0;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:budget:", logger);
    this.#redis.defineCommand("takeFromBuckets", { lua: TAKE });
    const { takeFromBuckets } = this.#redis as unknown as { takeFromBuckets: TakeCommand };
    this.#take = takeFromBuckets.bind(this.#redis);
  }

  take(points: number, demands: Demands): Verdict | Promise<Verdict> {
    const stock = this.#stockOf(demands);
    if (stock.points < points || performance.now() - stock.exchangedAtMs > AHEAD_MS)
      return this.#takeFromRedis(points, stock);
    stock.points -= points;
    stock.used += points;
    return { taken: true, remaining: stock.left + stock.points, waitSeconds: 0 };
  }

  giveBack(points: number, demands: Demands): undefined | Promise<void> {
    const stock = this.#stockOf(demands);
    stock.points += points;
    stock.used -= points;
    this.#watch(stock);
    // Points that are taken, and may be refused to others, are taken at once.
    return stock.points < 0 ? this.#settle(stock) : undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([...this.#inUse.values()].flatMap((all) => [...all]).map(this.#settle));
    this.#redis.disconnect();
  }

  #stockOf(demands: Demands): Stock {
    const known = this.#stocks.get(demands);
    if (known !== undefined) return known;
    const empty = { points: 0, left: 0, used: 0, exchanging: 0, isWatched: false };
    const stock: Stock = { demands, ...empty, exchangedAtMs: -Infinity };
    this.#stocks.set(demands, stock);
    return stock;
  }

  async #takeFromRedis(points: number, stock: Stock): Promise<Verdict> {
    const lastedMs = performance.now() - stock.exchangedAtMs;
    // Who was idle takes nothing ahead.
    const used = Math.max(0, stock.used + points);
    const ahead = lastedMs < IDLE_MS ? Math.round((used * AHEAD_MS) / Math.max(lastedMs, 1)) : 0;
    const verdict = await this.#exchange(stock, { points, ahead });
    return verdict.taken || !(await this.#settleOthers(stock))
      ? verdict
      : this.#exchange(stock, { points });
  }

  /** Returns what a stock has, or takes what it lacks. */
  readonly #settle = async (stock: Stock): Promise<void> => {
    const points = Math.max(0, -stock.points);
    if (stock.points !== 0) await this.#exchange(stock, { points, isForced: true });
  };

  /** Returns what other callers of the tenant have, so that none is refused for it. Resolves to whether they had any. */
  async #settleOthers(stock: Stock): Promise<boolean> {
    const others = [...(this.#inUse.get(tenantOf(stock)) ?? [])].filter(
      (one) => one !== stock && one.points > 0,
    );
    await Promise.all(others.map(this.#settle));
    return others.length > 0;
  }

  /** Returns what callers have that are idle. */
  #settleIdle(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const [tenant, stocks] of this.#inUse) {
      for (const stock of stocks) {
        if (stock.exchanging > 0 || nowMs - stock.exchangedAtMs < IDLE_MS) continue;
        if (stock.points !== 0) void this.#settle(stock);
        else {
          stock.isWatched = false;
          stocks.delete(stock);
        }
      }
      if (stocks.size === 0) this.#inUse.delete(tenant);
    }
    if (this.#inUse.size > 0) this.#settleLater();
  }

  #settleLater(): void {
    this.#timer ??= setTimeout(() => this.#settleIdle(), AHEAD_MS).unref();
  }

  #watch(stock: Stock): void {
    if (stock.isWatched) return;
    stock.isWatched = true;
    const tenant = tenantOf(stock);
    const stocks = this.#inUse.get(tenant) ?? new Set();
    this.#inUse.set(tenant, stocks.add(stock));
    this.#settleLater();
  }

  async #exchange(
    stock: Stock,
    { points, isForced = false, ahead = 0 }: Exchange,
  ): Promise<Verdict> {
    const { demands } = stock;
    const returned = Math.max(0, stock.points);
    stock.points = 0;
    stock.used = isForced ? 0 : points;
    stock.exchanging += 1;
    this.#watch(stock);
    const reply = await this.#run(demands, [points, isForced ? 1 : 0, returned, ahead]);
    stock.exchanging -= 1;
    if (reply !== undefined) {
      const [taken, remaining, wait, granted] = reply;
      if (!isForced) stock.exchangedAtMs = performance.now();
      stock.left = Number(remaining);
      stock.points += Number(granted);
      const left = stock.left + stock.points;
      return { taken: taken === 1, remaining: left, waitSeconds: Number(wait) };
    }
    if (returned > 0) this.#memory.giveBack(returned, demands);
    if (!isForced) return this.#memory.take(points, demands);
    this.#memory.giveBack(-points, demands);
    return { taken: true, remaining: 0, waitSeconds: 0 };
  }

  async #run(demands: Demands, amounts: readonly number[]): Promise<Reply | undefined> {
    if (performance.now() < this.#pausedUntilMs) return undefined;
    try {
      return await this.#take(
        demands.length,
        ...demands.map(({ key }) => key),
        ...amounts,
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

/** The hash tag, which the buckets of one tenant share. */
const tenantOf = ({ demands: [first] }: Stock): string =>
  first === undefined ? "" : first.key.slice(0, first.key.indexOf("}") + 1);
