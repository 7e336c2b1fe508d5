/** A way to continue a series. Pure: the same history always gives the same forecast. */
export interface ForecastMethod {
  /** Published with every forecast, so it never changes for the same calculation. */
  readonly name: string;
  /** Fewer points than this cannot be continued. */
  readonly minimumPoints: number;
  /** The next `horizon` values after `history`. */
  forecast(history: Float64Array, horizon: number): Float64Array;
}
