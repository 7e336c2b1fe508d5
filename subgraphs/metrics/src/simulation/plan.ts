import { invalidInput } from "@allfunds/contract/errors";

export const FLOW_KINDS = {
  CONTRIBUTION: "CONTRIBUTION",
  WITHDRAWAL: "WITHDRAWAL",
  FEE: "FEE",
} as const;
export type FlowKind = keyof typeof FLOW_KINDS;

/** Money that comes in or goes out again and again, at the ends of steps. */
export interface PlannedFlow {
  readonly kind: FlowKind;
  /** In units of the currency, above zero; null when the flow is a share of the value. */
  readonly amount: number | null;
  /** Share of the value just before, above 0, at most 1: 0.04 is 4 %; null when it is an amount. */
  readonly rate: number | null;
  /** It is due at step `firstStep` and every so many steps after it. */
  readonly everySteps: number;
  readonly firstStep: number;
  /** The last step at which it may be due. */
  readonly lastStep: number;
  /** By which share an amount grows from one year to the next, counted from its first step. */
  readonly yearlyIncrease: number;
}

/** What a plan does at the end of one step: the value times `factor`, plus `amount`. */
export interface PlanStep {
  readonly step: number;
  readonly factor: number;
  readonly amount: number;
}

const MOST_FLOWS = 20;

/** Refuses a plan with INVALID_INPUT, naming the first part that is wrong. */
export function requirePlan(flows: readonly PlannedFlow[], horizon: number): void {
  if (flows.length > MOST_FLOWS)
    throw invalidInput("plan", `must have at most ${MOST_FLOWS} flows`);
  for (const [index, flow] of flows.entries()) requireFlow(flow, `plan.${index}`, horizon);
}

function requireFlow(flow: PlannedFlow, path: string, horizon: number): void {
  const { kind, amount, rate, everySteps, firstStep, lastStep, yearlyIncrease } = flow;
  if ((amount === null) === (rate === null)) {
    throw invalidInput(path, "must have either an amount or a rate");
  }
  if (amount !== null && !(amount > 0 && amount <= 1e15)) {
    throw invalidInput(`${path}.amount`, "must be above zero and at most 10^15");
  }
  if (rate !== null && !(rate > 0 && rate <= 1)) {
    throw invalidInput(`${path}.rate`, "must be above 0 and at most 1");
  }
  if (rate !== null && kind === "CONTRIBUTION") {
    throw invalidInput(`${path}.rate`, "must be absent: contributions are amounts");
  }
  if (!(Number.isInteger(everySteps) && everySteps >= 1)) {
    throw invalidInput(`${path}.everySteps`, "must be a whole number of at least 1");
  }
  if (!(Number.isInteger(firstStep) && firstStep >= 1 && firstStep <= horizon)) {
    throw invalidInput(`${path}.firstStep`, "must be a step of the horizon, from 1");
  }
  if (!(Number.isInteger(lastStep) && lastStep >= firstStep && lastStep <= horizon)) {
    throw invalidInput(`${path}.lastStep`, "must be a step of the horizon, not before the first");
  }
  if (!(yearlyIncrease > -1 && yearlyIncrease <= 1)) {
    throw invalidInput(`${path}.yearlyIncrease`, "must be above -1 and at most 1");
  }
}

/**
 * The steps at which something is due, in order. At one step, shares are taken from the value first, one
 * after the other, then amounts are added up. Amounts grow at the anniversaries of a flow's first step.
 */
export function schedulePlan(flows: readonly PlannedFlow[], stepsPerYear: number): PlanStep[] {
  const due = new Map<number, { factor: number; amount: number }>();
  for (const { kind, amount, rate, everySteps, firstStep, lastStep, yearlyIncrease } of flows) {
    const sign = kind === "CONTRIBUTION" ? 1 : -1;
    for (let step = firstStep; step <= lastStep; step += everySteps) {
      const at = due.get(step) ?? { factor: 1, amount: 0 };
      const years = Math.floor((step - firstStep) / stepsPerYear);
      at.factor *= 1 - (rate ?? 0);
      at.amount += sign * (amount ?? 0) * (1 + yearlyIncrease) ** years;
      due.set(step, at);
    }
  }
  return [...due]
    .map(([step, at]) => ({ step, ...at }))
    .toSorted((one, other) => one.step - other.step);
}
