import { minimizeSquares, type Effort } from "./least-squares.ts";

/** Orders of ARIMA(p,d,q)(P,D,Q) with a season of `seasonLength` values. */
export interface ArimaOrder {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P: number;
  readonly D: number;
  readonly Q: number;
  readonly seasonLength: number;
  /** A mean of the differenced series: a level without differences, a drift with one. */
  readonly hasConstant: boolean;
}

export interface ArimaModel {
  readonly order: ArimaOrder;
  readonly constant: number;
  /** Coefficients at the lags 1, 2, 3 … of the multiplied-out polynomials. */
  readonly autoregression: readonly number[];
  readonly movingAverage: readonly number[];
  readonly aicc: number;
  /** Variance of the one-step errors. */
  readonly variance: number;
  readonly evaluations: number;
  readonly forecast: (horizon: number) => Float64Array;
}

export const arimaName = ({ p, d, q, P, D, Q, seasonLength, hasConstant }: ArimaOrder): string => {
  const season = P + D + Q === 0 ? "" : `(${P},${D},${Q})[${seasonLength}]`;
  const constant = !hasConstant ? "" : d + D === 0 ? " with mean" : " with drift";
  return `ARIMA(${p},${d},${q})${season}${constant}`;
};

/** Differences `times` times at a lag; shorter by lag values each time. */
export function differences(values: Float64Array, lag: number, times: number): Float64Array {
  let result = values;
  for (let round = 0; round < times; round++) {
    const before = result;
    result = before.slice(lag).map((value, index) => value - (before[index] ?? 0));
  }
  return result;
}

/** Effort for a model that is used, and for one that is only compared with others. */
const FINE: Effort = { steps: 100, tolerance: 1e-9 };
export const COARSE: Effort = { steps: 12, tolerance: 1e-6 };

/**
 * Fits one order by conditional least squares (Box and Jenkins 1970): errors before the series are
 * zero, and the first values, as many as the autoregression reaches back, only start the recursion.
 * The search runs over partial autocorrelations (Barndorff-Nielsen and Schou 1973), so every model is
 * stationary and invertible. Null when the series is too short.
 */
export function fitArima(
  values: Float64Array,
  order: ArimaOrder,
  effort = FINE,
): ArimaModel | null {
  const seasonal = differences(values, order.seasonLength, order.D);
  const stationary = differences(seasonal, 1, order.d);
  const parameters = order.p + order.q + order.P + order.Q + (order.hasConstant ? 1 : 0);
  const reach = order.p + order.P * order.seasonLength;
  const used = stationary.length - reach;
  if (used < parameters + 4) return null;
  const run = new ArimaRun(stationary, order);
  const start = new Float64Array(parameters);
  const { point, evaluations } =
    parameters === 0
      ? { point: start, evaluations: 1 }
      : minimizeSquares((each) => run.errors(each), start, effort);
  const squares = run.errors(point).reduce((sum, error) => sum + error * error, 0);
  const variance = squares / used;
  if (!(variance >= 0) || !Number.isFinite(variance)) return null;
  const counted = parameters + 1;
  const correction = (2 * counted * (counted + 1)) / (used - counted - 1);
  const likelihood = stationary.length * Math.log(Math.max(variance, Number.MIN_VALUE));
  const aicc = likelihood + 2 * counted + (used - counted - 1 > 0 ? correction : Infinity);
  const { constant, autoregression, movingAverage, errors } = run.state();
  return {
    order,
    constant,
    autoregression,
    movingAverage,
    aicc,
    variance: squares / Math.max(1, used - parameters),
    evaluations,
    forecast: (horizon) => {
      const ahead = continued(
        stationary,
        errors,
        { constant, autoregression, movingAverage },
        horizon,
      );
      const once = integrated(seasonal, ahead, 1, order.d);
      return integrated(values, once, order.seasonLength, order.D);
    },
  };
}

interface Coefficients {
  readonly constant: number;
  readonly autoregression: readonly number[];
  readonly movingAverage: readonly number[];
}

/** Next values of the stationary series; errors ahead are zero. */
function continued(
  values: Float64Array,
  errors: Float64Array,
  { constant, autoregression, movingAverage }: Coefficients,
  horizon: number,
): Float64Array {
  const known = values.length;
  const all = new Float64Array(known + horizon);
  for (const [index, value] of values.entries()) all[index] = value - constant;
  for (let index = known; index < all.length; index++) {
    let sum = 0;
    for (let lag = 1; lag <= autoregression.length && lag <= index; lag++) {
      sum += (autoregression[lag - 1] ?? 0) * (all[index - lag] ?? 0);
    }
    for (let lag = index - known + 1; lag <= movingAverage.length && lag <= index; lag++) {
      sum += (movingAverage[lag - 1] ?? 0) * (errors[index - lag] ?? 0);
    }
    all[index] = sum;
  }
  return all.subarray(known).map((value) => value + constant);
}

/**
 * Standard deviations of the errors ahead, from the weights with which past errors enter the values
 * themselves, not their differences.
 */
export function arimaDeviations(model: ArimaModel, horizon: number): Float64Array {
  const { order, autoregression, movingAverage, variance } = model;
  let whole = autoregression;
  for (let round = 0; round < order.d; round++) whole = multiplied(whole, [1], 1);
  for (let round = 0; round < order.D; round++) {
    whole = multiplied(whole, [1], order.seasonLength);
  }
  const weights = new Float64Array(horizon);
  const result = new Float64Array(horizon);
  let sum = 0;
  for (let ahead = 0; ahead < horizon; ahead++) {
    let weight = ahead === 0 ? 1 : (movingAverage[ahead - 1] ?? 0);
    for (let lag = 1; lag <= Math.min(ahead, whole.length); lag++) {
      weight += (whole[lag - 1] ?? 0) * (weights[ahead - lag] ?? 0);
    }
    weights[ahead] = weight;
    sum += weight ** 2;
    result[ahead] = Math.sqrt(variance * sum);
  }
  return result;
}

/** Undoes differences at a lag: sums them up from the last known values. */
function integrated(
  values: Float64Array,
  ahead: Float64Array,
  lag: number,
  times: number,
): Float64Array {
  if (times === 0) return ahead;
  const inner =
    times === 1 ? ahead : integrated(differences(values, lag, 1), ahead, lag, times - 1);
  const all = Float64Array.of(...values.subarray(values.length - lag), ...inner);
  for (let index = lag; index < all.length; index++) {
    all[index] = (all[index] ?? 0) + (all[index - lag] ?? 0);
  }
  return all.subarray(lag);
}

/** The recursion of one order over one stationary series, with the memory for its errors. */
class ArimaRun {
  readonly #values: Float64Array;
  readonly #order: ArimaOrder;
  readonly #errors: Float64Array;
  readonly #centred: Float64Array;
  readonly #mean: number;
  readonly #deviation: number;
  #coefficients: Coefficients = { constant: 0, autoregression: [], movingAverage: [] };

  constructor(values: Float64Array, order: ArimaOrder) {
    this.#values = values;
    this.#order = order;
    this.#errors = new Float64Array(values.length);
    this.#centred = values.slice();
    let mean = 0;
    for (const value of values) mean += value / values.length;
    let squares = 0;
    for (const value of values) squares += (value - mean) ** 2;
    this.#mean = mean;
    this.#deviation = Math.sqrt(squares / values.length);
  }

  state(): Coefficients & { errors: Float64Array } {
    return { ...this.#coefficients, errors: this.#errors };
  }

  /** One-step errors at a point of the search, in memory that the next call uses again. */
  errors(point: Float64Array): Float64Array {
    const { p, q, P, Q, seasonLength, hasConstant } = this.#order;
    const autoregression = multiplied(
      fromPartial(point, 0, p),
      fromPartial(point, p + q, P),
      seasonLength,
    );
    // The moving average is 1 + θ(B), an autoregression 1 - φ(B): the same region with the sign turned.
    const movingAverage = multiplied(
      fromPartial(point, p, q),
      fromPartial(point, p + q + P, Q),
      seasonLength,
    ).map((value) => -value);
    const shift = point[point.length - 1] ?? 0;
    const constant = hasConstant ? this.#mean + shift * this.#deviation : 0;
    this.#coefficients = { constant, autoregression, movingAverage };
    if (hasConstant) {
      for (let index = 0; index < this.#values.length; index++) {
        this.#centred[index] = this.#values[index]! - constant;
      }
    }
    this.#run(autoregression, movingAverage);
    return this.#errors;
  }

  #run(autoregression: readonly number[], movingAverage: readonly number[]): void {
    const values = this.#centred;
    const errors = this.#errors;
    const start = autoregression.length;
    const pastValues = nonZeroLags(autoregression);
    const pastErrors = nonZeroLags(movingAverage);
    errors.fill(0, 0, start);
    for (let index = start; index < values.length; index++) {
      let error = values[index]!;
      for (let each = 0; each < pastValues.length; each++) {
        const lag = pastValues[each]!;
        error -= autoregression[lag - 1]! * values[index - lag]!;
      }
      for (let each = 0; each < pastErrors.length; each++) {
        const lag = pastErrors[each]!;
        if (index - lag >= start) error -= movingAverage[lag - 1]! * errors[index - lag]!;
      }
      errors[index] = error;
    }
  }
}

/** Only the lags that count: a seasonal polynomial is mostly zeros. */
function nonZeroLags(coefficients: readonly number[]): readonly number[] {
  const lags: number[] = [];
  for (let lag = 1; lag <= coefficients.length; lag++) {
    if (coefficients[lag - 1] !== 0) lags.push(lag);
  }
  return lags;
}

/** Coefficients of a stationary autoregression from unbounded numbers, by Durbin's recursion. */
function fromPartial(point: Float64Array, from: number, count: number): number[] {
  let coefficients: number[] = [];
  for (let order = 0; order < count; order++) {
    const partial = Math.tanh(point[from + order]!);
    const before = coefficients;
    coefficients = [];
    for (let lag = 0; lag < order; lag++) {
      coefficients.push(before[lag]! - partial * before[order - 1 - lag]!);
    }
    coefficients.push(partial);
  }
  return coefficients;
}

/** Coefficients of (1 - a(B)) (1 - b(B^season)), subtracted from one. */
function multiplied(
  short: readonly number[],
  long: readonly number[],
  seasonLength: number,
): readonly number[] {
  if (long.length === 0) return short;
  const result = Array.from({ length: short.length + long.length * seasonLength }, () => 0);
  for (const [index, value] of short.entries()) result[index] = value;
  for (const [index, factor] of long.entries()) {
    const lag = (index + 1) * seasonLength;
    result[lag - 1] = (result[lag - 1] ?? 0) + factor;
    for (const [back, value] of short.entries()) {
      result[lag + back] = (result[lag + back] ?? 0) - factor * value;
    }
  }
  return result;
}
