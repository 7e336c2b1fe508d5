/** Days whose books are done: no transaction with a value date among them is taken any more. */
export interface PeriodClosed {
  readonly type: "PeriodClosed";
  readonly periodId: string;
  readonly fundId: string;
  /** First day, `YYYY-MM-DD`; null for all days up to the last. */
  readonly from: string | null;
  /** Last day. */
  readonly to: string;
}

/** A closed period takes transactions again. */
export interface PeriodReopened {
  readonly type: "PeriodReopened";
  readonly periodId: string;
  readonly fundId: string;
  readonly reason: string;
}
