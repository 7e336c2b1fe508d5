/** Makes the median absolute deviation comparable to a standard deviation of normal data. */
const NORMAL = 0.6745;
/** Amounts that never vary would make any change infinite; below this share of the median it is rounding. */
const LEAST_SPREAD = 0.02;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** How far a value lies from the usual, in robust standard deviations; never negative. */
export function robustScore(value: number, history: readonly number[]): number {
  const centre = median(history);
  const spread = median(history.map((each) => Math.abs(each - centre)));
  return (NORMAL * Math.abs(value - centre)) / Math.max(spread, Math.abs(centre) * LEAST_SPREAD, 1);
}

/** The value below which a share (0 to 1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
