import { AppError, invalidInput } from "@allfunds/contract/errors";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { ComputePool } from "../compute/compute-pool.ts";
import { readInstrument } from "../instruments/instrument-store.ts";
import { readSeries } from "../prices/price-read.ts";
import type { Series } from "../series/series.ts";
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
import { estimateReturns, type EstimatedReturns } from "./step-returns.ts";

/** The name of its kind among the jobs. */
export const SIMULATION = "simulation";

/** One asset: of an instrument's history, or of parameters. */
interface SimulatedAsset {
  readonly weight: number;
  readonly instrumentId: string | null;
  /** Expected growth of a year as a share; with an instrument it replaces the one of the history. */
  readonly expectedReturn: number | null;
  /** Standard deviation of a year's log returns; null with an instrument. */
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

export interface SimulationParts {
  readonly pool: Pool;
  readonly compute: Pick<ComputePool, "run">;
}

/** Refuses what no history could make right, before a job is made of it. */
export async function requireSimulation(
  pool: Pool,
  tenantId: string,
  request: SimulationRequest,
): Promise<void> {
  const { assets, horizon, plan, goal, step } = request;
  requireSize(request, assets.length);
  requirePlan(plan, horizon);
  if (goal !== null && !(goal > 0 && goal <= 1e15)) {
    throw invalidInput("goal", "must be above zero and at most 10^15");
  }
  if (!isOfInstruments(assets)) {
    buildModel(modelRequest(request, null), returnsOf(request), STEPS_PER_YEAR[step]);
    return;
  }
  if (request.correlations !== null) {
    throw invalidInput("correlations", "must be absent: they are estimated from the prices");
  }
  for (const [index, { instrumentId }] of assets.entries()) {
    const instrument = await readInstrument(pool, tenantId, instrumentId ?? "");
    if (instrument.currency === request.currency) continue;
    throw new AppError(
      "CURRENCY_MISMATCH",
      `assets.${index}: ${instrument.symbol} is priced in ${instrument.currency}, not in ${request.currency}.`,
    );
  }
}

/** Whether all assets are instruments; a mixture and unclear assets are INVALID_INPUT. */
function isOfInstruments(assets: readonly SimulatedAsset[]): boolean {
  const ofInstruments = assets.filter(({ instrumentId }) => instrumentId !== null).length;
  if (ofInstruments > 0 && ofInstruments < assets.length) {
    throw invalidInput("assets", "must be all instruments, or all parameters");
  }
  for (const [index, { expectedReturn, volatility }] of assets.entries()) {
    const path = `assets.${index}.volatility`;
    if (ofInstruments > 0 && volatility !== null) {
      throw invalidInput(path, "must be absent: it is estimated from the prices");
    }
    if (ofInstruments === 0 && (expectedReturn === null || volatility === null)) {
      throw invalidInput(
        `assets.${index}`,
        "must have an instrument, or a return and a volatility",
      );
    }
  }
  return ofInstruments > 0;
}

/** Simulates as a job; progress is counted in paths. */
export const simulationKind = (parts: SimulationParts): JobKind =>
  defineJobKind<SimulationRequest, SimulationResult>({
    name: SIMULATION,
    run: (run) => simulate(parts, run),
  });

async function simulate(
  { pool, compute }: SimulationParts,
  { payload, context, signal, report }: JobRun<SimulationRequest, SimulationResult>,
): Promise<SimulationResult> {
  const { assets, horizon, paths, plan, goal, step } = payload;
  const { tenantId } = context;
  report({ done: 0, total: paths });
  const stepsPerYear = STEPS_PER_YEAR[step];
  const estimated = isOfInstruments(assets)
    ? await readReturns(pool, tenantId, payload, context.now.getTime())
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

async function readReturns(
  pool: Pool,
  tenantId: string,
  { assets, step }: SimulationRequest,
  now: number,
): Promise<EstimatedReturns> {
  const histories = await withTransaction(pool, { tenantId }, async (client) => {
    const found: Series[] = [];
    for (const { instrumentId } of assets) {
      const { series } = await readSeries(client, { tenantId, instrumentId: instrumentId ?? "" });
      found.push(series);
    }
    return found;
  });
  return estimateReturns(histories, step, now);
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
