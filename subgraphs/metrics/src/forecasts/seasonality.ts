/** How a season acts on a series: factors that multiply it, or amounts that are added to it. */
export type SeasonKind = "MULTIPLICATIVE" | "ADDITIVE";

/** A series without its season, and the season itself. */
export interface SeasonalAdjustment {
  readonly kind: SeasonKind;
  readonly adjusted: Float64Array;
  /** One figure for each place in the season; the first belongs to the first value of the series. */
  readonly figures: Float64Array;
}

/** Normal quantile of the two-sided test at 90 %. */
const CRITICAL_VALUE = 1.6448536269514722;

/**
 * Whether the autocorrelation at the season's lag differs from zero at 90 %, with Bartlett's standard
 * error: the test of the M competitions' benchmark and of R's `thetaf`. Needs two seasons and a value.
 */
export function isSeasonal(values: Float64Array, seasonLength: number): boolean {
  if (seasonLength < 2 || values.length <= 2 * seasonLength) return false;
  const correlations = autocorrelations(values, seasonLength);
  if (correlations === null) return false;
  let squares = 0;
  for (let lag = 1; lag < seasonLength; lag++) squares += (correlations[lag] ?? 0) ** 2;
  const standardError = Math.sqrt((1 + 2 * squares) / values.length);
  return Math.abs(correlations[seasonLength] ?? 0) / standardError > CRITICAL_VALUE;
}

/** Autocorrelations at the lags 0 to `longest`; null for a constant series. */
function autocorrelations(values: Float64Array, longest: number): Float64Array | null {
  const mean = meanOf(values);
  const deviations = values.map((value) => value - mean);
  const covariances = new Float64Array(longest + 1);
  for (let lag = 0; lag <= longest; lag++) {
    let sum = 0;
    for (let index = lag; index < deviations.length; index++) {
      sum += (deviations[index] ?? 0) * (deviations[index - lag] ?? 0);
    }
    covariances[lag] = sum;
  }
  const variance = covariances[0] ?? 0;
  return variance > 0 ? covariances.map((covariance) => covariance / variance) : null;
}

/**
 * Takes the season out when the test finds one: by factors for a positive series, else by amounts.
 * Null when there is none.
 */
export function adjustSeason(
  values: Float64Array,
  seasonLength: number,
): SeasonalAdjustment | null {
  if (!isSeasonal(values, seasonLength)) return null;
  const kind = values.every((value) => value > 0) ? "MULTIPLICATIVE" : "ADDITIVE";
  const figures = decompose(values, seasonLength, kind);
  // A factor next to zero would blow up what it divides.
  if (kind === "MULTIPLICATIVE" && figures.some((figure) => figure < 0.01)) {
    const amounts = decompose(values, seasonLength, "ADDITIVE");
    return { kind: "ADDITIVE", figures: amounts, adjusted: without(values, amounts, "ADDITIVE") };
  }
  return { kind, figures, adjusted: without(values, figures, kind) };
}

function without(values: Float64Array, figures: Float64Array, kind: SeasonKind): Float64Array {
  return values.map((value, index) => {
    const figure = figures[index % figures.length] ?? 0;
    return kind === "MULTIPLICATIVE" ? value / figure : value - figure;
  });
}

/** Puts the season back on what follows a series of `length` values. Null adjustment: unchanged. */
export function restoreSeason(
  forecast: Float64Array,
  adjustment: SeasonalAdjustment | null,
  length: number,
): Float64Array {
  if (adjustment === null) return forecast;
  const { figures, kind } = adjustment;
  return forecast.map((value, step) => {
    const figure = figures[(length + step) % figures.length] ?? 0;
    return kind === "MULTIPLICATIVE" ? value * figure : value + figure;
  });
}

/**
 * Classical decomposition by moving averages over one season: figures with mean one (factors) or zero
 * (amounts). Needs two seasons.
 */
export function decompose(
  values: Float64Array,
  seasonLength: number,
  kind: SeasonKind,
): Float64Array {
  const sums = new Float64Array(seasonLength);
  const counts = new Float64Array(seasonLength);
  const half = Math.floor(seasonLength / 2);
  for (let index = half; index < values.length - half; index++) {
    const trend = centredAverage(values, index, seasonLength);
    const value = values[index] ?? 0;
    const place = index % seasonLength;
    sums[place] = (sums[place] ?? 0) + (kind === "MULTIPLICATIVE" ? value / trend : value - trend);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const figures = sums.map((sum, place) => sum / (counts[place] ?? 1));
  const mean = meanOf(figures);
  return figures.map((figure) => (kind === "MULTIPLICATIVE" ? figure / mean : figure - mean));
}

/** Mean over one season around a value; with an even length both ends count half. */
function centredAverage(values: Float64Array, centre: number, seasonLength: number): number {
  const half = Math.floor(seasonLength / 2);
  let sum = 0;
  for (let offset = -half; offset <= half; offset++) {
    const isEnd = Math.abs(offset) === half && seasonLength % 2 === 0;
    sum += (values[centre + offset] ?? 0) * (isEnd ? 0.5 : 1);
  }
  return sum / seasonLength;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
