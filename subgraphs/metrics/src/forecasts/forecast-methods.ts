import { arimaDeviations, arimaName } from "./arima.ts";
import { selectArima } from "./arima-selection.ts";
import { etsDeviations, etsName, fitEts, forecastEts, type EtsForm, type EtsModel } from "./ets.ts";
import { rankEts } from "./ets-selection.ts";
import { intermittentMean, isIntermittent } from "./intermittent.ts";
import { average, drift, naive, seasonalNaive } from "./naive.ts";
import { adjustSeason, restoreSeason, type SeasonalAdjustment } from "./seasonality.ts";
import { fitOptimisedTheta, fitTheta, thetaDeviations, type ThetaModel } from "./theta.ts";

/** What one method expects of the next values. */
export interface Expectation {
  /** Name of the method: the same for every series. */
  readonly method: MethodName;
  /** The model it chose, such as `ETS(M,Ad,A)`; the name of the method where there is no choice. */
  readonly model: string;
  /** Models whose mean it is; empty for a single method. */
  readonly members: readonly string[];
  readonly means: Float64Array;
  /** Standard deviations of the errors ahead, by the model itself. */
  readonly deviations: Float64Array;
  /** Degrees of freedom of the deviations: errors they come from, less what was estimated. */
  readonly freedom: number;
}

export type MethodName =
  | "naive"
  | "seasonal naive"
  | "drift"
  | "mean"
  | "simple exponential smoothing"
  | "Holt"
  | "damped trend"
  | "Holt-Winters"
  | "ETS"
  | "Theta"
  | "optimised Theta"
  | "ARIMA"
  | "intermittent"
  | "combination";

/** The members of the combination, each with the same weight. */
const MEMBERS: readonly MethodName[] = ["ETS", "optimised Theta", "damped trend", "ARIMA"];
/** Fewer values than this are continued by the simplest methods only. */
export const MINIMUM_FOR_MODELS = 6;
/** Constants and states that a model of the usual size estimates. */
const USUAL_PARAMETERS = 5;

/**
 * What all methods that suit a series expect of its next values, the simplest first, their combination
 * last. `values` must be finite and hold one value at least.
 */
export function expectations(
  values: Float64Array,
  seasonLength: number,
  horizon: number,
): readonly Expectation[] {
  const simple = simpleExpectations(values, seasonLength, horizon);
  if (values.length < MINIMUM_FOR_MODELS || values.every((value) => value === values[0])) {
    return simple;
  }
  if (isIntermittent(values)) {
    const means = new Float64Array(horizon).fill(intermittentMean(values));
    const deviations = new Float64Array(horizon).fill(standardDeviation(values));
    const [model, members] = ["mean for intermittent series", INTERMITTENT];
    const freedom = values.length - USUAL_PARAMETERS;
    return [...simple, { method: "intermittent", model, members, means, deviations, freedom }];
  }
  const models = modelExpectations(values, seasonLength, horizon);
  return [...simple, ...models, combined(models, values.length, horizon)];
}

const INTERMITTENT = ["Syntetos-Boylan", "Teunter-Syntetos-Babai", "ADIDA"];

/**
 * Methods without a model. Their deviations follow from the errors they made so far, as if these had
 * been independent.
 */
function simpleExpectations(
  values: Float64Array,
  seasonLength: number,
  horizon: number,
): readonly Expectation[] {
  const count = values.length;
  const simple = (
    method: MethodName,
    means: Float64Array,
    [error, freedom]: readonly [error: number, freedom: number],
    growth: (ahead: number) => number,
  ): Expectation => ({
    method,
    model: method,
    members: [],
    means,
    deviations: Float64Array.from({ length: horizon }, (_, step) => error * growth(step + 1)),
    freedom,
  });
  // One value has made no error yet: its own size is assumed, as if it were certain.
  const [step, changes] =
    count === 1
      ? [Math.abs(values[0] ?? 0), Number.POSITIVE_INFINITY]
      : [rootMeanSquareChange(values, 1), count - 1];
  const result = [simple("naive", naive(values, horizon), [step, changes], Math.sqrt)];
  if (seasonLength > 1 && count > seasonLength) {
    const error = [rootMeanSquareChange(values, seasonLength), count - seasonLength] as const;
    const means = seasonalNaive(values, seasonLength, horizon);
    const growth = (ahead: number): number => Math.sqrt(Math.ceil(ahead / seasonLength));
    result.push(simple("seasonal naive", means, error, growth));
  }
  if (count < 2) return result;
  const change = ((values.at(-1) ?? 0) - (values[0] ?? 0)) / (count - 1);
  const aroundLine = Math.sqrt(Math.max(0, step ** 2 - change ** 2));
  result.push(
    // With one change the line fits by construction: the change itself is what is known.
    simple("drift", drift(values, horizon), [count === 2 ? step : aroundLine, count - 2], (ahead) =>
      Math.sqrt(ahead * (1 + ahead / (count - 1))),
    ),
    simple("mean", average(values, horizon), [standardDeviation(values), count - 1], () =>
      Math.sqrt(1 + 1 / count),
    ),
  );
  return result;
}

function rootMeanSquareChange(values: Float64Array, lag: number): number {
  let squares = 0;
  for (let index = lag; index < values.length; index++) {
    squares += ((values[index] ?? 0) - (values[index - lag] ?? 0)) ** 2;
  }
  return Math.sqrt(squares / (values.length - lag));
}

function standardDeviation(values: Float64Array): number {
  const [mean = 0] = average(values, 1);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

/** Models of the series itself, and of the series without its season. */
function modelExpectations(
  values: Float64Array,
  seasonLength: number,
  horizon: number,
): readonly Expectation[] {
  const adjustment = adjustSeason(values, seasonLength);
  const adjusted = adjustment?.adjusted ?? values;
  const restored = (method: MethodName, model: string, parts: Parts): Expectation => ({
    method,
    model,
    members: [],
    means: restoreSeason(parts.means, adjustment, values.length),
    deviations: restoreScale(parts.deviations, adjustment, values.length),
    freedom: values.length - USUAL_PARAMETERS,
  });
  const ranked = rankEts(values, seasonLength);
  const result: Expectation[] = [];
  const add = (method: MethodName, model: EtsModel | null | undefined): void => {
    if (model === null || model === undefined) return;
    result.push(ofEts(method, model, horizon, values.length - USUAL_PARAMETERS));
  };
  for (const [method, form] of SMOOTHINGS) {
    // Without a season to take out, the selection has fitted these forms already.
    const fitted = ranked.find((one) => etsName(one.form) === etsName(form));
    const model = adjustment === null ? (fitted ?? null) : fitEts(adjusted, 1, form);
    if (model !== null) result.push(restored(method, method, etsParts(model, horizon)));
  }
  add(
    "Holt-Winters",
    ranked.find(({ form }) => form.trend === "A" && form.season !== "N"),
  );
  add("ETS", ranked[0]);
  const theta = (method: MethodName, model: ThetaModel): void => {
    const parts = { means: model.forecast(horizon), deviations: thetaDeviations(model, horizon) };
    result.push(restored(method, method, parts));
  };
  theta("Theta", fitTheta(adjusted));
  theta("optimised Theta", fitOptimisedTheta(adjusted));
  const arima = selectArima(adjusted, 1);
  if (arima !== null) {
    const parts = { means: arima.forecast(horizon), deviations: arimaDeviations(arima, horizon) };
    result.push(restored("ARIMA", arimaName(arima.order), parts));
  }
  return result;
}

interface Parts {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

const SMOOTHINGS: readonly (readonly [MethodName, EtsForm])[] = [
  ["simple exponential smoothing", { error: "A", trend: "N", season: "N" }],
  ["Holt", { error: "A", trend: "A", season: "N" }],
  ["damped trend", { error: "A", trend: "Ad", season: "N" }],
];

const etsParts = (model: EtsModel, horizon: number): Parts => ({
  means: forecastEts(model, horizon),
  deviations: etsDeviations(model, horizon),
});

const ofEts = (
  method: MethodName,
  model: EtsModel,
  horizon: number,
  freedom: number,
): Expectation => ({
  method,
  model: etsName(model.form),
  members: [],
  ...etsParts(model, horizon),
  freedom,
});

/** Errors grow with the factor of the season; amounts leave them as they are. */
function restoreScale(
  deviations: Float64Array,
  adjustment: SeasonalAdjustment | null,
  length: number,
): Float64Array {
  if (adjustment?.kind !== "MULTIPLICATIVE") return deviations;
  return restoreSeason(deviations, adjustment, length);
}

/** By how many steps ahead, for each value of history, what was estimated from it adds a variance. */
const ESTIMATED = 2;

/**
 * The mean of the members that suit the series; the optimised Theta model always does. Its variances grow as that of
 * a random walk whose drift is estimated, by the steps ahead over the values of history: members take their
 * constants and trends as certain, which short series do not show.
 */
function combined(models: readonly Expectation[], count: number, horizon: number): Expectation {
  const members = models.filter(({ method }) => MEMBERS.includes(method));
  const meanOf = (part: (each: Expectation) => Float64Array): Float64Array =>
    Float64Array.from(
      { length: horizon },
      (_, step) => members.reduce((sum, each) => sum + (part(each)[step] ?? 0), 0) / members.length,
    );
  return {
    method: "combination",
    model: "mean of models",
    members: members.map(({ model }) => model),
    means: meanOf(({ means }) => means),
    deviations: meanOf(({ deviations }) => deviations).map(
      (deviation, step) => deviation * Math.sqrt(1 + (ESTIMATED * (step + 1)) / count),
    ),
    freedom: Math.min(...members.map(({ freedom }) => freedom)),
  };
}
