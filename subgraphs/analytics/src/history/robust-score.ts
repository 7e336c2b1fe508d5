/** Makes the median absolute deviation comparable to a standard deviation of normal data. */
const NORMAL = 0.6745;
/** Amounts that never vary would make any change infinite; below this share of the median it is rounding. */
const LEAST_SPREAD = 0.02;

export const median = (values: readonly number[]): number =>
  middleOf(values.toSorted((a, b) => a - b));

/** The median of values in ascending order. */
export function middleOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** How far a value lies from the usual, in robust standard deviations; `sorted` ascends. Never negative. */
export function robustScore(value: number, sorted: readonly number[]): number {
  const centre = middleOf(sorted);
  const spread = medianDeviation(sorted, centre);
  return (NORMAL * Math.abs(value - centre)) / Math.max(spread, Math.abs(centre) * LEAST_SPREAD, 1);
}

/** The median distance from the median: distances grow outwards, so the smallest half is walked from there. */
function medianDeviation(sorted: readonly number[], centre: number): number {
  const middle = sorted.length >> 1;
  let left = middle - 1;
  let right = middle;
  let previous = Number.NaN;
  let latest = Number.NaN;
  for (let taken = 0; taken <= middle; taken += 1) {
    const below = left < 0 ? Infinity : centre - (sorted[left] as number);
    const above = right < sorted.length ? (sorted[right] as number) - centre : Infinity;
    previous = latest;
    latest = Math.min(below, above);
    if (below < above) left -= 1;
    else right += 1;
  }
  return sorted.length % 2 === 1 ? latest : (previous + latest) / 2;
}

/** The value below which a share (0 to 1) of the values lies, which ascend. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A fund's payments spread over about this many natural logarithms when nothing is known of them. */
const USUAL_LOG_SPREAD = 0.8;
/** How many observations the prior is worth. */
const PRIOR_WEIGHT = 6;

/**
 * How far the logarithm of a value lies from the middle of few others, in spreads. The spread is theirs and that of
 * a wider population, as if six observations had been made of it; both arrays ascend. Never negative.
 */
export function logScore(
  value: number,
  sorted: readonly number[],
  population: readonly number[],
): number {
  const logs = sorted.map((each) => Math.log(Math.max(each, 1)));
  const centre = middleOf(logs);
  const own = medianDeviation(logs, centre) / NORMAL;
  const wide = population.map((each) => Math.log(Math.max(each, 1)));
  const prior =
    wide.length < PRIOR_WEIGHT
      ? USUAL_LOG_SPREAD
      : Math.min(Math.max(medianDeviation(wide, middleOf(wide)) / NORMAL, 0.4), USUAL_LOG_SPREAD);
  const total = logs.length + PRIOR_WEIGHT;
  const spread = Math.sqrt((logs.length * own ** 2 + PRIOR_WEIGHT * prior ** 2) / total);
  return Math.abs(Math.log(Math.max(value, 1)) - centre) / spread;
}
