/** What a run showed; CPU in microseconds per operation, latencies in milliseconds. */
export interface Measured {
  readonly perSecond: number;
  readonly serverMicros: number | undefined;
  readonly serviceMicros: number | undefined;
  readonly latencies: readonly number[];
}
