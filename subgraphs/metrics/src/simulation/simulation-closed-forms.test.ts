import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KernelModel } from "./kernel/kernel.ts";
import { quantilesOf } from "./order-statistics.ts";
import { schedulePlan, type PlannedFlow } from "./plan.ts";
import {
  allocateResults,
  simulatePaths,
  type PathResults,
  type PathsRequest,
} from "./simulate-paths.ts";
import { buildModel, returnsOfParameters, type ModelRequest } from "./simulation-model.ts";
import { summarisePaths, summariseStep, type Estimate } from "./summary.ts";

const PATHS = 20_000;
const HORIZON = 60;

function simulate(model: KernelModel, change: Partial<PathsRequest> = {}): PathResults {
  const request = { model, plan: [], recorded: [12, HORIZON], paths: PATHS, ...change };
  const results = allocateResults(request);
  simulatePaths(request, { from: 0, to: request.paths }, results, () => undefined);
  return results;
}

const REQUEST: ModelRequest = {
  seed: 20_281_128,
  initialValue: 1000,
  method: "GBM",
  meanBlock: 1,
  weights: [1],
  rebalanceEvery: 0,
  yearlyFee: 0,
  expectedReturns: [null],
};

const oneAsset = (expectedReturn: number, volatility: number, change = {}): KernelModel =>
  buildModel(
    { ...REQUEST, ...change },
    returnsOfParameters([{ expectedReturn, volatility }], null, 12),
    12,
  );

const flow = (change: Partial<PlannedFlow>): PlannedFlow => ({
  kind: "WITHDRAWAL",
  amount: 100,
  rate: null,
  everySteps: 1,
  firstStep: 1,
  lastStep: HORIZON,
  yearlyIncrease: 0,
  ...change,
});

/** How many standard errors an estimate is away from what it should be. */
const errorsFrom = ({ value, standardError }: Estimate, expected: number): number =>
  Math.abs(value - expected) / standardError;

describe("a geometric Brownian motion", () => {
  const results = simulate(oneAsset(0.06, 0.2));
  const summary = summarisePaths(results, 1500);
  const drift = 5 * (Math.log(1.06) - 0.02);
  const sigma = 0.2 * Math.sqrt(5);

  it("has the mean of the log-normal distribution", () => {
    expect(errorsFrom(summary.terminal.mean, 1000 * 1.06 ** 5)).toBeLessThan(3);
    expect(errorsFrom(summariseStep(results, 0, 12).mean, 1060)).toBeLessThan(3);
  });

  it("has the quantiles of the log-normal distribution", () => {
    // Normal quantiles by R's qnorm.
    const z = new Map([
      [0.01, -2.3263478740408408],
      [0.05, -1.6448536269514729],
      [0.25, -0.6744897501960817],
      [0.5, 0],
      [0.75, 0.6744897501960817],
      [0.95, 1.6448536269514722],
      [0.99, 2.3263478740408408],
    ]);
    for (const quantile of summary.terminal.quantiles) {
      const normal = z.get(quantile.level);
      if (normal === undefined) continue;
      const expected = 1000 * Math.exp(drift + sigma * normal);
      expect(errorsFrom(quantile, expected), `${quantile.level}`).toBeLessThan(3);
    }
  });

  it("has the value at risk and the expected shortfall of the log-normal distribution", () => {
    // ES of 1 - exp(m + s Z) at 95 %: 1 - exp(m + s²/2) F(z - s) / 0.05, F the normal distribution, by SciPy.
    const [risk] = summary.risk;
    if (risk === undefined) throw new Error("there is no risk");
    const valueAtRisk = 1 - Math.exp(drift - sigma * 1.6448536269514722);
    expect(errorsFrom(risk.valueAtRisk, valueAtRisk)).toBeLessThan(3);
    expect(errorsFrom(risk.expectedShortfall, 0.5124509295)).toBeLessThan(3);
  });

  it("reaches a goal with the probability of the log-normal distribution", () => {
    // 1 - F((ln 1.5 - m) / s), by SciPy.
    if (summary.goal === null) throw new Error("there is no goal");
    expect(errorsFrom(summary.goal, 0.3160446759)).toBeLessThan(3);
  });

  it("costs what its fee costs", () => {
    const [plain, dear] = [0, 0.01].map((yearlyFee) =>
      summarisePaths(simulate(oneAsset(0.06, 0.2, { yearlyFee })), null),
    );
    const kept = (dear?.terminal.mean.value ?? 0) / (plain?.terminal.mean.value ?? 1);
    expect(kept).toBeCloseTo(0.99 ** 5, 12);
  });
});

describe("a plan", () => {
  it("has the expected value of its contributions and their growth", () => {
    const plan = schedulePlan([flow({ kind: "CONTRIBUTION", amount: 50 })], 12);
    const results = simulate(oneAsset(0.06, 0.15), { plan });
    const growth = 1.06 ** (1 / 12);
    const expected = 1000 * 1.06 ** 5 + (50 * (growth ** HORIZON - 1)) / (growth - 1);
    expect(errorsFrom(summarisePaths(results, null).terminal.mean, expected)).toBeLessThan(3);
  });

  it("is ruined exactly when constant withdrawals have used everything up", () => {
    const plan = schedulePlan([flow({ amount: 100 })], 12);
    const results = simulate(oneAsset(0, 0), { plan, recorded: [9, 10, HORIZON], paths: 100 });
    expect(new Set(results.ruinSteps)).toEqual(new Set([10]));
    expect(summariseStep(results, 0, 9).mean.value).toBe(100);
    expect(summariseStep(results, 0, 9).ruined.value).toBe(0);
    expect(summariseStep(results, 1, 10).ruined.value).toBe(1);
    expect(summarisePaths(results, 1).goal?.value).toBe(0);
  });

  it("takes shares of the value, which ruin no path", () => {
    const plan = schedulePlan(
      [flow({ amount: null, rate: 0.1, everySteps: 12, firstStep: 12 })],
      12,
    );
    const { terminal, ruin } = summarisePaths(simulate(oneAsset(0, 0), { plan, paths: 100 }), null);
    expect(terminal.mean.value).toBeCloseTo(1000 * 0.9 ** 5, 9);
    expect(ruin.value).toBe(0);
  });

  it("raises amounts at the anniversaries of their first step", () => {
    const flows = [flow({ kind: "CONTRIBUTION", amount: 100, everySteps: 6, yearlyIncrease: 0.1 })];
    const amounts = schedulePlan(flows, 12).map(({ step, amount }) => [step, Math.round(amount)]);
    expect(amounts.slice(0, 5)).toEqual([
      [1, 100],
      [7, 100],
      [13, 110],
      [19, 110],
      [25, 121],
    ]);
  });
});

describe("a plan without chance", () => {
  const flows = fc.array(
    fc.record({
      kind: fc.constantFrom("CONTRIBUTION" as const, "WITHDRAWAL" as const, "FEE" as const),
      isRate: fc.boolean(),
      size: fc.integer({ min: 1, max: 20 }),
      everySteps: fc.integer({ min: 1, max: 15 }),
      firstStep: fc.integer({ min: 1, max: 30 }),
      steps: fc.nat(29),
      yearlyIncrease: fc.constantFrom(0, 0.1, -0.2),
    }),
    { maxLength: 4 },
  );
  const assets = fc.array(
    fc.record({
      weight: fc.integer({ min: 1, max: 9 }),
      expectedReturn: fc.integer({ min: -30, max: 60 }).map((percent) => percent / 100),
    }),
    { minLength: 1, maxLength: 3 },
  );

  it("is what counting step by step gives, with ruin, fees and restored weights", () => {
    fc.assert(
      fc.property(flows, assets, fc.nat(4), fc.nat(3), (given, parts, rebalanceEvery, fee) => {
        const yearlyFee = fee / 50;
        const plan = given.map(({ kind, isRate, size, firstStep, steps, ...rest }) => {
          const byRate = isRate && kind !== "CONTRIBUTION";
          const amounts = byRate
            ? { amount: null, rate: size / 40 }
            : { amount: size * 25, rate: null };
          return { kind, ...amounts, firstStep, lastStep: firstStep + steps, ...rest };
        });
        const all = parts.reduce((sum, { weight }) => sum + weight, 0);
        const weights = parts.map(({ weight }) => weight / all);
        const returns = returnsOfParameters(
          parts.map(({ expectedReturn }) => ({ expectedReturn, volatility: 0 })),
          null,
          12,
        );
        const expectedReturns = parts.map(() => null);
        const change = { weights, rebalanceEvery, yearlyFee, expectedReturns };
        const recorded = Array.from({ length: HORIZON }, (_, step) => step + 1);
        const results = simulate(buildModel({ ...REQUEST, ...change }, returns, 12), {
          plan: schedulePlan(plan, 12),
          recorded,
          paths: 2,
        });

        let [held, money, ruinedAt] = [weights, 1000, 0];
        for (const step of recorded) {
          const before = held.reduce((sum, value) => sum + value, 0);
          held = held.map(
            (value, asset) =>
              value * ((1 + (parts[asset]?.expectedReturn ?? 0)) * (1 - yearlyFee)) ** (1 / 12),
          );
          const after = held.reduce((sum, value) => sum + value, 0);
          if (rebalanceEvery > 0 && step % rebalanceEvery === 0) {
            held = weights.map((weight) => weight * after);
          }
          money *= after / before;
          const due = plan.filter(
            ({ firstStep, lastStep, everySteps }) =>
              step >= firstStep && step <= lastStep && (step - firstStep) % everySteps === 0,
          );
          for (const { rate } of due) money -= money * (rate ?? 0);
          const added = due.map(({ kind, amount, firstStep, yearlyIncrease }) => {
            const years = Math.floor((step - firstStep) / 12);
            return (
              (amount ?? 0) * (1 + yearlyIncrease) ** years * (kind === "CONTRIBUTION" ? 1 : -1)
            );
          });
          const sum = added.reduce((total, each) => total + each, 0);
          money += sum;
          if (sum < 0 && money <= 0 && ruinedAt === 0) ruinedAt = step;
          if (ruinedAt > 0) money = 0;
          expect(results.values[(step - 1) * 2]).toBeCloseTo(money, 6);
        }
        expect(results.ruinSteps[0]).toBe(ruinedAt);
      }),
      { numRuns: 60 },
    );
  });
});

describe("correlated assets", () => {
  const parameters = [
    { expectedReturn: 0.05, volatility: 0.2 },
    { expectedReturn: 0.02, volatility: 0.1 },
  ];
  const portfolio = (correlation: number, rebalanceEvery: number): KernelModel =>
    buildModel(
      { ...REQUEST, weights: [0.6, 0.4], rebalanceEvery, expectedReturns: [null, null] },
      returnsOfParameters(
        parameters,
        [
          [1, correlation],
          [correlation, 1],
        ],
        12,
      ),
      12,
    );

  it("grow like each of them when the weights are never restored", () => {
    const { terminal } = summarisePaths(simulate(portfolio(0.3, 0)), null);
    expect(errorsFrom(terminal.mean, 600 * 1.05 ** 5 + 400 * 1.02 ** 5)).toBeLessThan(3);
  });

  it("grow by the mean of their growth when the weights are restored at every step", () => {
    const { terminal } = summarisePaths(simulate(portfolio(0.3, 1)), null);
    const growth = 0.6 * 1.05 ** (1 / 12) + 0.4 * 1.02 ** (1 / 12);
    expect(errorsFrom(terminal.mean, 1000 * growth ** HORIZON)).toBeLessThan(3);
  });

  it.each([-0.7, 0, 0.5, 1])(
    "have the variance that a correlation of %d leads to",
    (correlation) => {
      const { unitPrices } = simulate(portfolio(correlation, 0), { recorded: [1] });
      const variances = parameters.map(({ volatility }) => volatility ** 2 / 12);
      const [a = 0, b = 0] = parameters.map(
        ({ expectedReturn }) => (1 + expectedReturn) ** (1 / 12),
      );
      const covariance = Math.exp(
        correlation * Math.sqrt((variances[0] ?? 0) * (variances[1] ?? 0)),
      );
      const expected =
        0.36 * a * a * Math.expm1(variances[0] ?? 0) +
        0.16 * b * b * Math.expm1(variances[1] ?? 0) +
        2 * 0.24 * a * b * (covariance - 1);
      const mean = 0.6 * a + 0.4 * b;
      const found = unitPrices.reduce((sum, price) => sum + (price - mean) ** 2, 0) / PATHS;
      expect(Math.abs(found / expected - 1)).toBeLessThan(3 * Math.sqrt(2.2 / PATHS));
    },
  );
});

describe("a bootstrap", () => {
  const returns = Float64Array.from({ length: 48 }, (_, at) => 0.01 + 0.05 * Math.sin(at * at));
  const history = { means: Float64Array.of(0), covariances: Float64Array.of(0), rows: returns };
  const growth = returns.reduce((sum, value) => sum + Math.exp(value), 0) / returns.length;

  it("has the mean growth of the past returns", () => {
    const model = buildModel({ ...REQUEST, method: "BOOTSTRAP" }, history, 12);
    const { terminal } = summarisePaths(simulate(model), null);
    expect(errorsFrom(terminal.mean, 1000 * growth ** HORIZON)).toBeLessThan(3);
  });

  it("has an expected return that was requested instead", () => {
    const change = { method: "BOOTSTRAP" as const, expectedReturns: [0.04] };
    const { terminal } = summarisePaths(
      simulate(buildModel({ ...REQUEST, ...change }, history, 12)),
      null,
    );
    expect(errorsFrom(terminal.mean, 1000 * 1.04 ** 5)).toBeLessThan(3);
  });

  it("in blocks keeps what follows on what", () => {
    // Returns that alternate: pairs of successive ones add up to nothing.
    const rows = Float64Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 0.1 : -0.1));
    const request = { ...REQUEST, method: "BLOCK_BOOTSTRAP" as const, meanBlock: 20 };
    const blocks = simulate(buildModel(request, { ...history, rows }, 12), { recorded: [2] });
    const level = (results: PathResults): number =>
      results.unitPrices.filter((price) => Math.abs(price - 1) < 1e-9).length / PATHS;
    // One in 20 begins a new block, which continues the alternation in half of the cases.
    expect(Math.abs(level(blocks) - 0.975)).toBeLessThan(3 * Math.sqrt(0.025 / PATHS));
  });
});

describe("quantiles of the maximum drawdown", () => {
  it("do not depend on flows", () => {
    const model = oneAsset(0.05, 0.2);
    const plan = schedulePlan([flow({ amount: 10 })], 12);
    const [without, withFlows] = [simulate(model), simulate(model, { plan })];
    expect([...withFlows.drawdowns]).toEqual([...without.drawdowns]);
    expect([...withFlows.unitPrices].map((price) => price.toPrecision(12))).toEqual(
      [...without.unitPrices].map((price) => price.toPrecision(12)),
    );
    expect(quantilesOf(without.drawdowns.slice(), [0.5])[0]?.value).toBeGreaterThan(0.1);
  });
});
