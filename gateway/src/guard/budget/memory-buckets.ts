import { LruCache } from "../../cache/lru-cache.ts";
import type { BucketDemand, Buckets, Verdict } from "./buckets.ts";

const MAX_BUCKETS = 50_000;

interface Level {
  readonly points: number;
  readonly atMs: number;
}

/** Buckets of this process; each replica has its own. */
export class MemoryBuckets implements Buckets {
  readonly #levels = new LruCache<string, Level>(MAX_BUCKETS);
  readonly #now: () => number;

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  take(points: number, demands: readonly BucketDemand[]): Verdict {
    const atMs = this.#now();
    const levels = demands.map((demand) => this.#level(demand, atMs));
    const waitSeconds = Math.max(
      0,
      ...demands.map(
        ({ capacity, refillPerSecond }, index) =>
          ((levels[index] ?? 0) + points - capacity) / refillPerSecond,
      ),
    );
    const taken = waitSeconds <= 0;
    if (taken) this.#fill(points, demands, levels, atMs);
    const left = (demands[0]?.capacity ?? 0) - (levels[0] ?? 0) - (taken ? points : 0);
    return { taken, remaining: left, waitSeconds };
  }

  giveBack(points: number, demands: readonly BucketDemand[]): undefined {
    const atMs = this.#now();
    const levels = demands.map((demand) => this.#level(demand, atMs));
    this.#fill(-points, demands, levels, atMs);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  /** The current level of a bucket, less what leaked since its last update. */
  #level({ key, refillPerSecond }: BucketDemand, atMs: number): number {
    const last = this.#levels.get(key);
    if (last === undefined) return 0;
    return Math.max(0, last.points - ((atMs - last.atMs) / 1000) * refillPerSecond);
  }

  #fill(
    points: number,
    demands: readonly BucketDemand[],
    levels: readonly number[],
    atMs: number,
  ): void {
    for (const [index, { key }] of demands.entries())
      this.#levels.set(key, { points: Math.max(0, (levels[index] ?? 0) + points), atMs });
  }
}
