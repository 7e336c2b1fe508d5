import { NO_VARIATION } from "./ratios.ts";
import { periodRate } from "./returns.ts";

/** How often the figures of a rolling window are annualised, and the rate they are compared with. */
export interface RollingArguments {
  /** Returns of a window, at least 2. */
  readonly window: number;
  readonly periodsPerYear: number;
  readonly riskFreeRate: number;
}

/**
 * Folds every full window of `length` items into one summary.
 *
 * A running sum that adds the newest and takes off the oldest keeps the rounding errors of items
 * long gone. Here the items are cut into blocks of the window's length; a window is the end of one
 * block and the start of the next, so only its own members are merged, at two merges an item.
 */
function foldWindows<Summary>(
  length: number,
  window: number,
  lift: (index: number) => Summary,
  merge: (left: Summary, right: Summary) => Summary,
  emit: (end: number, summary: Summary) => void,
): void {
  let suffixes: Summary[] = [];
  for (let start = 0; start < length; start += window) {
    const end = Math.min(start + window, length);
    const items = Array.from({ length: end - start }, (_, offset) => lift(start + offset));
    let prefix: Summary | null = null;
    for (const [offset, item] of items.entries()) {
      prefix = prefix === null ? item : merge(prefix, item);
      const suffix = suffixes[offset + 1];
      if (offset === window - 1) emit(start + offset, prefix);
      else if (suffix !== undefined) emit(start + offset, merge(suffix, prefix));
    }
    suffixes = items;
    for (let offset = items.length - 2; offset >= 0; offset--) {
      suffixes[offset] = merge(items[offset]!, suffixes[offset + 1]!);
    }
  }
}

/** Count, means and centred products of pairs, merged without cancellation (Chan et al. 1983). */
interface PairMoments {
  readonly count: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly squaresX: number;
  readonly products: number;
  readonly squaresY: number;
}

const pair = (x: number, y: number): PairMoments => ({
  count: 1,
  meanX: x,
  meanY: y,
  squaresX: 0,
  products: 0,
  squaresY: 0,
});

function mergeMoments(a: PairMoments, b: PairMoments): PairMoments {
  const count = a.count + b.count;
  const [dx, dy] = [b.meanX - a.meanX, b.meanY - a.meanY];
  const share = b.count / count;
  const weight = a.count * share;
  return {
    count,
    meanX: a.meanX + dx * share,
    meanY: a.meanY + dy * share,
    squaresX: a.squaresX + b.squaresX + dx * dx * weight,
    products: a.products + b.products + dx * dy * weight,
    squaresY: a.squaresY + b.squaresY + dy * dy * weight,
  };
}

const deviationOf = ({ squaresX, count }: PairMoments): number => Math.sqrt(squaresX / (count - 1));

function rollMoments(
  x: Float64Array,
  y: Float64Array,
  window: number,
  figure: (moments: PairMoments) => number,
): Float64Array {
  const figures = new Float64Array(x.length).fill(Number.NaN);
  foldWindows(
    x.length,
    window,
    (index) => pair(x[index]!, y[index]!),
    mergeMoments,
    (end, moments) => {
      figures[end] = figure(moments);
    },
  );
  return figures;
}

/** Volatility per year of each window of returns; NaN until the first is full. */
export const rollingVolatility = (
  returns: Float64Array,
  { window, periodsPerYear }: RollingArguments,
): Float64Array =>
  rollMoments(
    returns,
    returns,
    window,
    (moments) => deviationOf(moments) * Math.sqrt(periodsPerYear),
  );

/** Sharpe ratio of each window of returns; NaN until the first is full, and where none varies. */
export function rollingSharpe(
  returns: Float64Array,
  { window, periodsPerYear, riskFreeRate }: RollingArguments,
): Float64Array {
  const rate = periodRate(riskFreeRate, periodsPerYear);
  return rollMoments(returns, returns, window, (moments) => {
    const deviation = deviationOf(moments);
    if (deviation < NO_VARIATION) return Number.NaN;
    return ((moments.meanX - rate) / deviation) * Math.sqrt(periodsPerYear);
  });
}

/** Beta of each window of paired returns; NaN until the first is full, and without variation. */
export const rollingBeta = (
  returns: Float64Array,
  benchmark: Float64Array,
  { window }: RollingArguments,
): Float64Array =>
  rollMoments(benchmark, returns, window, (moments) =>
    deviationOf(moments) < NO_VARIATION ? Number.NaN : moments.products / moments.squaresX,
  );

/** Total return over each window of returns; NaN until the first is full. */
export function rollingReturn(
  returns: Float64Array,
  { window }: Pick<RollingArguments, "window">,
): Float64Array {
  const figures = new Float64Array(returns.length).fill(Number.NaN);
  foldWindows(
    returns.length,
    window,
    (index) => 1 + returns[index]!,
    (left, right) => left * right,
    (end, growth) => {
      figures[end] = growth - 1;
    },
  );
  return figures;
}

/** Highest and lowest value of one unit over some returns, and the deepest fall in between. */
interface Fall {
  readonly growth: number;
  readonly highest: number;
  readonly lowest: number;
  readonly depth: number;
}

const fallOf = (value: number): Fall => ({
  growth: 1 + value,
  highest: Math.max(1, 1 + value),
  lowest: Math.min(1, 1 + value),
  depth: Math.max(0, -value),
});

const mergeFalls = (a: Fall, b: Fall): Fall => ({
  growth: a.growth * b.growth,
  highest: Math.max(a.highest, a.growth * b.highest),
  lowest: Math.min(a.lowest, a.growth * b.lowest),
  depth: Math.max(a.depth, b.depth, 1 - (a.growth * b.lowest) / a.highest),
});

/** Deepest fall from a peak within each window of returns; NaN until the first is full. */
export function rollingDrawdown(
  returns: Float64Array,
  { window }: Pick<RollingArguments, "window">,
): Float64Array {
  const figures = new Float64Array(returns.length).fill(Number.NaN);
  foldWindows(
    returns.length,
    window,
    (index) => fallOf(returns[index]!),
    mergeFalls,
    (end, { depth }) => {
      figures[end] = depth;
    },
  );
  return figures;
}
