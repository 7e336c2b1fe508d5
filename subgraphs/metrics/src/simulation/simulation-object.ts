import { currencyScale, moneyToJson, type MoneyJson } from "@allfunds/contract/money";
import { DateTimeScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { Job } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import { Directive, Field, Float, ID, Int, ObjectType } from "type-graphql";
import { FLOW_KINDS, type FlowKind, type PlannedFlow } from "./plan.ts";
import { SIMULATION_STEPS } from "./simulation-input.ts";
import {
  SIMULATION_METHODS,
  STEPS_PER_YEAR,
  type SimulationMethod,
  type SimulationStep,
} from "./simulation-model.ts";
import type { SimulationInputs, SimulationRequest, SimulationResult } from "./simulation.ts";
import type { Bin, Distribution, Estimate, HorizonRisk, PathSummary } from "./summary.ts";
import type { Quantile } from "./order-statistics.ts";

@ObjectType("SimulationEstimate", { description: "A figure of the simulated paths." })
class EstimateObject {
  @Field(() => Float, { description: "The figure; shares and probabilities are 0 to 1." })
  value!: number;

  @Field(() => Float, { description: "Its standard error, from the number of paths alone." })
  standardError!: number;
}

@ObjectType("SimulationAmount", { description: "An amount of money over the simulated paths." })
class AmountObject {
  @Field(() => MoneyObject, { description: "The amount." })
  value!: MoneyJson;

  @Field(() => MoneyObject, { description: "Its standard error." })
  standardError!: MoneyJson;
}

@ObjectType("SimulationAmountQuantile", { description: "A quantile of amounts of money." })
class AmountQuantileObject extends AmountObject {
  @Field(() => Float, { description: "Share of the paths below it, 0 to 1." })
  level!: number;
}

@ObjectType("SimulationQuantile", { description: "A quantile of figures." })
class QuantileObject extends EstimateObject {
  @Field(() => Float, { description: "Share of the paths below it, 0 to 1." })
  level!: number;
}

@ObjectType("SimulationFanPoint", {
  description: "The values of all paths at the end of one step.",
})
class FanPointObject {
  @Field(() => Int, { description: "The step, from 1." })
  step!: number;

  @Field(() => Float, { description: "Years from the beginning." })
  years!: number;

  @Field(() => AmountObject, { description: "Mean value." })
  mean!: AmountObject;

  @Directive("@listSize(assumedSize: 7)")
  @Field(() => [AmountQuantileObject], {
    description: "At 5, 10, 25, 50, 75, 90 and 95 %, of type 7 (Hyndman and Fan).",
  })
  quantiles!: AmountQuantileObject[];

  @Field(() => EstimateObject, { description: "Share of the paths that are ruined by then." })
  ruined!: EstimateObject;
}

@ObjectType("SimulationBin", { description: "A bin of a histogram of values." })
class BinObject {
  @Field(() => MoneyObject, { description: "Where it begins." })
  from!: MoneyJson;

  @Field(() => MoneyObject, { description: "Where it ends." })
  to!: MoneyJson;

  @Field(() => Float, { description: "Share of the paths in it, 0 to 1." })
  share!: number;
}

@ObjectType("SimulatedValues", { description: "How the values at the horizon are spread." })
class ValuesObject {
  @Field(() => AmountObject, { description: "Mean." })
  mean!: AmountObject;

  @Field(() => MoneyObject, { description: "Standard deviation." })
  deviation!: MoneyJson;

  @Field(() => MoneyObject, { description: "The lowest of all paths." })
  least!: MoneyJson;

  @Field(() => MoneyObject, { description: "The highest of all paths." })
  greatest!: MoneyJson;

  @Directive("@listSize(assumedSize: 9)")
  @Field(() => [AmountQuantileObject], {
    description: "At 1, 5, 10, 25, 50, 75, 90, 95 and 99 %, of type 7.",
  })
  quantiles!: AmountQuantileObject[];

  @Directive("@listSize(assumedSize: 40)")
  @Field(() => [BinObject], {
    description:
      "40 bins of one width from the 0.5 % to the 99.5 % quantile; the outer ones take what lies beyond. One bin when all values are equal.",
  })
  histogram!: BinObject[];
}

@ObjectType("SimulatedShares", { description: "How a share of each path is spread." })
class SharesObject {
  @Field(() => EstimateObject, { description: "Mean." })
  mean!: EstimateObject;

  @Field(() => Float, { description: "Standard deviation." })
  deviation!: number;

  @Field(() => Float, { description: "The lowest of all paths." })
  least!: number;

  @Field(() => Float, { description: "The highest of all paths." })
  greatest!: number;

  @Directive("@listSize(assumedSize: 9)")
  @Field(() => [QuantileObject], {
    description: "At 1, 5, 10, 25, 50, 75, 90, 95 and 99 %, of type 7.",
  })
  quantiles!: QuantileObject[];
}

@ObjectType("SimulatedRisk", {
  description: "Losses of the horizon, as shares of a unit's price at the beginning.",
})
class RiskObject {
  @Field(() => Float, { description: "Confidence level, such as 0.95." })
  level!: number;

  @Field(() => EstimateObject, {
    description: "The loss that is not exceeded with that probability; a gain is below zero.",
  })
  valueAtRisk!: EstimateObject;

  @Field(() => EstimateObject, { description: "Mean of the losses at or beyond it." })
  expectedShortfall!: EstimateObject;
}

@ObjectType("SimulationHistory", { description: "The past returns that a simulation is based on." })
class HistoryObject {
  @Field(() => Int, { description: "Returns of one step that all assets have." })
  returns!: number;

  @Field(() => DateTimeScalar, { description: "Instant of the first price." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "Instant of the last price." })
  to!: Date;

  @Field(() => Int, { description: "Returns that were left out: they span a gap of the prices." })
  omitted!: number;
}

@ObjectType("SimulatedAsset", {
  description: "What an asset's returns were taken to be, before fees and a requested return.",
})
class AssetObject {
  @Field(() => Float, { description: "Mean log return of a year." })
  meanLogReturn!: number;

  @Field(() => Float, { description: "Standard deviation of a year's log returns." })
  volatility!: number;
}

@ObjectType("SimulationInputs", { description: "What a simulation was based on." })
class InputsObject {
  @Field(() => HistoryObject, { nullable: true, description: "Null when it was parameters." })
  history!: HistoryObject | null;

  @Directive("@listSize(assumedSize: 20)")
  @Field(() => [AssetObject], { description: "The assets in the order of the request." })
  assets!: AssetObject[];

  @Directive("@listSize(assumedSize: 20)")
  @Field(() => [[Float]], { description: "Correlations of their log returns, one row an asset." })
  correlations!: number[][];

  @Field(() => Float, {
    nullable: true,
    description: "Of BLOCK_BOOTSTRAP: mean number of steps of a block.",
  })
  meanBlock!: number | null;
}

@ObjectType("SimulationResult", { description: "What the paths of a simulation come to." })
class ResultObject {
  @Directive("@listSize(assumedSize: 60)")
  @Field(() => [FanPointObject], {
    description: "At most 60 steps at equal distances, the horizon among them.",
  })
  fan!: FanPointObject[];

  @Field(() => ValuesObject, { description: "Values at the horizon." })
  terminal!: ValuesObject;

  @Field(() => SharesObject, {
    description: "Return of a unit over the horizon, after fees: flows have no part in it.",
  })
  horizonReturn!: SharesObject;

  @Field(() => SharesObject, {
    description:
      "Deepest fall of a unit's price below its highest before, at the ends of steps: 0.25 is a quarter.",
  })
  maximumDrawdown!: SharesObject;

  @Directive("@listSize(assumedSize: 2)")
  @Field(() => [RiskObject], { description: "At 95 and 99 %." })
  risk!: RiskObject[];

  @Field(() => EstimateObject, {
    nullable: true,
    description:
      "Probability that the value at the horizon is at least the goal; null without one.",
  })
  goalProbability!: EstimateObject | null;

  @Field(() => EstimateObject, {
    description: "Probability that a withdrawal or fee brings the value to zero: it stays there.",
  })
  ruinProbability!: EstimateObject;

  @Field(() => InputsObject, { description: "What it was based on." })
  inputs!: InputsObject;
}

@ObjectType("AssumedAsset", {
  description: "An asset as it was requested: by its history, or by parameters of a year.",
})
class AssumedAssetObject {
  @Field(() => ID, { nullable: true, description: "UUID of the instrument, if it is one." })
  instrumentId!: string | null;

  @Field(() => ID, { nullable: true, description: "UUID of the fund, if it is one." })
  fundId!: string | null;

  @Field(() => ID, { nullable: true, description: "UUID of the account, if it is one." })
  accountId!: string | null;

  @Field(() => Float, { description: "Share of the value at the beginning." })
  weight!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Expected growth of a year as a share; null for that of the history.",
  })
  expectedReturn!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Standard deviation of a year's log returns; null for that of the history.",
  })
  volatility!: number | null;
}

@ObjectType("AssumedFlow", { description: "A flow of a plan as it was requested." })
class AssumedFlowObject {
  @Field(() => FLOW_KINDS, { description: "What it is." })
  kind!: FlowKind;

  @Field(() => MoneyObject, { nullable: true, description: "Amount each time; null for a share." })
  amount!: MoneyJson | null;

  @Field(() => Float, {
    nullable: true,
    description: "Share of the value just before, 0 to 1; null for an amount.",
  })
  rate!: number | null;

  @Field(() => Int, { description: "Due at the first step and every so many." })
  everySteps!: number;

  @Field(() => Int, { description: "The first step at whose end it is due." })
  firstStep!: number;

  @Field(() => Int, { description: "The last step at whose end it may be due." })
  lastStep!: number;

  @Field(() => Float, { description: "By which share an amount grows a year." })
  yearlyIncrease!: number;
}

@ObjectType("SimulationAssumptions", {
  description: "What was requested, so that a result can be read without its request.",
})
class AssumptionsObject {
  @Field(() => SIMULATION_STEPS, { description: "The step." })
  step!: SimulationStep;

  @Field(() => MoneyObject, { description: "Value at the beginning." })
  initialValue!: MoneyJson;

  @Field(() => Float, { description: "Share of the value that a year costs." })
  yearlyFee!: number;

  @Field(() => Int, { description: "After how many steps the weights are restored; 0: never." })
  rebalanceEvery!: number;

  @Field(() => MoneyObject, { nullable: true, description: "The goal; null without one." })
  goal!: MoneyJson | null;

  @Directive("@listSize(assumedSize: 20)")
  @Field(() => [AssumedAssetObject], { description: "The assets in the order of the request." })
  assets!: AssumedAssetObject[];

  @Directive("@listSize(assumedSize: 20)")
  @Field(() => [AssumedFlowObject], { description: "The flows in the order of the request." })
  plan!: AssumedFlowObject[];
}

@ObjectType("SimulationJob", {
  implements: JobObject,
  description: "A Monte Carlo simulation. Its progress is counted in paths.",
})
export class SimulationJobObject extends JobObject {
  @Field(() => SIMULATION_METHODS, { description: "How returns were drawn." })
  method!: SimulationMethod;

  @Field(() => Int, { description: "Number of paths." })
  paths!: number;

  @Field(() => Int, { description: "Number of steps." })
  horizon!: number;

  @Field(() => SafeIntScalar, { description: "Seed of the random numbers." })
  seed!: number;

  @Field(() => AssumptionsObject, { description: "What was requested." })
  assumptions!: AssumptionsObject;

  @Field(() => Boolean, {
    description: "Whether an earlier request with the same key made this job.",
  })
  replayed!: boolean;

  @Field(() => ResultObject, { nullable: true, description: "Null until it has SUCCEEDED." })
  result!: ResultObject | null;
}

export function toSimulationObject(job: Job, replayed: boolean): SimulationJobObject {
  const request = job.payload as SimulationRequest;
  const { method, paths, horizon, seed } = request;
  return Object.assign(new SimulationJobObject(), jobFields(job), {
    method,
    paths,
    horizon,
    seed,
    assumptions: toAssumptions(request),
    replayed,
    result: job.state === "SUCCEEDED" ? toResult(job.result as SimulationResult, request) : null,
  });
}

function toAssumptions({
  step,
  currency,
  initialValue,
  yearlyFee,
  rebalanceEvery,
  goal,
  assets,
  plan,
}: SimulationRequest): AssumptionsObject {
  const money = moneyIn(currency);
  return {
    step,
    initialValue: money(initialValue),
    yearlyFee,
    rebalanceEvery,
    goal: goal === null ? null : money(goal),
    assets: [...assets],
    plan: plan.map((flow) => toFlow(flow, money)),
  };
}

const toFlow = ({ amount, ...flow }: PlannedFlow, money: ToMoney): AssumedFlowObject => ({
  ...flow,
  amount: amount === null ? null : money(amount),
});

function toResult(
  { fan, summary, inputs }: SimulationResult,
  { currency, step }: SimulationRequest,
): ResultObject {
  const money = moneyIn(currency);
  return {
    fan: fan.map((point) => ({
      step: point.step,
      years: point.step / STEPS_PER_YEAR[step],
      mean: toAmount(point.mean, money),
      quantiles: point.quantiles.map((quantile) => toAmountQuantile(quantile, money)),
      ruined: point.ruined,
    })),
    terminal: toValues(summary.terminal, money),
    horizonReturn: toShares(summary.horizonReturn),
    maximumDrawdown: toShares(summary.maximumDrawdown),
    risk: summary.risk.map((risk: HorizonRisk) => risk),
    goalProbability: summary.goal,
    ruinProbability: summary.ruin,
    inputs: toInputs(inputs),
  };
}

type ToMoney = (amount: number) => MoneyJson;

/** Rounds to minor units of the currency, half away from zero. */
function moneyIn(currency: string): ToMoney {
  const scale = 10 ** currencyScale(currency);
  return (amount) => moneyToJson({ minor: BigInt(Math.round(amount * scale)), currency });
}

const toAmount = ({ value, standardError }: Estimate, money: ToMoney): AmountObject => ({
  value: money(value),
  standardError: money(standardError),
});

const toAmountQuantile = (quantile: Quantile, money: ToMoney): AmountQuantileObject => ({
  level: quantile.level,
  value: money(quantile.value),
  standardError: money(quantile.standardError),
});

const toBin = ({ from, to, share }: Bin, money: ToMoney): BinObject => ({
  from: money(from),
  to: money(to),
  share,
});

const toValues = (terminal: PathSummary["terminal"], money: ToMoney): ValuesObject => ({
  mean: toAmount(terminal.mean, money),
  deviation: money(terminal.deviation),
  least: money(terminal.least),
  greatest: money(terminal.greatest),
  quantiles: terminal.quantiles.map((quantile) => toAmountQuantile(quantile, money)),
  histogram: terminal.histogram.map((bin) => toBin(bin, money)),
});

const toShares = ({ quantiles, ...rest }: Distribution): SharesObject => ({
  ...rest,
  quantiles: [...quantiles],
});

function toInputs({ history, assets, correlations, meanBlock }: SimulationInputs): InputsObject {
  return {
    history:
      history === null
        ? null
        : {
            returns: history.count,
            from: new Date(history.from),
            to: new Date(history.to),
            omitted: history.omitted,
          },
    assets: [...assets],
    correlations: correlations.map((row) => [...row]),
    meanBlock,
  };
}
