/** Refuses a window length that is not a whole number of at least one value. */
export function requirePeriod(period: number): number {
  if (!Number.isInteger(period) || period < 1) {
    throw new RangeError(`A period is a whole number of at least 1, got ${period}`);
  }
  return period;
}
