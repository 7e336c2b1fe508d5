import { quantilePlace } from "../figures/tail-risk.ts";

/** A quantile of a sample. */
export interface Quantile {
  /** Share of the values below it. */
  readonly level: number;
  readonly value: number;
  /** By the values one standard deviation of the binomial distribution above and below its rank. */
  readonly standardError: number;
}

/** Shorter parts are sorted by insertion. */
const SHORT = 24;

/**
 * Quantiles of type 7 (Hyndman and Fan), the default of R and NumPy, of at least one value. It reorders
 * `values`, as little as it has to.
 */
export function quantilesOf(values: Float64Array, levels: readonly number[]): Quantile[] {
  const last = values.length - 1;
  const placed = levels.map((level) => {
    const rank = quantilePlace(values.length, level);
    const spread = Math.sqrt(values.length * level * (1 - level));
    const low = Math.max(0, Math.floor(rank - spread));
    const high = Math.min(last, Math.ceil(rank + spread));
    return { level, rank, low, high };
  });
  const ranks = placed.flatMap(({ rank, low, high }) => [
    low,
    Math.floor(rank),
    Math.ceil(rank),
    high,
  ]);
  placeRanks(
    values,
    [...new Set(ranks)].toSorted((one, other) => one - other),
  );
  return placed.map(({ level, rank, low, high }) => {
    const below = values[Math.floor(rank)] ?? 0;
    const above = values[Math.ceil(rank)] ?? 0;
    const value = below + (rank - Math.floor(rank)) * (above - below);
    return { level, value, standardError: ((values[high] ?? 0) - (values[low] ?? 0)) / 2 };
  });
}

/** Brings to each of the ascending ranks the value that it has in the sorted array. */
function placeRanks(values: Float64Array, ranks: readonly number[]): void {
  const parts = [{ from: 0, to: values.length - 1, first: 0, end: ranks.length }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { from, to, first, end } = part;
    if (first >= end || from >= to) continue;
    if (to - from < SHORT) {
      sortByInsertion(values, from, to);
      continue;
    }
    const split = partition(values, from, to);
    let middle = first;
    while (middle < end && (ranks[middle] ?? 0) <= split) middle++;
    parts.push({ from, to: split, first, end: middle });
    parts.push({ from: split + 1, to, first: middle, end });
  }
}

/** Hoare's partition by the median of three: no value up to the returned index is above one behind it. */
function partition(values: Float64Array, from: number, to: number): number {
  const a = values[from] ?? 0;
  const b = values[(from + to) >>> 1] ?? 0;
  const c = values[to] ?? 0;
  const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  let low = from - 1;
  let high = to + 1;
  for (;;) {
    do low++;
    while ((values[low] ?? 0) < pivot);
    do high--;
    while ((values[high] ?? 0) > pivot);
    if (low >= high) return Math.min(high, to - 1);
    const swapped = values[low] ?? 0;
    values[low] = values[high] ?? 0;
    values[high] = swapped;
  }
}

function sortByInsertion(values: Float64Array, from: number, to: number): void {
  for (let at = from + 1; at <= to; at++) {
    const value = values[at] ?? 0;
    let hole = at;
    while (hole > from && (values[hole - 1] ?? 0) > value) {
      values[hole] = values[hole - 1] ?? 0;
      hole--;
    }
    values[hole] = value;
  }
}
