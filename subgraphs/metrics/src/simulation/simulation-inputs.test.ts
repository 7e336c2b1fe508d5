import { AppError } from "@allfunds/contract/errors";
import { describe, expect, it } from "vitest";
import type { Series } from "../series/series.ts";
import { choleskyFactor } from "./cholesky.ts";
import { requirePlan, type PlannedFlow } from "./plan.ts";
import { recordedSteps } from "./run-simulation.ts";
import {
  buildModel,
  requireSize,
  returnsOfParameters,
  type ModelRequest,
} from "./simulation-model.ts";
import { estimateReturns } from "./step-returns.ts";

/** The code of the refusal, and where the fault is. */
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...(error.violations ?? []).map(({ path }) => path)].join(" ");
  }
  return "accepted";
}

const MS_PER_DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 15);

const monthEnds = (count: number, price: (month: number) => number): Series => ({
  times: Float64Array.from({ length: count }, (_, month) => Date.UTC(2020, month + 1, 0)),
  values: Float64Array.from({ length: count }, (_, month) => price(month)),
});

const weekdays = (count: number): Series => {
  const times: number[] = [];
  for (let time = Date.UTC(2024, 0, 1); times.length < count; time += MS_PER_DAY) {
    const day = new Date(time).getUTCDay();
    if (day !== 0 && day !== 6) times.push(time);
  }
  return {
    times: Float64Array.from(times),
    values: Float64Array.from(times, (_, index) => 100 + (index % 7)),
  };
};

const without = ({ times, values }: Series, dropped: (index: number) => boolean): Series => ({
  times: times.filter((_, index) => !dropped(index)),
  values: values.filter((_, index) => !dropped(index)),
});

describe("the sizes of a simulation", () => {
  it.each([
    [{ paths: 99 }, "INVALID_INPUT paths"],
    [{ paths: 200_001 }, "INVALID_INPUT paths"],
    [{ paths: Number.NaN }, "INVALID_INPUT paths"],
    [{ horizon: 0 }, "INVALID_INPUT horizon"],
    [{ horizon: 1201 }, "INVALID_INPUT horizon"],
    [{ horizon: 1200 }, "accepted"],
    [{ step: "DAY" as const, horizon: 25_200, paths: 39_683 }, "OPERATION_LIMIT_EXCEEDED"],
    [{ step: "DAY" as const, horizon: 25_200, paths: 39_682 }, "accepted"],
  ])("%o are judged %s", (change, expected) => {
    const size = { paths: 1000, horizon: 12, step: "MONTH" as const, ...change };
    expect(refusalOf(() => requireSize(size, 1))).toBe(expected);
  });

  it("count every asset", () => {
    const size = { paths: 200_000, horizon: 1200, step: "MONTH" as const };
    expect(refusalOf(() => requireSize(size, 4))).toBe("accepted");
    expect(refusalOf(() => requireSize(size, 5))).toBe("OPERATION_LIMIT_EXCEEDED");
    expect(refusalOf(() => requireSize(size, 21))).toBe("INVALID_INPUT assets");
  });
});

describe("the parameters of assets", () => {
  it.each([
    [{ volatility: -0.1 }, "INVALID_INPUT assets.0.volatility"],
    [{ volatility: Number.NaN }, "INVALID_INPUT assets.0.volatility"],
    [{ volatility: Number.POSITIVE_INFINITY }, "INVALID_INPUT assets.0.volatility"],
    [{ expectedReturn: -1 }, "INVALID_INPUT assets.0.expectedReturn"],
    [{ expectedReturn: Number.NaN }, "INVALID_INPUT assets.0.expectedReturn"],
    [{ volatility: 0 }, "accepted"],
  ])("%o are judged %s", (change, expected) => {
    const asset = { expectedReturn: 0.05, volatility: 0.2, ...change };
    expect(refusalOf(() => returnsOfParameters([asset], null, 12))).toBe(expected);
  });

  const two = [
    { expectedReturn: 0.05, volatility: 0.2 },
    { expectedReturn: 0.02, volatility: 0.1 },
  ];
  it.each([
    [[[1]], "INVALID_INPUT correlations"],
    [
      [
        [1, 0.5],
        [0.4, 1],
      ],
      "INVALID_INPUT correlations.0.1",
    ],
    [
      [
        [1, 1.1],
        [1.1, 1],
      ],
      "INVALID_INPUT correlations.0.1",
    ],
    [
      [
        [0.9, 0],
        [0, 1],
      ],
      "INVALID_INPUT correlations.0.0",
    ],
    [
      [
        [1, Number.NaN],
        [Number.NaN, 1],
      ],
      "INVALID_INPUT correlations.0.1",
    ],
    [
      [
        [1, -1],
        [-1, 1],
      ],
      "accepted",
    ],
  ])("correlations %o are judged %s", (correlations, expected) => {
    expect(refusalOf(() => returnsOfParameters(two, correlations, 12))).toBe(expected);
  });
});

describe("a model", () => {
  const request: ModelRequest = {
    seed: 1,
    initialValue: 100,
    method: "GBM",
    meanBlock: 2,
    weights: [1],
    rebalanceEvery: 1,
    yearlyFee: 0,
    expectedReturns: [null],
  };
  const returns = returnsOfParameters([{ expectedReturn: 0.05, volatility: 0.2 }], null, 12);

  it.each([
    [{ seed: -1 }, "INVALID_INPUT seed"],
    [{ seed: 1.5 }, "INVALID_INPUT seed"],
    [{ seed: 2 ** 53 }, "INVALID_INPUT seed"],
    [{ initialValue: Number.NaN }, "INVALID_INPUT initialValue"],
    [{ initialValue: -1 }, "INVALID_INPUT initialValue"],
    [{ weights: [0.9] }, "INVALID_INPUT assets"],
    [{ weights: [Number.NaN] }, "INVALID_INPUT assets.0.weight"],
    [{ yearlyFee: 1 }, "INVALID_INPUT yearlyFee"],
    [{ rebalanceEvery: -1 }, "INVALID_INPUT rebalanceEvery"],
    [{ method: "BOOTSTRAP" as const }, "INVALID_INPUT method"],
    [{}, "accepted"],
  ])("%o is judged %s", (change, expected) => {
    expect(refusalOf(() => buildModel({ ...request, ...change }, returns, 12))).toBe(expected);
  });
});

describe("a plan", () => {
  const flow: PlannedFlow = {
    kind: "WITHDRAWAL",
    amount: 100,
    rate: null,
    everySteps: 1,
    firstStep: 1,
    lastStep: 12,
    yearlyIncrease: 0,
  };
  it.each([
    [{ rate: 0.1 }, "INVALID_INPUT plan.0"],
    [{ amount: null }, "INVALID_INPUT plan.0"],
    [{ amount: 0 }, "INVALID_INPUT plan.0.amount"],
    [{ amount: Number.NaN }, "INVALID_INPUT plan.0.amount"],
    [{ amount: null, rate: 1.1 }, "INVALID_INPUT plan.0.rate"],
    [{ kind: "CONTRIBUTION" as const, amount: null, rate: 0.1 }, "INVALID_INPUT plan.0.rate"],
    [{ everySteps: 0 }, "INVALID_INPUT plan.0.everySteps"],
    [{ firstStep: 13 }, "INVALID_INPUT plan.0.firstStep"],
    [{ lastStep: 13 }, "INVALID_INPUT plan.0.lastStep"],
    [{ yearlyIncrease: -1 }, "INVALID_INPUT plan.0.yearlyIncrease"],
    [{}, "accepted"],
  ])("with %o is judged %s", (change, expected) => {
    expect(refusalOf(() => requirePlan([{ ...flow, ...change }], 12))).toBe(expected);
  });

  it("has at most 20 flows", () => {
    expect(
      refusalOf(() =>
        requirePlan(
          Array.from({ length: 21 }, () => flow),
          12,
        ),
      ),
    ).toBe("INVALID_INPUT plan");
  });
});

const factorOf = (matrix: number[][]): number[] => [
  ...choleskyFactor(matrix.length, (row, column) => matrix[row]?.[column] ?? 0, "correlations"),
];

describe("a Cholesky factor", () => {
  it("is that of a textbook", () => {
    const matrix = [
      [4, 12, -16],
      [12, 37, -43],
      [-16, -43, 98],
    ];
    expect(factorOf(matrix)).toEqual([2, 6, 1, -8, 5, 3]);
  });

  it("takes assets that move as one, or not at all", () => {
    expect(
      factorOf([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([1, 1, 0]);
    expect(
      factorOf([
        [0, 0],
        [0, 1],
      ]),
    ).toEqual([0, 0, 1]);
  });

  it("refuses what no assets can be", () => {
    const impossible = [
      [1, 0.9, -0.9],
      [0.9, 1, 0.9],
      [-0.9, 0.9, 1],
    ];
    expect(refusalOf(() => factorOf(impossible))).toBe("INVALID_INPUT correlations");
  });
});

describe("returns from histories", () => {
  it("have the mean and the sample variance of the log returns", () => {
    const growth = [0.01, 0.03, -0.02, 0.04, 0.01, 0, -0.01, 0.02, 0.03, -0.03, 0.02, 0.01];
    let price = 100;
    const prices = [price, ...growth.map((by) => (price *= Math.exp(by)))];
    const { means, covariances, count } = estimateReturns(
      [monthEnds(13, (month) => prices[month] ?? 0)],
      "MONTH",
      NOW,
    );
    expect(count).toBe(12);
    // By R: mean(x), var(x).
    expect(means[0]).toBeCloseTo(0.00916666666666667, 12);
    expect(covariances[0]).toBeCloseTo(0.00044469696969697, 12);
  });

  it("use the last price of each month, and not the month that is not over", () => {
    const daily = weekdays(600);
    const { count, to } = estimateReturns([daily], "MONTH", daily.times.at(-1) ?? 0);
    // 600 weekdays from January 2024 end on 17 April 2026: 27 whole months.
    expect(count).toBe(26);
    expect(new Date(to).toISOString().slice(0, 10)).toBe("2026-03-31");
    // Prices that end within a month have no close of it, however long ago that is.
    const ended = without(daily, (day) => day >= 590);
    expect(estimateReturns([ended], "MONTH", Date.UTC(2028, 0, 1))).toMatchObject({ count: 26 });
  });

  it("leave out what spans a gap", () => {
    const months = without(
      monthEnds(40, (month) => 100 + month),
      (month) => month === 20,
    );
    expect(estimateReturns([months], "MONTH", NOW)).toMatchObject({ count: 37, omitted: 1 });
    const days = without(weekdays(300), (day) => day > 100 && day < 160);
    expect(estimateReturns([days], "DAY", NOW)).toMatchObject({ count: 239, omitted: 1 });
    // From 6 February to 9 April 2024: neither month has a close, so the one before April has no successor.
    const broken = without(weekdays(500), (day) => day > 26 && day < 71);
    const closes = Array.from({ length: 22 }, (_, month) => Date.UTC(2024, month + 1, 0))
      .filter((_, month) => month !== 1 && month !== 2)
      .map((end) => broken.values[broken.times.findLastIndex((time) => time <= end)]);
    const found = estimateReturns([broken], "MONTH", Date.UTC(2025, 10, 28));
    const rows = closes.slice(1).map((close, index) => Math.log(close / closes[index]));
    expect([...found.rows]).toEqual(rows.slice(1).map((row) => expect.closeTo(row, 12)));
  });

  it("are those of steps that all assets have", () => {
    const [one, other] = [monthEnds(30, (month) => 100 + month), monthEnds(40, () => 50)];
    const later = { ...other, times: other.times.map((_, month) => Date.UTC(2020, month + 11, 0)) };
    const found = estimateReturns([one, later], "MONTH", NOW);
    expect(found.count).toBe(19);
    expect(found.covariances.slice(1)).toEqual(Float64Array.of(0, 0));
  });

  it.each([
    ["an empty history", [monthEnds(0, () => 1)], "MONTH", "INSUFFICIENT_DATA"],
    ["one price", [monthEnds(1, () => 1)], "DAY", "INSUFFICIENT_DATA"],
    ["too few prices", [monthEnds(12, () => 1)], "MONTH", "INSUFFICIENT_DATA"],
    ["prices of months for steps of days", [monthEnds(60, () => 1)], "DAY", "INSUFFICIENT_DATA"],
    ["prices of months for steps of weeks", [monthEnds(60, () => 1)], "WEEK", "INSUFFICIENT_DATA"],
    ["a price of zero", [monthEnds(60, (month) => month)], "MONTH", "INVALID_INPUT assets.0"],
    [
      "a price that is not a number",
      [monthEnds(60, () => Number.NaN)],
      "MONTH",
      "INVALID_INPUT assets.0",
    ],
  ] as const)("refuse %s", (_, histories, step, expected) => {
    expect(refusalOf(() => estimateReturns(histories, step, NOW))).toBe(expected);
  });
});

describe("the recorded steps", () => {
  it.each([
    [1, 1000, 1],
    [5, 1000, 5],
    [100, 1000, 50],
    [2520, 200_000, 40],
  ])("of %d steps and %d paths are %d, and end with the horizon", (horizon, paths, count) => {
    const steps = recordedSteps(horizon, paths);
    expect(steps).toHaveLength(count);
    expect(new Set(steps).size).toBe(count);
    expect(steps.at(-1)).toBe(horizon);
  });
});
