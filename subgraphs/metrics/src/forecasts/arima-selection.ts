import { COARSE, fitArima, differences, type ArimaModel, type ArimaOrder } from "./arima.ts";
import { decompose } from "./seasonality.ts";

/** Critical value at 5 % of the test for a stationary level (Kwiatkowski and others 1992). */
const KPSS_CRITICAL = 0.463;
/** Seasonal strength from which a season is differenced, as in R's `nsdiffs`. */
const SEASONAL_STRENGTH = 0.64;
const MOST_MODELS = 40;
const MOST_ORDERS = { p: 3, q: 3, P: 1, Q: 1 };

/**
 * Chooses an ARIMA model as Hyndman and Khandakar (2008) do: differences by tests, the other orders
 * stepwise by AICc. At most 40 models are fitted. Null when the series is too short for any.
 */
export function selectArima(values: Float64Array, seasonLength: number): ArimaModel | null {
  const season = seasonLength > 1 && values.length >= 3 * seasonLength ? seasonLength : 1;
  const D = season > 1 && seasonalStrength(values, season) > SEASONAL_STRENGTH ? 1 : 0;
  const d = stationaryDifferences(differences(values, season, D), 2 - D);
  const base = { p: 0, d, q: 0, P: 0, D, Q: 0, seasonLength: season, hasConstant: d + D < 2 };
  const best = new Search(values, base).best();
  return best && fitArima(values, best.order);
}

/** Share of the variance without trend that the season explains (Wang, Smith and Hyndman 2006). */
function seasonalStrength(values: Float64Array, seasonLength: number): number {
  const figures = decompose(values, seasonLength, "ADDITIVE");
  const half = Math.floor(seasonLength / 2);
  const rest: number[] = [];
  const both: number[] = [];
  for (let index = half; index < values.length - half; index++) {
    let trend = 0;
    for (let offset = -half; offset <= half; offset++) {
      const isEnd = Math.abs(offset) === half && seasonLength % 2 === 0;
      trend += ((values[index + offset] ?? 0) * (isEnd ? 0.5 : 1)) / seasonLength;
    }
    both.push((values[index] ?? 0) - trend);
    rest.push((values[index] ?? 0) - trend - (figures[index % seasonLength] ?? 0));
  }
  const whole = varianceOf(both);
  return whole === 0 ? 0 : Math.max(0, 1 - varianceOf(rest) / whole);
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function stationaryDifferences(values: Float64Array, most: number): number {
  let current = values;
  for (let count = 0; count < most; count++) {
    if (current.length < 8 || kpss(current) <= KPSS_CRITICAL) return count;
    current = differences(current, 1, 1);
  }
  return most;
}

/** The statistic of the test for a stationary level, with Bartlett weights. */
export function kpss(values: Float64Array): number {
  const count = values.length;
  let mean = 0;
  for (const value of values) mean += value / count;
  const rest = values.map((value) => value - mean);
  let sum = 0;
  let squares = 0;
  for (const value of rest) {
    sum += value;
    squares += sum * sum;
  }
  const lags = Math.trunc((3 * Math.sqrt(count)) / 13);
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let products = 0;
    for (let index = lag; index < count; index++) {
      products += (rest[index] ?? 0) * (rest[index - lag] ?? 0);
    }
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * products;
  }
  return variance <= 0 ? 0 : squares / count / variance;
}

/** Walks from order to order while the criterion falls. */
class Search {
  readonly #values: Float64Array;
  readonly #base: ArimaOrder;
  readonly #tried = new Set<string>();
  #best: ArimaModel | null = null;

  constructor(values: Float64Array, base: ArimaOrder) {
    this.#values = values;
    this.#base = base;
  }

  best(): ArimaModel | null {
    const seasonal = this.#base.seasonLength > 1 ? 1 : 0;
    this.#try({ p: 2, q: 2, P: seasonal, Q: seasonal });
    this.#try({});
    this.#try({ p: 1, P: seasonal });
    this.#try({ q: 1, Q: seasonal });
    let before: ArimaModel | null = null;
    while (this.#best !== null && this.#best !== before && this.#tried.size < MOST_MODELS) {
      before = this.#best;
      for (const change of this.#changes(before.order)) this.#try(change);
    }
    return this.#best;
  }

  #changes({ p, q, P, Q, hasConstant }: ArimaOrder): readonly Partial<ArimaOrder>[] {
    const here = { p, q, P, Q, hasConstant };
    const steps: Partial<ArimaOrder>[] = [];
    for (const step of [-1, 1]) {
      steps.push({ ...here, p: p + step }, { ...here, q: q + step });
      steps.push({ ...here, p: p + step, q: q + step });
      if (this.#base.seasonLength === 1) continue;
      steps.push({ ...here, P: P + step }, { ...here, Q: Q + step });
      steps.push({ ...here, P: P + step, Q: Q + step });
    }
    if (this.#base.hasConstant) steps.push({ ...here, hasConstant: !hasConstant });
    return steps;
  }

  #try(change: Partial<ArimaOrder>): void {
    const order = { ...this.#base, ...change };
    const key = [order.p, order.q, order.P, order.Q, order.hasConstant].join();
    const fits = (["p", "q", "P", "Q"] as const).every(
      (part) => order[part] >= 0 && order[part] <= MOST_ORDERS[part],
    );
    if (!fits || this.#tried.has(key) || this.#tried.size >= MOST_MODELS) return;
    this.#tried.add(key);
    const model = fitArima(this.#values, order, COARSE);
    if (model !== null && (this.#best === null || model.aicc < this.#best.aicc)) this.#best = model;
  }
}
