import { createHash, randomInt } from "node:crypto";
import { invalidInput } from "@allfunds/contract/errors";
import { currencyScale, parseAmount } from "@allfunds/contract/money";
import { DecimalScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, ID, InputType, Int, registerEnumType } from "type-graphql";
import { FLOW_KINDS, type FlowKind, type PlannedFlow } from "./plan.ts";
import {
  SIMULATION_METHODS,
  type SimulationMethod,
  type SimulationStep,
} from "./simulation-model.ts";
import type { HistoryOf } from "./simulated-histories.ts";
import type { SimulationRequest } from "./simulation.ts";

export const SIMULATION_STEPS = { DAY: "DAY", WEEK: "WEEK", MONTH: "MONTH" } as const;

registerEnumType(SIMULATION_METHODS, {
  name: "SimulationMethod",
  description: "How the returns of a step are drawn.",
  valuesConfig: {
    GBM: {
      description:
        "Geometric Brownian motion: normal log returns with the mean and the covariances of the history or the parameters.",
    },
    BOOTSTRAP: {
      description: "Past returns, drawn one by one with replacement; of one step for all assets.",
    },
    BLOCK_BOOTSTRAP: {
      description:
        "Stationary bootstrap (Politis and Romano, 1994): successive past returns in blocks of random length.",
    },
  },
});

registerEnumType(SIMULATION_STEPS, {
  name: "SimulationStep",
  description: "The step of a simulation.",
  valuesConfig: {
    DAY: { description: "A trading day, 252 a year." },
    WEEK: { description: "A week, 52 a year." },
    MONTH: { description: "A month, 12 a year." },
  },
});

registerEnumType(FLOW_KINDS, {
  name: "PlannedFlowKind",
  description: "What a flow of a plan is.",
  valuesConfig: {
    CONTRIBUTION: { description: "Money that comes in." },
    WITHDRAWAL: { description: "Money that goes out." },
    FEE: { description: "A cost, which goes out, too." },
  },
});

@InputType("SimulatedAssetInput", {
  description: "An asset by its instrument, fund or account, or by parameters of a year.",
})
class SimulatedAssetInput {
  @Field(() => ID, { nullable: true, description: "UUID of the instrument whose prices are used." })
  instrumentId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "UUID of the fund whose daily unit value is used: its time-weighted return, which flows do not change, in the simulation's currency, until its last entry. Of steps of days, those from Monday to Friday.",
  })
  fundId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the account of assets or liabilities whose unit value is used likewise.",
  })
  accountId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Expected growth of a year as a share, above -1, at most 10: 0.06 is 6 %. With a history it replaces the one of that.",
  })
  expectedReturn?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Standard deviation of a year's log returns, 0 to 5. Only without a history.",
  })
  volatility?: number | null;

  @Field(() => Float, {
    defaultValue: 1,
    description: "Share of the value at the beginning, above 0. All weights add up to 1.",
  })
  weight!: number;
}

@InputType("PlannedFlowInput", {
  description: "Money that comes in or goes out at the ends of steps, as an amount or as a share.",
})
class PlannedFlowInput {
  @Field(() => FLOW_KINDS, { description: "What it is." })
  kind!: FlowKind;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Amount each time, above zero, in the simulation's currency.",
  })
  amount?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: "Share of the value just before, above 0, at most 1. Not of contributions.",
  })
  rate?: number | null;

  @Field(() => Int, { defaultValue: 1, description: "Due at the first step and every so many." })
  everySteps!: number;

  @Field(() => Int, { defaultValue: 1, description: "The first step at whose end it is due." })
  firstStep!: number;

  @Field(() => Int, {
    nullable: true,
    description: "The last step at whose end it may be due; the horizon by default.",
  })
  lastStep?: number | null;

  @Field(() => Float, {
    defaultValue: 0,
    description: "By which share an amount grows a year: 0.02 is 2 %.",
  })
  yearlyIncrease!: number;
}

@InputType("StartSimulationInput", { description: "What to simulate." })
export class StartSimulationInput {
  @Field(() => [SimulatedAssetInput], {
    description:
      "1 to 20 assets: all with a history, which are instruments of the simulation's currency, and one fund and its accounts; or all by parameters.",
  })
  assets!: SimulatedAssetInput[];

  @Field(() => [[Float]], {
    nullable: true,
    description:
      "Correlations of the assets' log returns, one row an asset; 0 by default. Only with parameters: those of histories are estimated. A matrix that is not positive semi-definite is INVALID_INPUT.",
  })
  correlations?: number[][] | null;

  @Field(() => SIMULATION_METHODS, { defaultValue: "GBM", description: "How returns are drawn." })
  method!: SimulationMethod;

  @Field(() => Float, {
    nullable: true,
    description:
      "Of BLOCK_BOOTSTRAP: mean number of steps of a block, at least 1; the rounded cube root of the number of past returns by default.",
  })
  meanBlock?: number | null;

  @Field(() => SIMULATION_STEPS, { defaultValue: "MONTH", description: "The step." })
  step!: SimulationStep;

  @Field(() => Int, { description: "Number of steps, up to 100 years." })
  horizon!: number;

  @Field(() => Int, {
    defaultValue: 10_000,
    description:
      "Number of paths, 100 to 200000. Paths times steps times assets may be 1000000000: more is OPERATION_LIMIT_EXCEEDED.",
  })
  paths!: number;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description:
      "Seed of the random numbers, from 0. The same seed, input and prices give the same result. By default it is drawn, and given back.",
  })
  seed?: number | null;

  @Field(() => DecimalScalar, { description: "Value at the beginning, from 0." })
  initialValue!: string;

  @Field(() => String, { description: "ISO 4217 currency of all amounts." })
  currency!: string;

  @Field(() => Int, {
    defaultValue: 1,
    description: "After how many steps the weights are restored; 0 for never.",
  })
  rebalanceEvery!: number;

  @Field(() => Float, {
    defaultValue: 0,
    description:
      "Share of the value that a year costs, at least 0, below 1; taken at every step, from the price of a unit.",
  })
  yearlyFee!: number;

  @Field(() => [PlannedFlowInput], {
    defaultValue: [],
    description:
      "At most 20 flows. At the end of a step shares are taken first, then amounts are added up. Flows change no weight.",
  })
  plan!: PlannedFlowInput[];

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "The value whose probability at the horizon is wanted.",
  })
  goal?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key, by the same caller, are one job.",
  })
  idempotencyKey?: string | null;
}

/** Seeds that are drawn are short enough to be typed. */
const SEEDS = 2 ** 31;

/** A seed for a request without one: of its key, so that a repetition is the same request. */
const drawSeed = (key: string | undefined): number =>
  key === undefined
    ? randomInt(SEEDS)
    : createHash("sha256").update(key).digest().readUInt32BE() % SEEDS;

function historyOf(
  { instrumentId, fundId, accountId }: SimulatedAssetInput,
  path: string,
): HistoryOf {
  const named = [instrumentId, fundId, accountId].filter((id) => typeof id === "string");
  if (named.length > 1) throw invalidInput(path, "must be an instrument, a fund or an account");
  return {
    instrumentId: instrumentId ?? null,
    fundId: fundId ?? null,
    accountId: accountId ?? null,
  };
}

/** The request that a client's input means; amounts become numbers in units of the currency. */
export function toSimulationRequest(
  input: StartSimulationInput,
  key: string | undefined,
): SimulationRequest {
  const { currency, horizon, method, paths, rebalanceEvery, step, yearlyFee } = input;
  const scale = 10 ** currencyScale(currency);
  const toNumber = (text: string, path: string): number => {
    const amount = Number(parseAmount(text, currency)) / scale;
    if (amount < 0) throw invalidInput(path, "must not be below zero");
    return amount;
  };
  return {
    method,
    step,
    horizon,
    paths,
    currency,
    rebalanceEvery,
    yearlyFee,
    assets: input.assets.map((asset, index) => ({
      ...historyOf(asset, `assets.${index}`),
      weight: asset.weight,
      expectedReturn: asset.expectedReturn ?? null,
      volatility: asset.volatility ?? null,
    })),
    correlations: input.correlations ?? null,
    meanBlock: input.meanBlock ?? null,
    seed: input.seed ?? drawSeed(key),
    initialValue: toNumber(input.initialValue, "initialValue"),
    plan: input.plan.map((flow, index): PlannedFlow => {
      const { kind, everySteps, firstStep, yearlyIncrease } = flow;
      const amount =
        typeof flow.amount === "string" ? toNumber(flow.amount, `plan.${index}.amount`) : null;
      return {
        kind,
        amount,
        rate: flow.rate ?? null,
        everySteps,
        firstStep,
        lastStep: flow.lastStep ?? horizon,
        yearlyIncrease,
      };
    }),
    goal: typeof input.goal === "string" ? toNumber(input.goal, "goal") : null,
  };
}
