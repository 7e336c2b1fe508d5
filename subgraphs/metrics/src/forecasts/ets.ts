import { minimize } from "./nelder-mead.ts";
import { decompose } from "./seasonality.ts";

/** The parts of an exponential smoothing model; the trend is additive where there is one. */
export interface EtsForm {
  readonly error: "A" | "M";
  readonly trend: "N" | "A" | "Ad";
  readonly season: "N" | "A" | "M";
}

/** A fitted model: its constants, the state after the last value, and how well it fits. */
export interface EtsModel {
  readonly form: EtsForm;
  readonly seasonLength: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
  /** Seasonal states of the next values, nearest first. */
  readonly season: Float64Array;
  /** Akaike's criterion with the correction for short series; Infinity when the series is too short. */
  readonly aicc: number;
  /** Variance of the one-step errors, relative ones when the error is multiplicative. */
  readonly variance: number;
  readonly evaluations: number;
}

/** Constants within the region that R's `ets` uses, which keeps forecasts stable. */
const SMALLEST = 1e-4;
const LARGEST = 0.9999;
const DAMPING = [0.8, 0.98] as const;
/** Relative differences of the criterion at which a search ends: for a model, and for a comparison. */
const FINE = 1e-9;
export const COARSE = 1e-6;
/** Values that the first level and slope are estimated from. */
const FIRST_VALUES = 10;

/** Name in the notation of Hyndman and others, such as `ETS(M,Ad,A)`. */
export const etsName = ({ error, trend, season }: EtsForm): string =>
  `ETS(${error},${trend},${season})`;

/** Constants and first states that are estimated, with the variance. */
function parameterCount(form: EtsForm, seasonLength: number): number {
  const trend = form.trend === "N" ? 0 : form.trend === "A" ? 2 : 3;
  const season = form.season === "N" ? 0 : seasonLength;
  return 3 + trend + season;
}

/**
 * Fits one form by maximum likelihood (Hyndman, Koehler, Snyder and Grose 2002): the constants and
 * the first level and slope by a simplex search, the first season by decomposition. Null when the
 * series is too short for the form, or the form does not suit it: multiplicative parts need positive
 * values.
 */
export function fitEts(
  values: Float64Array,
  seasonLength: number,
  form: EtsForm,
  tolerance = FINE,
): EtsModel | null {
  const parameters = parameterCount(form, seasonLength);
  if (values.length < parameters + 2) return null;
  if (form.season !== "N" && values.length < 2 * seasonLength + 1) return null;
  const run = new EtsRun(values, seasonLength, form);
  const { start, steps } = run.startingPoint();
  if (!Number.isFinite(run.criterion(start))) return null;
  const limits = { steps, tolerance, evaluations: 120 * start.length };
  const found = minimize((point) => run.criterion(point), start, limits);
  return run.model(found.point, parameters, found.evaluations);
}

/** The recursions of one form over one series, with the memory for its states. */
class EtsRun {
  readonly #values: Float64Array;
  readonly #form: EtsForm;
  readonly #seasonLength: number;
  readonly #firstSeason: Float64Array;
  readonly #season: Float64Array;
  readonly #hasTrend: boolean;
  readonly #isDamped: boolean;
  readonly #hasSeason: boolean;
  #alpha = 0;
  #beta = 0;
  #gamma = 0;
  #phi = 1;
  #level = 0;
  #slope = 0;
  #squares = 0;

  constructor(values: Float64Array, seasonLength: number, form: EtsForm) {
    this.#values = values;
    this.#form = form;
    this.#hasTrend = form.trend !== "N";
    this.#isDamped = form.trend === "Ad";
    this.#hasSeason = form.season !== "N";
    this.#seasonLength = this.#hasSeason ? seasonLength : 1;
    this.#firstSeason = this.#hasSeason
      ? decompose(values, seasonLength, form.season === "M" ? "MULTIPLICATIVE" : "ADDITIVE")
      : Float64Array.of(form.season === "M" ? 1 : 0);
    this.#season = new Float64Array(this.#seasonLength);
  }

  /** Where the search begins: R's first constants, and a line through the first adjusted values. */
  startingPoint(): { start: Float64Array; steps: Float64Array } {
    const { level, slope, size } = this.#firstStates();
    const start = [this.#hasSeason ? 0.2 : 0.4];
    const steps = [0.2];
    if (this.#hasTrend) {
      start.push(0.1 * (start[0] ?? 0));
      steps.push(0.05);
    }
    if (this.#hasSeason) {
      start.push(0.1);
      steps.push(0.1);
    }
    if (this.#isDamped) {
      start.push(0.95);
      steps.push(-0.05);
    }
    start.push(level);
    steps.push(size);
    if (this.#hasTrend) {
      start.push(slope);
      steps.push(Math.max(Math.abs(slope), size / 10));
    }
    return { start: Float64Array.from(start), steps: Float64Array.from(steps) };
  }

  #firstStates(): { level: number; slope: number; size: number } {
    const count = Math.min(Math.max(FIRST_VALUES, 2 * this.#seasonLength), this.#values.length);
    const adjusted = this.#values.slice(0, count).map((value, index) => {
      const figure = this.#firstSeason[index % this.#seasonLength] ?? 0;
      return this.#form.season === "M" ? value / figure : value - figure;
    });
    const { intercept, slope, mean, deviation } = line(adjusted);
    const size = Math.max(deviation / 2, Math.abs(mean) * 0.01, Number.MIN_VALUE);
    return this.#hasTrend ? { level: intercept, slope, size } : { level: mean, slope: 0, size };
  }

  /** Takes the constants and first states out of a point; false outside the region. */
  #take(point: Float64Array): boolean {
    let index = 0;
    this.#alpha = point[index++] ?? 0;
    this.#beta = this.#hasTrend ? (point[index++] ?? 0) : 0;
    this.#gamma = this.#hasSeason ? (point[index++] ?? 0) : 0;
    this.#phi = this.#isDamped ? (point[index++] ?? 0) : 1;
    this.#level = point[index++] ?? 0;
    this.#slope = this.#hasTrend ? (point[index] ?? 0) : 0;
    if (this.#alpha < SMALLEST || this.#alpha > LARGEST) return false;
    if (this.#hasTrend && (this.#beta < SMALLEST || this.#beta > this.#alpha)) return false;
    if (this.#hasSeason && (this.#gamma < SMALLEST || this.#gamma > 1 - this.#alpha)) return false;
    return !this.#isDamped || (this.#phi >= DAMPING[0] && this.#phi <= DAMPING[1]);
  }

  /** Minus twice the logarithm of the concentrated likelihood, up to a constant. */
  criterion(point: Float64Array): number {
    if (!this.#take(point)) return Number.POSITIVE_INFINITY;
    const values = this.#values;
    const season = this.#season;
    season.set(this.#firstSeason);
    const length = values.length;
    const period = this.#seasonLength;
    const relative = this.#form.error === "M";
    const multiplies = this.#form.season === "M";
    const [alpha, beta, gamma, phi] = [this.#alpha, this.#beta, this.#gamma, this.#phi];
    let [level, slope] = [this.#level, this.#slope];
    let squares = 0;
    let logarithms = 0;
    // Logarithms are taken of products, which are far fewer.
    let product = 1;
    let place = 0;
    for (let index = 0; index < length; index++) {
      const value = values[index]!;
      const figure = season[place]!;
      const damped = phi * slope;
      const base = level + damped;
      const expected = multiplies ? base * figure : base + figure;
      let error = value - expected;
      level = base + alpha * (multiplies ? error / figure : error);
      slope = damped + beta * (multiplies ? error / figure : error);
      season[place] = figure + gamma * (multiplies ? error / base : error);
      if (relative) {
        if (expected <= 0) return Number.POSITIVE_INFINITY;
        error /= expected;
        product *= expected;
        if (product > 1e100 || product < 1e-100) {
          logarithms += Math.log(product);
          product = 1;
        }
      }
      squares += error * error;
      if (++place === period) place = 0;
    }
    this.#level = level;
    this.#slope = slope;
    this.#squares = squares;
    logarithms += Math.log(product);
    return length * Math.log(squares) + 2 * logarithms;
  }

  /** The model at a point, with the states after the last value; null for a fit that broke down. */
  model(point: Float64Array, parameters: number, evaluations: number): EtsModel | null {
    const criterion = this.criterion(point);
    const length = this.#values.length;
    if (Number.isNaN(criterion) || criterion === Number.POSITIVE_INFINITY) return null;
    const freedom = length - parameters - 1;
    const correction = (2 * parameters * (parameters + 1)) / freedom;
    return {
      form: this.#form,
      seasonLength: this.#seasonLength,
      alpha: this.#alpha,
      beta: this.#beta,
      gamma: this.#gamma,
      phi: this.#phi,
      level: this.#level,
      slope: this.#slope,
      season: Float64Array.from(
        { length: this.#seasonLength },
        (_, step) => this.#season[(length + step) % this.#seasonLength] ?? 0,
      ),
      aicc: freedom > 0 ? criterion + 2 * parameters + correction : Number.POSITIVE_INFINITY,
      variance: this.#squares / Math.max(1, length - parameters + 1),
      evaluations,
    };
  }
}

/** Least-squares line through values at 1, 2, 3 …, and the standard deviation around it. */
function line(values: Float64Array): {
  intercept: number;
  slope: number;
  mean: number;
  deviation: number;
} {
  const count = values.length;
  const centre = (count + 1) / 2;
  let mean = 0;
  for (const value of values) mean += value / count;
  let products = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    products += (index + 1 - centre) * (value - mean);
    squares += (index + 1 - centre) ** 2;
  }
  const slope = squares === 0 ? 0 : products / squares;
  let rest = 0;
  for (const [index, value] of values.entries()) {
    rest += (value - mean - slope * (index + 1 - centre)) ** 2;
  }
  return { intercept: mean - slope * centre, slope, mean, deviation: Math.sqrt(rest / count) };
}

/** The expected next values of a model. */
export function forecastEts(model: EtsModel, horizon: number): Float64Array {
  const { level, slope, phi, season, form } = model;
  let base = level;
  let step = slope;
  return Float64Array.from({ length: horizon }, (_, ahead) => {
    step *= phi;
    base += step;
    const figure = season[ahead % season.length] ?? 0;
    return form.season === "M" ? base * figure : base + figure;
  });
}

/**
 * Standard deviations of the errors ahead: exact for additive errors and for multiplicative ones
 * without a multiplicative season (Hyndman, Koehler, Ord and Snyder 2005), else an approximation that
 * scales with the season.
 */
export function etsDeviations(model: EtsModel, horizon: number): Float64Array {
  const { form, alpha, beta, gamma, phi, variance, season } = model;
  const means = forecastEts(model, horizon);
  const result = new Float64Array(horizon);
  const weights = new Float64Array(horizon);
  const second = new Float64Array(horizon);
  let sum = 1;
  let damping = 0;
  for (let ahead = 0; ahead < horizon; ahead++) {
    const figure = form.season === "M" ? (season[ahead % season.length] ?? 1) : 1;
    const mean = (means[ahead] ?? 0) / figure;
    if (form.error === "A") {
      result[ahead] = Math.sqrt(variance * sum);
    } else {
      let spread = mean ** 2;
      for (let back = 0; back < ahead; back++) {
        spread += variance * (weights[back] ?? 0) ** 2 * (second[ahead - 1 - back] ?? 0);
      }
      second[ahead] = spread;
      result[ahead] =
        Math.abs(figure) * Math.sqrt(Math.max(0, (1 + variance) * spread - mean ** 2));
    }
    damping = phi * (damping + 1);
    const isSeason = form.season !== "N" && (ahead + 1) % season.length === 0;
    weights[ahead] = alpha + beta * damping + (isSeason ? gamma : 0);
    sum += (weights[ahead] ?? 0) ** 2;
  }
  return result;
}
