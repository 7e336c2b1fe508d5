/** A leaky bucket: it holds `capacity` points, and `refillPerSecond` of them leak each second. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface BucketDemand extends BucketSize {
  readonly key: string;
}

/** Whether points were taken, and the level of the first bucket. */
export interface Verdict {
  readonly taken: boolean;
  /** Points left in the first bucket. */
  readonly remaining: number;
  /** Seconds until the points would be available; 0 when they were. */
  readonly waitSeconds: number;
}

export interface Buckets {
  /** Takes points from all buckets or from none, at once where it need not ask. Never rejects. */
  readonly take: (points: number, demands: readonly BucketDemand[]) => Verdict | Promise<Verdict>;
  /** Returns taken points that were not needed; a negative number takes points whatever the level. Never rejects. */
  readonly giveBack: (
    points: number,
    demands: readonly BucketDemand[],
  ) => Promise<void> | undefined;
  readonly close: () => Promise<void>;
}
