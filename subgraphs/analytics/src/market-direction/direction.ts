import { fitLogistic, probabilityOf } from "./logistic.ts";

/** How far ahead, in trading days. */
const HORIZON_DAYS = { DAY: 1, WEEK: 5, MONTH: 21 } as const;
export type DirectionHorizon = keyof typeof HORIZON_DAYS;

/** How predictions of the past would have fared, each from what came before it. */
export interface DirectionBackTest {
  readonly folds: number;
  readonly predictions: number;
  /** Mean squared error of the probabilities (Brier 1950); a coin has 0.25. */
  readonly brier: number;
  /** The same of the base rate: the share of rises before, which is what a random walk with drift predicts. */
  readonly brierBaseRate: number;
  /** By how much the base rate is worse, and the standard error of that. */
  readonly gain: number;
  readonly gainError: number;
  readonly logLoss: number;
  readonly logLossBaseRate: number;
  /** Share of predictions on the right side of one half. */
  readonly accuracy: number;
  readonly accuracyBaseRate: number;
  /** Mean distance of the probabilities from what happened, in five bins. */
  readonly calibrationError: number;
}

export interface Direction {
  readonly verdict: "EDGE" | "NO_EDGE";
  /** That the price is higher at the horizon; null without an edge. */
  readonly probability: number | null;
  /** Share of horizons in the past that ended higher. */
  readonly baseRate: number;
  readonly backTest: DirectionBackTest;
}

/** Closes before the first prediction of the back-test, and predictions at least. */
const LEAST_TRAINING = 250;
const LEAST_PREDICTIONS = 100;
/** Of the closes, those of before the first feature. */
const WARM_UP = 64;
const FOLDS = 12;
/** A gain has to exceed so many standard errors: 5 % of a one-sided normal test. */
const MARGIN = 1.645;

export const leastCloses = (horizon: DirectionHorizon): number =>
  WARM_UP + LEAST_TRAINING + LEAST_PREDICTIONS + HORIZON_DAYS[horizon];

interface Sample {
  readonly features: readonly number[];
  readonly rose: 0 | 1;
}

interface Prediction {
  /** What the model of its fold gave. */
  readonly raw: number;
  /** The same, shrunk towards the base rate by how earlier folds fared. */
  readonly probability: number;
  readonly base: number;
  readonly rose: 0 | 1;
}

/**
 * The probability that the price is higher after the horizon, by a logistic regression over momentum and volatility.
 * It counts only when a walk-forward back-test (S. Tashman 2000: each fold is predicted by a model of what came
 * before it) has a lower Brier score than the base rate by a margin. Undefined for too short a history.
 */
export function predictDirection(
  closes: readonly number[],
  horizon: DirectionHorizon,
): Direction | undefined {
  if (closes.length < leastCloses(horizon)) return undefined;
  const days = HORIZON_DAYS[horizon];
  const squares = squaredReturns(closes);
  const samples = samplesOf(closes, squares, days);
  const predictions = walkForward(samples, days);
  const backTest = scoreOf(predictions, days);
  const baseRate = shareOfRises(samples);
  const hasEdge = backTest.gain > MARGIN * backTest.gainError;
  if (!hasEdge) return { verdict: "NO_EDGE", probability: null, baseRate, backTest };
  const model = fitLogistic(
    samples.map(({ features }) => features),
    samples.map(({ rose }) => rose),
  );
  const raw = probabilityOf(model, featuresAt(closes, squares, closes.length - 1));
  const probability = shrink(raw, baseRate, shrinkageOf(predictions));
  return { verdict: "EDGE", probability, baseRate, backTest };
}

function samplesOf(closes: readonly number[], squares: readonly number[], days: number): Sample[] {
  const samples: Sample[] = [];
  for (let at = WARM_UP; at + days < closes.length; at += 1) {
    const rose = (closes[at + days] as number) > (closes[at] as number) ? 1 : 0;
    samples.push({ features: featuresAt(closes, squares, at), rose });
  }
  return samples;
}

const MOMENTUM_DAYS = [1, 5, 21, 63] as const;

/** Returns of four lengths and the distance from a mean, in volatilities; and whether volatility rises. */
function featuresAt(closes: readonly number[], squares: readonly number[], at: number): number[] {
  const volatility = Math.max(volatilityOf(squares, at, 63), 1e-6);
  const momentum = MOMENTUM_DAYS.map((days) => {
    const change = Math.log((closes[at] as number) / (closes[at - days] as number));
    return clamped(change / (volatility * Math.sqrt(days)));
  });
  const recent = volatilityOf(squares, at, 10);
  let mean = 0;
  for (let day = at - 49; day <= at; day += 1) mean += (closes[day] as number) / 50;
  const distance = Math.log((closes[at] as number) / mean) / (volatility * Math.sqrt(50));
  return [...momentum, clamped(distance), clamped(recent / volatility - 1)];
}

const clamped = (value: number): number => Math.max(-4, Math.min(4, value));

/** Of the logarithmic return to each day, summed up from the first. */
function squaredReturns(closes: readonly number[]): number[] {
  let sum = 0;
  return closes.map((close, day) => {
    sum += day === 0 ? 0 : Math.log(close / (closes[day - 1] as number)) ** 2;
    return sum;
  });
}

const volatilityOf = (squares: readonly number[], at: number, days: number): number =>
  Math.sqrt(((squares[at] as number) - (squares[at - days] as number)) / days);

const shareOfRises = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { rose }) => sum + rose, 0) / samples.length;

/** What is known at a fold ends a horizon before it: later outcomes had not happened. */
function walkForward(samples: readonly Sample[], days: number): Prediction[] {
  const predictions: Prediction[] = [];
  const size = Math.ceil((samples.length - LEAST_TRAINING) / FOLDS);
  for (let from = LEAST_TRAINING; from < samples.length; from += size) {
    const known = samples.slice(0, from - days);
    const base = shareOfRises(known);
    const model = fitLogistic(
      known.map(({ features }) => features),
      known.map(({ rose }) => rose),
    );
    const shrinkage = shrinkageOf(predictions.slice(0, Math.max(0, predictions.length - days)));
    for (const { features, rose } of samples.slice(from, from + size)) {
      const raw = probabilityOf(model, features);
      predictions.push({ raw, probability: shrink(raw, base, shrinkage), base, rose });
    }
  }
  return predictions;
}

const shrink = (raw: number, base: number, shrinkage: number): number =>
  base + shrinkage * (raw - base);

/**
 * The share of the model's distance from the base rate that would have had the least squared error: the slope of a
 * regression through the origin, from 0 (nothing is believed) to 1.
 */
function shrinkageOf(predictions: readonly Prediction[]): number {
  let [explained, total] = [0, 0];
  for (const { raw, base, rose } of predictions) {
    explained += (raw - base) * (rose - base);
    total += (raw - base) ** 2;
  }
  return total === 0 ? 0 : Math.max(0, Math.min(1, explained / total));
}

function scoreOf(predictions: readonly Prediction[], days: number): DirectionBackTest {
  const mean = (valueOf: (prediction: Prediction) => number): number =>
    predictions.reduce((sum, prediction) => sum + valueOf(prediction), 0) / predictions.length;
  const gains = predictions.map(
    ({ probability, base, rose }) => (base - rose) ** 2 - (probability - rose) ** 2,
  );
  return {
    folds: FOLDS,
    predictions: predictions.length,
    brier: mean(({ probability, rose }) => (probability - rose) ** 2),
    brierBaseRate: mean(({ base, rose }) => (base - rose) ** 2),
    gain: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    gainError: standardError(gains, days),
    logLoss: mean(({ probability, rose }) => logLoss(probability, rose)),
    logLossBaseRate: mean(({ base, rose }) => logLoss(base, rose)),
    accuracy: mean(({ probability, rose }) => Number(probability >= 0.5 === (rose === 1))),
    accuracyBaseRate: mean(({ base, rose }) => Number(base >= 0.5 === (rose === 1))),
    calibrationError: calibrationError(predictions),
  };
}

const logLoss = (probability: number, rose: 0 | 1): number =>
  -Math.log(Math.max(1e-9, rose === 1 ? probability : 1 - probability));

/**
 * Of a mean of values that overlap, by W. Newey and K. West (1987) with Bartlett's weights: predictions of a week
 * share four days with the next day's.
 */
function standardError(values: readonly number[], days: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const lags = Math.max(days - 1, Math.floor(4 * (values.length / 100) ** (2 / 9)));
  let variance = 0;
  for (let lag = 0; lag <= lags; lag += 1) {
    let covariance = 0;
    for (let at = lag; at < centred.length; at += 1) {
      covariance += (centred[at] as number) * (centred[at - lag] as number);
    }
    const weight = lag === 0 ? 1 : 2 * (1 - lag / (lags + 1));
    variance += (weight * covariance) / values.length;
  }
  return Math.sqrt(Math.max(variance, 0) / values.length);
}

const BINS = 5;

function calibrationError(predictions: readonly Prediction[]): number {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, predicted: 0, rose: 0 }));
  for (const { probability, rose } of predictions) {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.predicted += probability;
    bin.rose += rose;
  }
  return (
    bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.rose), 0) / predictions.length
  );
}
