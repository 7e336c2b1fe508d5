import type {
  FakeValue,
  Forecast,
  IndicatorPage,
  Metric,
  PortfolioRisk,
  PortfolioRiskInput,
} from "@allfunds/graph-tools/fake-graph";
import { EUR } from "./sample-values.fixture.ts";

const described = {
  asOf: "2026-06-30",
  method: "By definition.",
  inputs: [{ name: "n", value: "1" }],
};

/** A metric of each kind: an amount, a ratio and one without a value. */
export const MONEY: FakeValue<Metric> = {
  ...described,
  name: "cash",
  unit: "MONEY",
  money: EUR("10.00"),
};
export const RATIO: FakeValue<Metric> = {
  ...described,
  name: "sharpe",
  unit: "RATIO",
  value: 0.25,
};
export const UNAVAILABLE: FakeValue<Metric> = {
  ...described,
  name: "runwayMonths",
  unit: "MONTHS",
  unavailable: "No burn.",
};

let forecasts = 0;
/** Made anew for each request, as the graph does it. */
export const forecast = (metric: string): FakeValue<Forecast> => ({
  metric,
  method: "drift",
  generatedAt: new Date(Date.UTC(2026, 5, 30, 12, 0, (forecasts += 1))).toISOString(),
  asOf: "2026-05-31",
  interval: "MONTH",
  frequency: "MONTHLY",
  level: 0.8,
  currency: "EUR",
  points: [{ date: "2026-06-30", value: "11.00", lower: "-9.00", upper: "13.00" }],
  backtest: {
    folds: 6,
    mase: null,
    smape: 1.5,
    symmetricError: 1.5,
    coverage: 0.8,
    coverageOf80: 0.8,
    coverageOf95: null,
    candidates: [{ method: "drift", mase: null }],
  },
});

/** Two bars of an indicator with a parameter and of one without. */
export const INDICATORS: FakeValue<IndicatorPage> = {
  times: ["2020-01-02T00:00:00.000Z", "2020-01-03T00:00:00.000Z"],
  series: [
    {
      kind: "MACD",
      parameters: [{ name: "fastPeriod", value: "12" }],
      warmUp: 1,
      outputs: [{ name: "signal", unit: "PRICE", values: [null, 1.5] }],
    },
    {
      kind: "OBV",
      parameters: [],
      warmUp: 0,
      outputs: [{ name: "value", unit: "VOLUME", values: [10, 20] }],
    },
  ],
  gapPolicy: "CONTINUE",
  conversion: null,
  gaps: [],
  pageInfo: { hasNextPage: true, endCursor: "next" },
};

/** The same risk of every portfolio, shared by weight. */
export const portfolioRisk = (input: PortfolioRiskInput): FakeValue<PortfolioRisk> => ({
  currency: input.currency,
  from: "2025-06-30",
  to: "2026-06-30",
  returns: 250,
  level: input.level ?? 0.95,
  model: input.model ?? "HISTORICAL",
  calendar: { frequency: "BUSINESS_DAILY", gaps: [] },
  volatility: 0.1,
  valueAtRisk: 0.01,
  expectedShortfall: 0.02,
  contributions: (input.holdings ?? []).map(({ instrumentId, fundId, weight }) => ({
    instrumentId: instrumentId ?? null,
    fundId: fundId ?? null,
    weight: weight ?? 1,
    volatility: 0.1 * (weight ?? 1),
    valueAtRisk: 0.01 * (weight ?? 1),
    expectedShortfall: 0.02 * (weight ?? 1),
    ownVolatility: 0.1,
  })),
});
