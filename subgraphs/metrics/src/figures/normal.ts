/** Density of the standard normal distribution. */
export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

// Below, the series loses digits to cancellation; above, the fraction needs few terms.
const TAIL = 1.5;

/**
 * Distribution function of the standard normal: the probability of a value up to `z`. Relative
 * error below 1e-14 for every z, tails included.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z > TAIL) return 1 - upperTail(z);
  if (z < -TAIL) return upperTail(-z);
  return 0.5 + normalDensity(z) * oddSeries(z);
}

/** z + z^3/3 + z^5/(3 5) + ..., the Taylor series of the cdf over its density (Marsaglia 2004). */
function oddSeries(z: number): number {
  let [sum, term] = [z, z];
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

// Terms after which Laplace's fraction has converged at the smallest z it is used for.
const FRACTION_TERMS = 160;

/** Probability of a value above `z`, by Laplace's continued fraction of the Mills ratio. */
function upperTail(z: number): number {
  if (z > 39) return 0;
  let denominator = z;
  for (let term = FRACTION_TERMS; term > 0; term--) denominator = z + term / denominator;
  return normalDensity(z) / denominator;
}

/**
 * Quantile function of the standard normal: the value that a draw does not exceed with the given
 * probability. A rational start (Abramowitz and Stegun 26.2.23) refined by Halley's method on the
 * own distribution function; relative error below 1e-14.
 *
 * @param probability between 0 and 1; the ends give -Infinity and Infinity
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(probability));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  let z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(z) - probability) / normalDensity(z);
    z -= error / (1 + 0.5 * z * error);
  }
  return z;
}
