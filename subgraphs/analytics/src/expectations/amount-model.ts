/**
 * What a series amounts to next, from amounts in minor units, oldest first: one level, levels that shifted, a
 * constant growth per period, or what it was a year before. Residuals are relative (of logarithms), so a scaled series has the same model.
 */
export interface AmountModel {
  readonly kind: "LEVEL" | "SHIFTS" | "TREND" | "SEASONAL";
  /** The next amount in minor units. */
  readonly next: number;
  /** Mean absolute residual of logarithms, without the largest fifth. */
  readonly scale: number;
  /** The largest absolute residual of logarithms: of an outlier. */
  readonly worst: number;
  /** What the amounts cost, in nats; those of noise cost 0. */
  readonly cost: number;
  /** Growth per period as a share; 0 but for a TREND. */
  readonly growth: number;
  /** The latest shift of the level: from, to, and the index of the first amount on the new one. */
  readonly shift: { readonly from: number; readonly to: number; readonly index: number } | null;
}

/** Relative deviations below this are rounding. */
const LEAST_SCALE = 0.002;
/** Amounts that deviate by so much tell nothing. */
const NOISE_SCALE = 0.5;
/** An outlier costs no more than this many times the usual deviation. */
const OUTLIER = 12;
const MOST_SHIFTS = 3;
const LEAST_OF_LEVEL = 2;
const LEAST_OF_TREND = 4;
/** Seasons shorter than this are no seasons. */
const LEAST_SEASONS = 4;

/**
 * The model of least description length. `periods` counts from the first amount to each; `perYear` is how many
 * periods make a year, where they do.
 */
export function fitAmounts(
  amounts: readonly number[],
  periods: readonly number[],
  perYear = 0,
): AmountModel {
  const logs = amounts.map((amount) => Math.log(Math.max(amount, 1)));
  const models = [
    levelModel(amounts, logs),
    ...shiftModels(amounts, logs),
    ...trendModels(logs, periods),
    ...(perYear < LEAST_SEASONS ? [] : seasonalModels(amounts, logs, periods, perYear)),
  ];
  return models.reduce((best, model) => (model.cost < best.cost - 1e-9 ? model : best));
}

const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[(sorted.length >> 1) - 1] ?? upper) + upper) / 2;
};

/** The lower of the middle values, which is one of them. */
const middleAmount = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN;

/** Mean absolute residual of the nearest four fifths, so that one outlier does not count. */
function scaleOf(residuals: readonly number[]): number {
  const sorted = residuals.map(Math.abs).toSorted((a, b) => a - b);
  const kept = sorted.slice(0, Math.max(1, Math.ceil(sorted.length * 0.8)));
  return kept.reduce((sum, each) => sum + each, 0) / kept.length;
}

const worstOf = (residuals: readonly number[]): number => Math.max(...residuals.map(Math.abs));

/** Under Laplace's distribution, against that of noise; a parameter costs half the logarithm of their number. */
function costOf(residuals: readonly number[], scale: number, parameters: number): number {
  const width = Math.max(scale, LEAST_SCALE);
  const perAmount = Math.log(width) - Math.log(NOISE_SCALE);
  const sum = residuals.reduce(
    (total, each) => total + Math.min(Math.abs(each) / width, OUTLIER),
    0,
  );
  return residuals.length * perAmount + sum + parameters * 0.5 * Math.log(residuals.length + 1);
}

function levelModel(amounts: readonly number[], logs: readonly number[]): AmountModel {
  const level = middle(logs);
  const residuals = logs.map((log) => log - level);
  const scale = scaleOf(residuals);
  return {
    kind: "LEVEL",
    next: middleAmount(amounts),
    scale,
    worst: worstOf(residuals),
    cost: costOf(residuals, scale, 1),
    growth: 0,
    shift: null,
  };
}

/** The models with one level more at a time. */
function shiftModels(amounts: readonly number[], logs: readonly number[]): AmountModel[] {
  const models: AmountModel[] = [];
  let starts: readonly number[] = [0];
  for (let count = 1; count <= MOST_SHIFTS; count += 1) {
    const split = bestSplit(logs, starts);
    if (split === undefined) break;
    starts = [...starts, split].toSorted((a, b) => a - b);
    models.push(shiftModel(amounts, logs, starts));
  }
  return models;
}

function bestSplit(logs: readonly number[], starts: readonly number[]): number | undefined {
  let best: { readonly at: number; readonly gain: number } | undefined;
  for (const [index, from] of starts.entries()) {
    const to = starts[index + 1] ?? logs.length;
    const whole = spreadOf(logs, from, to);
    for (let at = from + LEAST_OF_LEVEL; at <= to - LEAST_OF_LEVEL; at += 1) {
      const gain = whole - spreadOf(logs, from, at) - spreadOf(logs, at, to);
      if (gain > (best?.gain ?? 0) + 1e-9) best = { at, gain };
    }
  }
  return best?.at;
}

function spreadOf(logs: readonly number[], from: number, to: number): number {
  const part = logs.slice(from, to);
  const level = middle(part);
  return part.reduce((sum, log) => sum + Math.abs(log - level), 0);
}

function shiftModel(
  amounts: readonly number[],
  logs: readonly number[],
  starts: readonly number[],
): AmountModel {
  const ends = [...starts.slice(1), logs.length];
  const residuals = starts.flatMap((from, index) => {
    const part = logs.slice(from, ends[index]);
    const level = middle(part);
    return part.map((log) => log - level);
  });
  const [before, levelFrom] = [starts.at(-2) ?? 0, starts.at(-1) ?? 0];
  const scale = scaleOf(residuals);
  const next = middleAmount(amounts.slice(levelFrom));
  const from = middleAmount(amounts.slice(before, levelFrom));
  return {
    kind: "SHIFTS",
    next,
    scale,
    worst: worstOf(residuals),
    cost: costOf(residuals, scale, 1 + 2 * (starts.length - 1)),
    growth: 0,
    shift: { from, to: next, index: levelFrom },
  };
}

/** Growth by the median of all slopes (Theil 1950, Sen 1968), so that an outlier does not bend it. */
function trendModels(logs: readonly number[], periods: readonly number[]): AmountModel[] {
  if (logs.length < LEAST_OF_TREND) return [];
  const slopes: number[] = [];
  for (let from = 0; from < logs.length; from += 1) {
    for (let to = from + 1; to < logs.length; to += 1) {
      const span = (periods[to] as number) - (periods[from] as number);
      if (span > 0) slopes.push(((logs[to] as number) - (logs[from] as number)) / span);
    }
  }
  const slope = middle(slopes);
  if (!Number.isFinite(slope) || slope === 0) return [];
  const start = middle(logs.map((log, index) => log - slope * (periods[index] as number)));
  const residuals = logs.map((log, index) => log - start - slope * (periods[index] as number));
  const scale = scaleOf(residuals);
  const next = Math.exp(start + slope * ((periods.at(-1) as number) + 1));
  return [
    {
      kind: "TREND",
      next,
      // Two parameters bend few amounts to themselves.
      scale: scale * Math.sqrt(logs.length / (logs.length - 2)),
      worst: worstOf(residuals),
      cost: costOf(residuals, scale, 2),
      growth: Math.exp(slope) - 1,
      shift: null,
    },
  ];
}

/**
 * Each amount as a share of the one a year before, by their middle share. The first year has none before it: it
 * costs what noise costs, so that seasons are believed when a second year repeats them.
 */
function seasonalModels(
  amounts: readonly number[],
  logs: readonly number[],
  periods: readonly number[],
  perYear: number,
): AmountModel[] {
  const indexOf = new Map(periods.map((period, index) => [period, index]));
  const changes = periods.flatMap((period, index) => {
    const before = indexOf.get(period - perYear);
    return before === undefined ? [] : [(logs[index] as number) - (logs[before] as number)];
  });
  const before = indexOf.get((periods.at(-1) ?? Number.NaN) + 1 - perYear);
  if (before === undefined || changes.length < perYear - 1) return [];
  const growth = middle(changes);
  const residuals = changes.map((change) => change - growth);
  const scale = scaleOf(residuals);
  return [
    {
      kind: "SEASONAL",
      next: Math.exp(growth) * (amounts[before] as number),
      scale,
      worst: worstOf(residuals),
      cost: costOf(residuals, scale, 2),
      growth: 0,
      shift: null,
    },
  ];
}
