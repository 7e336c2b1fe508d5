/** A monthly series as a forecast takes it: integers of a declared scale, one per month. */
export interface MonthlySeries {
  /** What the values are, such as `CASH`. */
  metric: string;
  /** ISO 4217 currency of the values. */
  currency: string;
  /** Decimals of the values: 2 means they are cents. */
  scale: number;
  /** First days of consecutive months. */
  months: string[];
  values: bigint[];
  /** True for what cannot fall below zero. */
  nonNegative: boolean;
}
