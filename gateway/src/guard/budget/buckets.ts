/** A leaky bucket: `capacity` points fit in, and `refillPerSecond` of them are free again each second. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface BucketDemand extends BucketSize {
  readonly key: string;
}

/** Whether points were taken, and where the first bucket stands. */
export interface Verdict {
  readonly taken: boolean;
  /** Points left in the first bucket. */
  readonly remaining: number;
  /** Seconds until the points would be there; 0 when they were. */
  readonly waitSeconds: number;
}

export interface Buckets {
  /** Takes points from all buckets or from none. Never rejects. */
  readonly take: (points: number, demands: readonly BucketDemand[]) => Promise<Verdict>;
  /** Gives points back that were taken and not needed; fewer than none takes them, whatever the level. */
  readonly giveBack: (points: number, demands: readonly BucketDemand[]) => Promise<void>;
  readonly close: () => Promise<void>;
}
