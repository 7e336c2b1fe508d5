import { figureOf } from "../forms/figure.ts";
import { textOf } from "../forms/form-data.ts";
import type {
  PlannedFlowInput,
  SimulationMethod,
  SimulationStep,
  StartSimulationInput,
} from "../graph/graph-types.generated.ts";

export const METHODS = [
  "GBM",
  "BOOTSTRAP",
  "BLOCK_BOOTSTRAP",
] as const satisfies SimulationMethod[];
export const STEPS = ["MONTH", "WEEK", "DAY"] as const satisfies SimulationStep[];
export const STEPS_PER_YEAR: Readonly<Record<SimulationStep, number>> = {
  DAY: 252,
  WEEK: 52,
  MONTH: 12,
};

/** A form that cannot be read: the key of the sentence with the reason. */
export type FormFault =
  | "simulate.badYears"
  | "simulate.badStart"
  | "simulate.badPercent"
  | "simulate.badAmount"
  | "simulate.badPaths"
  | "simulate.badSeed"
  | "simulate.needReturns";

interface Reading {
  readonly form: FormData;
  readonly fundId: string;
  readonly currency: string;
  /** The decimal sign of the reader's figures. */
  readonly point: string;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const WHOLE = /^\d+$/;
const MOST_YEARS = 100;

class Faulty extends Error {
  readonly fault: FormFault;
  constructor(fault: FormFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Reads the assumptions; the graph decides what of them it accepts. */
export function readSimulation(reading: Reading): StartSimulationInput | FormFault {
  try {
    return inputOf(reading);
  } catch (error) {
    if (error instanceof Faulty) return error.fault;
    throw error;
  }
}

function inputOf(reading: Reading): StartSimulationInput {
  const { form, currency } = reading;
  const step = choiceOf(STEPS, textOf(form, "step"));
  const method = choiceOf(METHODS, textOf(form, "method"));
  const years = wholeOf(form, "years", "simulate.badYears");
  if (years === undefined || years < 1 || years > MOST_YEARS) throw new Faulty("simulate.badYears");
  const goal = amountOf(reading, "goal");
  const seed = wholeOf(form, "seed", "simulate.badSeed");
  return {
    assets: [assetOf(reading)],
    method,
    step,
    horizon: years * STEPS_PER_YEAR[step],
    paths: wholeOf(form, "paths", "simulate.badPaths") ?? 10_000,
    ...(seed === undefined ? {} : { seed }),
    initialValue: startOf(reading),
    currency,
    yearlyFee: shareOf(reading, "fee") ?? 0,
    plan: planOf(reading, step),
    ...(goal === undefined ? {} : { goal }),
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}

function assetOf(reading: Reading): StartSimulationInput["assets"][number] {
  const source = textOf(reading.form, "source");
  const expectedReturn = shareOf(reading, "return");
  if (source === "parameters") {
    const volatility = shareOf(reading, "volatility");
    if (expectedReturn === undefined || volatility === undefined) {
      throw new Faulty("simulate.needReturns");
    }
    return { expectedReturn, volatility };
  }
  const history = source === "fund" ? { fundId: reading.fundId } : { instrumentId: source };
  return expectedReturn === undefined ? history : { ...history, expectedReturn };
}

function startOf({ form, point }: Reading): string {
  const start = figureOf(form, "start", point);
  if (start === undefined || !PLAIN.test(start) || start.startsWith("-")) {
    throw new Faulty("simulate.badStart");
  }
  return start;
}

/** What comes in or goes out with every step or every year, from the year on that was entered. */
function planOf(reading: Reading, step: SimulationStep): PlannedFlowInput[] {
  const flows = [
    ["CONTRIBUTION", "contribution"],
    ["WITHDRAWAL", "withdrawal"],
  ] as const;
  return flows.flatMap(([kind, name]) => {
    const amount = amountOf(reading, name);
    if (amount === undefined) return [];
    const perYear = textOf(reading.form, `${name}Every`) === "YEAR";
    const everySteps = perYear ? STEPS_PER_YEAR[step] : 1;
    const fromYear = wholeOf(reading.form, `${name}From`, "simulate.badYears") ?? 1;
    const firstStep = Math.max(0, fromYear - 1) * STEPS_PER_YEAR[step] + everySteps;
    const yearlyIncrease = shareOf(reading, "increase") ?? 0;
    return [{ kind, amount, everySteps, firstStep, yearlyIncrease }];
  });
}

function amountOf({ form, point }: Reading, name: string): string | undefined {
  const amount = figureOf(form, name, point);
  if (amount === undefined) return undefined;
  if (!PLAIN.test(amount) || !(Number(amount) > 0)) throw new Faulty("simulate.badAmount");
  return amount;
}

/** A share that was entered in percent. */
function shareOf({ form, point }: Reading, name: string): number | undefined {
  const text = figureOf(form, name, point)?.replace(/\s*%$/, "");
  if (text === undefined) return undefined;
  if (!PLAIN.test(text)) throw new Faulty("simulate.badPercent");
  return Number(text) / 100;
}

function wholeOf(form: FormData, name: string, fault: FormFault): number | undefined {
  const text = textOf(form, name);
  if (text === "") return undefined;
  if (!WHOLE.test(text) || !Number.isSafeInteger(Number(text))) throw new Faulty(fault);
  return Number(text);
}

const choiceOf = <Value extends string>(
  values: readonly [Value, ...Value[]],
  text: string,
): Value => values.find((value) => value === text) ?? values[0];
