import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";

type Job = Graph.FakeValue<Graph.SimulationJob>;

const STEPS_PER_YEAR = { DAY: 252, WEEK: 52, MONTH: 12 } as const;
const LEVELS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
const POINTS = 24;
const BINS = 40;
const PATHS = 10_000;

/** Simulations that run until they were read once, and are done at the next reading. */
export class Simulations {
  readonly #jobs = new Map<string, Job>();

  constructor() {
    this.#start("simulation-1", {
      assets: [{ weight: 1, expectedReturn: 0.06, volatility: 0.12 }],
      method: "GBM",
      step: "MONTH",
      horizon: 120,
      paths: PATHS,
      initialValue: "1000000.00",
      currency: "EUR",
      rebalanceEvery: 1,
      yearlyFee: 0.01,
      plan: [
        {
          kind: "WITHDRAWAL",
          amount: "2500.00",
          everySteps: 1,
          firstStep: 1,
          yearlyIncrease: 0.02,
        },
      ],
      goal: "1200000",
      seed: 7,
    });
    this.#finish("simulation-1");
  }

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: {
      metricsJob: (_, { id }) => this.#read(id),
      metricsJobs: (_, page) => pageOf([...this.#jobs.values()].toReversed(), page, (job) => job),
    },
    Mutation: {
      startSimulation: (_, { input }) => {
        if (input.initialValue === "666") {
          throw codedError("OPERATION_LIMIT_EXCEEDED", "The simulation is too large.");
        }
        return this.#start(`simulation-${this.#jobs.size + 1}`, input);
      },
      cancelMetricsJob: (_, { id }) => {
        const job = this.#jobs.get(id);
        if (!job) throw codedError("NOT_FOUND", "There is no such job.");
        return Object.assign(job, { state: "CANCELLED" });
      },
    },
  };

  #start(id: string, input: Graph.StartSimulationInput): Job {
    const money = (amount: string) => ({ amount, currency: input.currency });
    const job: Job = {
      id,
      kind: "simulation",
      state: "WAITING",
      progress: { done: 0, total: input.paths ?? PATHS },
      error: null,
      requestedAt: "2026-11-20T09:00:00.000Z",
      finishedAt: null,
      method: input.method ?? "GBM",
      paths: input.paths ?? PATHS,
      horizon: input.horizon,
      seed: input.seed ?? 4711,
      assumptions: {
        step: input.step ?? "MONTH",
        initialValue: money(input.initialValue),
        yearlyFee: input.yearlyFee ?? 0,
        rebalanceEvery: input.rebalanceEvery ?? 1,
        goal: input.goal == null ? null : money(input.goal),
        assets: input.assets.map((asset) => ({
          instrumentId: asset.instrumentId ?? null,
          fundId: asset.fundId ?? null,
          accountId: asset.accountId ?? null,
          weight: asset.weight ?? 1,
          expectedReturn: asset.expectedReturn ?? null,
          volatility: asset.volatility ?? null,
        })),
        plan: (input.plan ?? []).map((flow) => ({
          kind: flow.kind,
          amount: flow.amount == null ? null : money(flow.amount),
          rate: flow.rate ?? null,
          everySteps: flow.everySteps ?? 1,
          firstStep: flow.firstStep ?? 1,
          lastStep: flow.lastStep ?? input.horizon,
          yearlyIncrease: flow.yearlyIncrease ?? 0,
        })),
      },
      result: null,
    };
    this.#jobs.set(id, job);
    return job;
  }

  #read(id: string): Job | null {
    const job = this.#jobs.get(id);
    if (!job) return null;
    if (job.state === "RUNNING") this.#finish(id);
    if (job.state === "WAITING") {
      Object.assign(job, { state: "RUNNING", progress: { done: 2500, total: job.paths } });
    }
    return job;
  }

  #finish(id: string): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    Object.assign(job, {
      state: "SUCCEEDED",
      progress: { done: job.paths, total: job.paths },
      result: resultOf(job),
    });
  }
}

const estimate = (value: number) => ({ value, standardError: 0.0042 });

function resultOf(job: Job) {
  const { step = "MONTH", initialValue, goal } = job.assumptions ?? {};
  const { amount: start = "0", currency = "EUR" } = initialValue ?? {};
  const horizon = job.horizon ?? 1;
  const money = (value: number) => ({ amount: Math.max(0, value).toFixed(2), currency });
  const valueAt = (years: number, level: number) =>
    Number(start) * Math.exp(0.05 * years + 0.12 * Math.sqrt(years) * normal(level));
  const quantilesAt = (years: number) =>
    LEVELS.map((level) => ({
      level,
      value: money(valueAt(years, level)),
      standardError: money(Number(start) / 100),
    }));
  const mean = (years: number) => ({
    value: money(valueAt(years, 0.55)),
    standardError: money(Number(start) / 200),
  });
  const years = horizon / STEPS_PER_YEAR[step];
  const shares = (scale: number) => ({
    mean: estimate(scale),
    quantiles: LEVELS.map((level) => ({ level, ...estimate(scale * level * 2) })),
  });
  return {
    fan: Array.from({ length: POINTS }, (_, index) => {
      const at = (years * (index + 1)) / POINTS;
      return {
        step: Math.round((horizon * (index + 1)) / POINTS),
        years: at,
        mean: mean(at),
        quantiles: quantilesAt(at),
        ruined: estimate(0),
      };
    }),
    terminal: {
      mean: mean(years),
      quantiles: quantilesAt(years),
      histogram: Array.from({ length: BINS }, (_, index) => ({
        from: money(Number(start) * (0.4 + index * 0.1)),
        to: money(Number(start) * (0.5 + index * 0.1)),
        share: Math.exp(-((index - 12) ** 2) / 80) / 15.8,
      })),
    },
    horizonReturn: shares(0.64),
    maximumDrawdown: shares(0.18),
    risk: [0.95, 0.99].map((level) => ({
      level,
      valueAtRisk: estimate(level / 8),
      expectedShortfall: estimate(level / 6),
    })),
    goalProbability: goal ? estimate(0.6183) : null,
    ruinProbability: estimate(0.0123),
    inputs: {
      history: null,
      assets: [{ meanLogReturn: 0.0511, volatility: 0.12 }],
      meanBlock: null,
    },
  };
}

/** Close enough to the normal quantile for a picture (Shore). */
const normal = (level: number): number => 5.5556 * (1 - ((1 - level) / level) ** 0.1186);
