import { invalidInput } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { RequestContext } from "@allfunds/platform/context";
import type { ComputePool } from "../compute/compute-pool.ts";
import { utcDate } from "../series/calendar.ts";
import { triangleIndex } from "./cholesky.ts";
import { requirePlan, schedulePlan, type PlannedFlow } from "./plan.ts";
import { recordedSteps, runSimulation, type SimulationOutcome } from "./run-simulation.ts";
import {
  buildModel,
  requireSize,
  returnsOfParameters,
  STEPS_PER_YEAR,
  type ModelRequest,
  type SimulationMethod,
  type SimulationSize,
  type StepReturns,
} from "./simulation-model.ts";
import {
  readHistories,
  resolveHistory,
  type HistoryOf,
  type HistoryParts,
} from "./simulated-histories.ts";
import { estimateReturns, type EstimatedReturns } from "./step-returns.ts";

/** The name of its kind among the jobs. */
export const SIMULATION = "simulation";

/** One asset: of the history of an instrument, a fund or an account, or of parameters. */
interface SimulatedAsset extends HistoryOf {
  readonly weight: number;
  /** Expected growth of a year as a share; with a history it replaces the one of it. */
  readonly expectedReturn: number | null;
  /** Standard deviation of a year's log returns; null with a history. */
  readonly volatility: number | null;
}

/** What was requested; stored with the job. */
export interface SimulationRequest extends SimulationSize {
  readonly method: SimulationMethod;
  readonly assets: readonly SimulatedAsset[];
  readonly correlations: readonly (readonly number[])[] | null;
  readonly rebalanceEvery: number;
  /** Mean number of steps of a block; null for the cube root of the number of returns. */
  readonly meanBlock: number | null;
  readonly seed: number;
  readonly initialValue: number;
  readonly currency: string;
  readonly yearlyFee: number;
  readonly plan: readonly PlannedFlow[];
  readonly goal: number | null;
}

/** What the steps were drawn from, per year. */
export interface SimulationInputs {
  /** Returns of the history, their first and last price, and those left out at gaps; null of parameters. */
  readonly history: Pick<EstimatedReturns, "count" | "from" | "to" | "omitted"> | null;
  readonly assets: readonly { readonly meanLogReturn: number; readonly volatility: number }[];
  readonly correlations: readonly (readonly number[])[];
  readonly meanBlock: number | null;
}

export interface SimulationResult extends SimulationOutcome {
  readonly inputs: SimulationInputs;
}

export interface SimulationParts extends HistoryParts {
  readonly compute: Pick<ComputePool, "run">;
}

/**
 * Refuses what no history could make right, before a job is made of it. Returns the request with the fund of each
 * asset that is in one, and that fund: who may see it may see the job.
 */
export async function resolveSimulation(
  parts: HistoryParts,
  context: RequestContext,
  request: SimulationRequest,
): Promise<{ readonly payload: SimulationRequest; readonly fundId: string | null }> {
  const { assets, currency, horizon, plan, goal, step } = request;
  requireSize(request, assets.length);
  requirePlan(plan, horizon);
  if (goal !== null && !(goal > 0 && goal <= 1e15)) {
    throw invalidInput("goal", "must be above zero and at most 10^15");
  }
  if (!isOfHistories(assets)) {
    buildModel(modelRequest(request, null), returnsOf(request), STEPS_PER_YEAR[step]);
    return { payload: request, fundId: null };
  }
  if (request.correlations !== null) {
    throw invalidInput("correlations", "must be absent: they are estimated from the history");
  }
  const resolved: SimulatedAsset[] = [];
  for (const [index, asset] of assets.entries()) {
    const about = { currency, path: `assets.${index}` };
    resolved.push(await resolveHistory(parts, context, asset, about));
  }
  return { payload: { ...request, assets: resolved }, fundId: oneFundOf(resolved) };
}

/** A job is shown to those who may see its fund, so there can be only one. */
function oneFundOf(assets: readonly SimulatedAsset[]): string | null {
  const [fundId = null, ...others] = new Set(assets.flatMap(({ fundId: of }) => of ?? []));
  if (others.length > 0) {
    throw invalidInput("assets", "must be of one fund, as far as they are funds and accounts");
  }
  return fundId;
}

const sourcesOf = ({ instrumentId, fundId, accountId }: HistoryOf): number =>
  [instrumentId, fundId, accountId].filter((id) => id !== null).length;

/** Whether all assets have a history; a mixture and unclear assets are INVALID_INPUT. */
function isOfHistories(assets: readonly SimulatedAsset[]): boolean {
  const ofHistories = assets.filter((asset) => sourcesOf(asset) > 0).length;
  if (ofHistories > 0 && ofHistories < assets.length) {
    throw invalidInput("assets", "must all have a history, or all parameters");
  }
  for (const [index, { expectedReturn, volatility }] of assets.entries()) {
    const path = `assets.${index}.volatility`;
    if (ofHistories > 0 && volatility !== null) {
      throw invalidInput(path, "must be absent: it is estimated from the history");
    }
    if (ofHistories === 0 && (expectedReturn === null || volatility === null)) {
      throw invalidInput(
        `assets.${index}`,
        "must have an instrument, a fund or an account, or a return and a volatility",
      );
    }
  }
  return ofHistories > 0;
}

/** Simulates as a job; progress is counted in paths. */
export const simulationKind = (parts: SimulationParts): JobKind =>
  defineJobKind<SimulationRequest, SimulationResult>({
    name: SIMULATION,
    run: (run) => simulate(parts, run),
  });

async function simulate(
  { compute, ...parts }: SimulationParts,
  { payload, context, signal, report }: JobRun<SimulationRequest, SimulationResult>,
): Promise<SimulationResult> {
  const { assets, currency, horizon, paths, plan, goal, step } = payload;
  const { tenantId, now } = context;
  report({ done: 0, total: paths });
  const stepsPerYear = STEPS_PER_YEAR[step];
  const wanted = { tenantId, currency, step, today: utcDate(now) };
  const estimated = isOfHistories(assets)
    ? estimateReturns(await readHistories(parts, assets, wanted), step, now.getTime())
    : null;
  const returns = estimated ?? returnsOf(payload);
  const request = modelRequest(payload, estimated?.count ?? null);
  const outcome = await runSimulation(
    compute,
    {
      model: buildModel(request, returns, stepsPerYear),
      plan: schedulePlan(plan, stepsPerYear),
      recorded: recordedSteps(horizon, paths),
      paths,
    },
    goal,
    { tenantId, signal, onProgress: (done) => report({ done, total: paths }) },
  );
  const meanBlock = request.method === "BLOCK_BOOTSTRAP" ? request.meanBlock : null;
  return {
    ...outcome,
    inputs: { ...describeReturns(returns, estimated, stepsPerYear), meanBlock },
  };
}

const returnsOf = ({ assets, correlations, step }: SimulationRequest): StepReturns =>
  returnsOfParameters(
    assets.map(({ expectedReturn, volatility }) => ({
      expectedReturn: expectedReturn ?? Number.NaN,
      volatility: volatility ?? Number.NaN,
    })),
    correlations,
    STEPS_PER_YEAR[step],
  );

/** @param count number of past returns; null when there are none */
function modelRequest(request: SimulationRequest, count: number | null): ModelRequest {
  const { assets, meanBlock } = request;
  return {
    ...request,
    meanBlock: meanBlock ?? Math.max(1, Math.round(Math.cbrt(count ?? 1))),
    weights: assets.map(({ weight }) => weight),
    // Parameters have their expected return in their mean already.
    expectedReturns: assets.map(({ expectedReturn }) => (count === null ? null : expectedReturn)),
  };
}

function describeReturns(
  { means, covariances }: StepReturns,
  estimated: EstimatedReturns | null,
  stepsPerYear: number,
): Omit<SimulationInputs, "meanBlock"> {
  const at = (row: number, column: number): number =>
    covariances[triangleIndex(Math.max(row, column), Math.min(row, column))] ?? 0;
  const deviations = Array.from(means, (_, asset) => Math.sqrt(at(asset, asset)));
  return {
    history:
      estimated === null
        ? null
        : {
            count: estimated.count,
            from: estimated.from,
            to: estimated.to,
            omitted: estimated.omitted,
          },
    assets: Array.from(means, (mean, asset) => ({
      meanLogReturn: mean * stepsPerYear,
      volatility: (deviations[asset] ?? 0) * Math.sqrt(stepsPerYear),
    })),
    correlations: deviations.map((one, row) =>
      deviations.map((other, column) => {
        if (row === column) return 1;
        return one > 0 && other > 0 ? at(row, column) / (one * other) : 0;
      }),
    ),
  };
}
