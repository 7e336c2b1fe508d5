import type { ComputeTask } from "../compute/compute-task.ts";
import { joinedFrequency, meetDays } from "../figures/benchmark.ts";
import { componentRisk } from "../figures/component-risk.ts";
import type { ComponentRisk, RiskModel } from "../figures/component-risk.ts";
import { simpleReturns } from "../figures/returns.ts";
import { annualisedVolatility } from "../figures/volatility.ts";
import type { Frequency } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";

/** What the risk of a portfolio is computed from; cloneable. */
export interface PortfolioArguments {
  /** Prices or unit values of each holding, in one currency. */
  readonly histories: readonly Series[];
  readonly weights: readonly number[];
  readonly level: number;
  readonly model: RiskModel;
}

/** The risk of a portfolio with what it was computed from. */
export interface PortfolioRisk extends ComponentRisk {
  /** Of each holding alone, per year. */
  readonly ownVolatilities: readonly number[];
  readonly frequency: Frequency;
  readonly returns: number;
  /** Epoch milliseconds of the first and the last value that all holdings have. */
  readonly from: number;
  readonly to: number;
}

/** Fewer returns estimate nothing. */
const FEWEST_RETURNS = 20;

/** The risk of a portfolio over the days that all holdings have, or the reason why there is none. */
function portfolioRisk(args: PortfolioArguments): PortfolioRisk | string {
  const { times, values } = meetDays(args.histories);
  const frequency = joinedFrequency(times, args.histories);
  if (values.some((prices) => prices.some((price) => !(price > 0)))) {
    return "A price is not above zero.";
  }
  const afterGap = new Set(frequency.gaps.map(({ to }) => to));
  const kept = (_: number, index: number) => !afterGap.has(times[index + 1]!);
  const returns = values.map((prices) => simpleReturns(prices).filter(kept));
  const count = returns[0]?.length ?? 0;
  if (count < FEWEST_RETURNS) {
    return `Needs ${FEWEST_RETURNS} returns of days that all holdings have; there are ${count}.`;
  }
  const { periodsPerYear, name } = frequency;
  if (name === "IRREGULAR") {
    return "Needs a regular frequency; the days that all holdings have are none.";
  }
  const { weights, level, model } = args;
  return {
    ...componentRisk({ weights, returns, periodsPerYear, level, model }),
    ownVolatilities: returns.map((own) => annualisedVolatility(own, periodsPerYear)),
    frequency,
    returns: count,
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
  };
}

/** The risk of a portfolio, on a thread of the pool. */
export const portfolioRiskTask: ComputeTask<PortfolioArguments, PortfolioRisk | string> = {
  name: "portfolioRisk",
  run: portfolioRisk,
};
