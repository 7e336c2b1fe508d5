import type { SimulationQuery } from "../graph/graph-types.generated.ts";
import { STEPS_PER_YEAR } from "./simulation-form.ts";

type Job = NonNullable<SimulationQuery["metricsJob"]>;
export type ShownSimulation = Extract<Job, { assumptions: object }>;
export type ShownResult = NonNullable<ShownSimulation["result"]>;
type Flow = ShownSimulation["assumptions"]["plan"][number];

/** The quantile of a level: at 0.5 the median. */
export const quantileAt = <Quantile extends { level: number }>(
  quantiles: readonly Quantile[],
  level: number,
): Quantile | undefined =>
  quantiles.find((quantile) => Math.abs(quantile.level - level) < Number.EPSILON);

const DECIMALS = 12;

/** A share as people type percent: 0.065 is "6.5". */
const percent = (share: number | null): string =>
  share === null ? "" : String(Number((share * 100).toFixed(DECIMALS)));

/** The fields of the form that this simulation was started with. */
export function formOf(
  { method, paths, horizon, seed, assumptions }: ShownSimulation,
  fundId: string,
  write: (amount: string) => string,
): Record<string, string> {
  const { step, assets, plan, initialValue, goal, yearlyFee } = assumptions;
  const [asset] = assets;
  const source =
    asset?.instrumentId ?? (asset?.fundId === fundId ? "fund" : undefined) ?? "parameters";
  const perYear = STEPS_PER_YEAR[step];
  const flowOf = (kind: Flow["kind"], name: string): Record<string, string> => {
    const flow = plan.find((each) => each.kind === kind);
    if (!flow?.amount) return {};
    return {
      [name]: write(flow.amount.amount),
      [`${name}Every`]: flow.everySteps === perYear ? "YEAR" : "STEP",
      [`${name}From`]: String(Math.floor((flow.firstStep - flow.everySteps) / perYear) + 1),
      increase: percent(flow.yearlyIncrease),
    };
  };
  return {
    source,
    method,
    step,
    return: percent(asset?.expectedReturn ?? null),
    volatility: percent(asset?.volatility ?? null),
    years: String(Math.round(horizon / perYear)),
    paths: String(paths),
    seed: String(seed),
    start: write(initialValue.amount),
    fee: percent(yearlyFee),
    goal: goal ? write(goal.amount) : "",
    ...flowOf("CONTRIBUTION", "contribution"),
    ...flowOf("WITHDRAWAL", "withdrawal"),
  };
}
