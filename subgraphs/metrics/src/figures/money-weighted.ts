/** Money that moves between an investor and an investment; the sign is the direction. */
export interface CashFlow {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Negative is paid in, positive is received; the last flow holds the value at the end. */
  readonly amount: number;
}

/** A yearly rate as a ratio, or why there is not one: no rate fits, or several do. */
export type MoneyWeightedReturn =
  | { readonly kind: "RATE"; readonly rate: number }
  | { readonly kind: "NONE"; readonly reason: "NO_SIGN_CHANGE" | "ONE_DAY" | "NO_ROOT" }
  | { readonly kind: "SEVERAL"; readonly rates: readonly number[] };

/**
 * Money-weighted return (XIRR): the yearly rate at which the flows are worth nothing together, on
 * years of 365 days. Every rate above -100 % is looked for, so that the answer does not depend on
 * a first guess.
 *
 * With u = -ln(1 + rate), the value is a sum of exponentials in u. A sum whose terms change sign
 * n times has at most n roots (Descartes' rule), and between two roots its derivative, divided by
 * one of the terms, has one: so roots are found between the roots of a sum with one change less.
 */
export function moneyWeightedReturn(flows: readonly CashFlow[]): MoneyWeightedReturn {
  const sum = toSum(flows);
  const changes = signChanges(sum);
  if (sum.length < 2) return { kind: "NONE", reason: "ONE_DAY" };
  if (changes === 0) return { kind: "NONE", reason: "NO_SIGN_CHANGE" };
  const [first] = rootsBetween(sum, [-LARGEST_EXPONENT, LARGEST_EXPONENT]);
  if (first !== undefined && (changes === 1 || isOnlyRoot(sum, first))) return rateOf(first);
  const roots = changes > MOST_CHANGES ? scanRoots(sum) : findRoots(sum, changes);
  if (roots.length === 0) return { kind: "NONE", reason: "NO_ROOT" };
  if (roots.length === 1) return rateOf(roots[0]!);
  return { kind: "SEVERAL", rates: roots.map((root) => Math.expm1(-root)).toReversed() };
}

const rateOf = (root: number): MoneyWeightedReturn => ({ kind: "RATE", rate: Math.expm1(-root) });

/** A sum of `weight * exp(u * years)`, in order of time; no two terms have the same time. */
type ExponentialSum = readonly { readonly years: number; readonly weight: number }[];

const MS_PER_YEAR = 365 * 86_400_000;
// The largest exponent whose rate is a finite number.
const LARGEST_EXPONENT = 700;
// Above, the roots are looked for on a grid: the way by derivatives takes the cube of it.
const MOST_CHANGES = 16;

/** The flows in order, those of one instant together, without those that cancel out. */
function toSum(flows: readonly CashFlow[]): ExponentialSum {
  const byTime = new Map<number, number>();
  for (const { time, amount } of flows) byTime.set(time, (byTime.get(time) ?? 0) + amount);
  const moved = [...byTime].filter(([, amount]) => amount !== 0).sort(([a], [b]) => a - b);
  const start = moved[0]?.[0] ?? 0;
  return moved.map(([time, amount]) => ({ years: (time - start) / MS_PER_YEAR, weight: amount }));
}

const signChanges = (sum: ExponentialSum): number =>
  sum.filter(({ weight }, index) => index > 0 && weight * sum[index - 1]!.weight < 0).length;

/** The value of the sum and the size of its terms, divided by the largest exponential. */
function evaluate(sum: ExponentialSum, u: number): { value: number; size: number } {
  const largest = u > 0 ? u * sum.at(-1)!.years : 0;
  let [value, size] = [0, 0];
  for (const { years, weight } of sum) {
    const term = weight * Math.exp(u * years - largest);
    value += term;
    size += Math.abs(term);
  }
  return { value, size };
}

// A sum this small beside its terms is zero: two roots that coincide.
const ROUNDING = 1e-14;

/** The roots between ascending bounds, of which each two enclose one at most. */
function rootsBetween(sum: ExponentialSum, bounds: readonly number[]): number[] {
  const roots: number[] = [];
  let before = { u: bounds[0]!, ...evaluate(sum, bounds[0]!) };
  for (const u of bounds.slice(1)) {
    const here = { u, ...evaluate(sum, u) };
    const isRoot = Math.abs(here.value) <= ROUNDING * here.size;
    if (isRoot) roots.push(u);
    else if (before.value * here.value < 0) roots.push(bisect(sum, before.u, u));
    before = isRoot ? { ...here, value: 0 } : here;
  }
  return roots;
}

/** The root between two exponents at which the sum has different signs, by halving. */
function bisect(sum: ExponentialSum, from: number, to: number): number {
  let [low, high] = [from, to];
  const sign = Math.sign(evaluate(sum, low).value);
  for (;;) {
    const middle = (low + high) / 2;
    if (high - low <= Number.EPSILON * Math.max(1, Math.abs(middle))) return middle;
    if (Math.sign(evaluate(sum, middle).value) === sign) low = middle;
    else high = middle;
  }
}

/** All roots of a sum whose terms change sign so many times, ascending. */
function findRoots(sum: ExponentialSum, changes: number): number[] {
  const inner = changes > 1 ? findRoots(derivative(sum), changes - 1) : [];
  return rootsBetween(sum, [-LARGEST_EXPONENT, ...inner, LARGEST_EXPONENT]);
}

/** The derivative of the sum over one exponential, which lies inside its first change of sign. */
function derivative(sum: ExponentialSum): ExponentialSum {
  const change = sum.findIndex(({ weight }, index) => weight * (sum[index + 1]?.weight ?? 0) < 0);
  const pivot = (sum[change]!.years + sum[change + 1]!.years) / 2;
  return sum.map(({ years, weight }) => ({ years, weight: weight * (years - pivot) }));
}

const GRID_STEPS = 400;

/** The roots that a grid finds, which is finest around a rate of zero. */
function scanRoots(sum: ExponentialSum): number[] {
  const range = Math.asinh(LARGEST_EXPONENT);
  const grid = Array.from({ length: 2 * GRID_STEPS + 1 }, (_, index) =>
    Math.sinh((index / GRID_STEPS - 1) * range),
  );
  return rootsBetween(sum, grid);
}

/**
 * Whether no other rate fits (Soper 1959): at this rate the balance of the investment never
 * changes its sign before the last flow.
 */
function isOnlyRoot(sum: ExponentialSum, root: number): boolean {
  const sign = Math.sign(sum[0]!.weight);
  const largest = root > 0 ? root * sum.at(-1)!.years : 0;
  let balance = 0;
  return sum.slice(0, -1).every(({ years, weight }) => {
    balance += weight * Math.exp(root * years - largest);
    return balance * sign >= 0;
  });
}
