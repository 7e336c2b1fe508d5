import { invalidInput } from "@allfunds/contract/errors";
import { absence } from "../absences/absence.ts";
import { toDay } from "../series/calendar.ts";
import { GapPolicy } from "../series/gap-policy.ts";
import type { Gap } from "../series/series.ts";
import { BENCHMARK_FIGURES } from "./benchmark-figures.ts";
import type { FigureSample, PeriodSample } from "./figure-sample.ts";
import type { FigureArguments, FigureDefinition, FigureInputs } from "./figure.ts";
import { FLOW_FIGURES, RETURN_FIGURES } from "./return-figures.ts";
import { RISK_FIGURES } from "./risk-figures.ts";

/**
 * The table of figures: the enum of the schema with its descriptions, docs/metrics.md, the
 * computation and the accuracy report are made from it.
 */
const FIGURES = { ...RETURN_FIGURES, ...RISK_FIGURES, ...BENCHMARK_FIGURES } as const;

/** The text of every figure by its value of the enum, those of flows included. */
export const FIGURE_TEXTS = { ...FIGURES, ...FLOW_FIGURES } as const;

type Texts = typeof FIGURE_TEXTS;
/** Name of a figure in texts and in REST. */
type FigureName = Texts[keyof Texts]["name"];

/** The figures as values of an enum: each with its name in texts. */
export const FIGURE_NAMES = Object.fromEntries(
  Object.entries(FIGURE_TEXTS).map(([value, { name }]) => [value, name]),
  // The compiler does not see which name belongs to which value.
) as { readonly [Value in keyof Texts]: Texts[Value]["name"] };

/** The description of each value of the enum in the schema. */
export const FIGURE_DESCRIPTIONS = Object.fromEntries(
  Object.entries(FIGURE_TEXTS).map(([value, { title, formula }]) => [
    value,
    { description: `${title}. ${formula}` },
  ]),
) as { readonly [Value in keyof Texts]: { description: string } };

/** A row whose name is one of the enum. */
export type Figure = FigureDefinition & { readonly name: FigureName };

/** Every figure of a price series, in the order of the table. */
export const PRICE_FIGURES: readonly Figure[] = Object.values(FIGURES);

/** What the arguments are when a client leaves them out, and their bounds. */
export const FIGURE_DEFAULTS = { riskFreeRate: 0, level: 0.95, window: 250 } as const;

/** Checks the arguments and fills in the defaults: INVALID_INPUT outside their bounds. */
export function figureArguments(given: {
  readonly [Name in keyof FigureArguments]?: FigureArguments[Name] | null | undefined;
}): FigureArguments {
  const { riskFreeRate = null, targetReturn = null, level = null, window = null } = given;
  const checked = {
    riskFreeRate: riskFreeRate ?? FIGURE_DEFAULTS.riskFreeRate,
    targetReturn,
    level: level ?? FIGURE_DEFAULTS.level,
    window: window ?? FIGURE_DEFAULTS.window,
  };
  requireRate("riskFreeRate", checked.riskFreeRate);
  if (checked.targetReturn !== null) requireRate("targetReturn", checked.targetReturn);
  if (!(checked.level >= 0.5 && checked.level <= 0.9999)) {
    throw invalidInput("level", "must lie between 0.5 and 0.9999");
  }
  if (!(Number.isInteger(checked.window) && checked.window >= 2 && checked.window <= 10_000)) {
    throw invalidInput("window", "must be a whole number from 2 to 10000");
  }
  return checked;
}

function requireRate(name: string, rate: number): void {
  if (!(rate > -0.5 && rate < 1)) throw invalidInput(name, "must lie between -0.5 and 1");
}

/** A computed figure; exactly one of `value` and `unavailable` is null. */
export interface ComputedFigure {
  readonly value: number | null;
  readonly unavailable: string | null;
  readonly inputs: FigureInputs;
}

/** Computes one figure of a price series, or gives the reason why there is none. */
export function computeFigure(
  definition: FigureDefinition,
  sample: FigureSample,
  given: FigureArguments,
): ComputedFigure {
  const inputs = commonInputs(definition, sample);
  const outcome = missingReason(definition, sample) ?? definition.compute(sample, given);
  if (typeof outcome === "string") return { value: null, unavailable: outcome, inputs };
  const result = typeof outcome === "number" ? { value: outcome, inputs: {} } : outcome;
  const all = { ...inputs, ...result.inputs };
  if (!Number.isFinite(result.value)) {
    return { value: null, unavailable: absence("TOO_LARGE"), inputs: all };
  }
  // Clients see no negative zero.
  return { value: result.value + 0, unavailable: null, inputs: all };
}

/** The periods that a figure is computed from; null when it only needs prices, or a benchmark. */
function periodsOf({ uses }: FigureDefinition, sample: FigureSample): PeriodSample | null {
  if (uses === "PRICES") return null;
  if (uses === "RETURNS") return sample;
  return typeof sample.paired === "string" ? null : sample.paired;
}

function commonInputs(definition: FigureDefinition, sample: FigureSample): FigureInputs {
  const { times } = sample.series;
  const [from, to] = [dayOf(times[0]), dayOf(times.at(-1))];
  const periods = periodsOf(definition, sample);
  if (periods === null) return { from, to, returns: Math.max(0, times.length - 1) };
  const { frequency, returns, periodsPerYear } = periods;
  const { gaps, name } = frequency;
  const named = gaps.length === 0 ? {} : { omittedOver: gapsText(gaps) };
  const gapInputs = { gapPolicy: GapPolicy.OMIT, gaps: gaps.length, ...named };
  return { from, to, returns: returns.length, frequency: name, periodsPerYear, ...gapInputs };
}

function missingReason(definition: FigureDefinition, sample: FigureSample): string | null {
  if (definition.uses === "PAIRED_RETURNS" && typeof sample.paired === "string") {
    return sample.paired;
  }
  const periods = periodsOf(definition, sample);
  const count = periods?.returns.length ?? Math.max(0, sample.series.times.length - 1);
  const least =
    definition.minimumReturns === "ONE_YEAR"
      ? (periods?.periodsPerYear ?? 0)
      : definition.minimumReturns;
  if (count < least) return absence("TOO_FEW_RETURNS", { least, count });
  if (periods?.frequency.name === "IRREGULAR") {
    return absence("IRREGULAR_PRICES");
  }
  return sample.hasOnlyPositivePrices ? null : absence("PRICE_NOT_POSITIVE");
}

const dayOf = (time: number | undefined): string => (time === undefined ? "none" : toDay(time));

const NAMED_GAPS = 5;

/** The first gaps by their days, and how many there are besides. */
function gapsText(gaps: readonly Gap[]): string {
  const named = gaps.slice(0, NAMED_GAPS).map(({ from, to }) => `${dayOf(from)} to ${dayOf(to)}`);
  const more = gaps.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
