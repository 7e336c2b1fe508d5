/** Settings of the fake that a test may change. */
export interface Switches {
  figuresFail: boolean;
  /** The highest debit of one posting without a second approver, in minor units. */
  limit: bigint | undefined;
}
