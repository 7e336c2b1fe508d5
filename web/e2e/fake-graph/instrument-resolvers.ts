import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";

const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(2026, 10, 27);
const DAYS = 120;
const OVER = ["SMA", "EMA", "BBANDS"];

interface Instrument {
  id: string;
  symbol: string;
  name: string;
  currency: string;
  kind: Graph.InstrumentKind;
  baseCurrency: string | null;
  lastPriceDate: string | null;
  corporateActions: Graph.FakeValue<Graph.CorporateAction>[];
}

export const BENCHMARK: Instrument = {
  id: "benchmark-1",
  symbol: "WORLD",
  name: "World shares",
  currency: "EUR",
  kind: "INDEX",
  baseCurrency: null,
  lastPriceDate: "2026-11-27",
  corporateActions: [{ id: "action-1", exDate: "2026-06-01", kind: "DIVIDEND", value: "1.25" }],
};

/** Instruments whose price swings, with news, and a direction that has shown no skill. */
export function instrumentResolvers(): Graph.Resolvers<Caller> {
  const instruments: Instrument[] = [
    BENCHMARK,
    {
      ...BENCHMARK,
      id: "instrument-2",
      symbol: "EURUSD",
      name: "Euro in dollars",
      currency: "USD",
      kind: "CURRENCY_PAIR",
      baseCurrency: "EUR",
      corporateActions: [],
    },
  ];
  const instrumentOf = (id: string | undefined): Instrument => {
    const found = instruments.find((instrument) => instrument.id === id);
    if (!found) throw codedError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
    return found;
  };
  return {
    Query: {
      instruments: (_, page) => pageOf(instruments, page, (instrument) => instrument),
      instrument: (_, { id }) => instruments.find((instrument) => instrument.id === id) ?? null,
    },
    Instrument: {
      bars: () => ({ nodes: bars(), pageInfo: { hasNextPage: false, endCursor: null } }),
      indicators: (_, { requests }) => ({
        times: bars().map(({ at }) => at),
        series: requests.map(({ kind }) => seriesOf(kind)),
      }),
      metrics: () => ({
        from: "2026-07-31",
        to: "2026-11-27",
        prices: DAYS,
        values: FIGURES.map(figure),
      }),
      monthlyReturns: () => [
        {
          year: 2026,
          months: [...Array.from({ length: 7 }, () => null), 0.0123, -0.0234, 0.01, 0.002, null],
          total: 0.0012,
        },
      ],
      drawdowns: () => ({ nodes: [] }),
      direction: (_, { horizon }) => direction(horizon),
      news: (_, page) => pageOf(NEWS, page, (item) => item),
    },
    Mutation: {
      importPrices: (_, { input }) => {
        const rows = input.content.trim().split("\n").length - 1;
        if (rows < 1) throw codedError("INVALID_INPUT", "Line 2: there is no price.");
        const instrument: Instrument = {
          ...BENCHMARK,
          id: `instrument-${instruments.length + 1}`,
          symbol: input.symbol,
          name: input.name ?? input.symbol,
          currency: input.currency,
          corporateActions: [],
        };
        instruments.push(instrument);
        return { instrument, rows, inserted: rows, unchanged: 0, corrected: 0, withoutPrice: 0 };
      },
      recordCorporateAction: (_, { input }) => {
        const action = {
          id: input.id ?? "action-2",
          exDate: input.exDate,
          kind: input.kind,
          value: input.value,
        };
        instrumentOf(input.instrumentId).corporateActions.push(action);
        return action;
      },
      deleteCorporateAction: (_, { id }) => {
        const owner = instruments.find(({ corporateActions }) =>
          corporateActions.some((action) => action.id === id),
        );
        if (!owner) throw codedError("NOT_FOUND", "There is no such action.");
        owner.corporateActions = owner.corporateActions.filter((action) => action.id !== id);
        return { id };
      },
    },
  };
}

const closeOf = (day: number): number => 100 + day / 10 + 6 * Math.sin(day / 9);

const bars = () =>
  Array.from({ length: DAYS }, (_, day) => {
    const [open, close] = [closeOf(day - 1), closeOf(day)];
    return {
      at: new Date(LAST_DAY - (DAYS - 1 - day) * DAY_MS).toISOString(),
      open: open.toFixed(2),
      high: (Math.max(open, close) + 0.8).toFixed(2),
      low: (Math.min(open, close) - 0.7).toFixed(2),
      close: close.toFixed(2),
      volume: String(10_000 + day),
    };
  });

function seriesOf(kind: Graph.IndicatorKind): Graph.FakeValue<Graph.IndicatorSeries> {
  const names = kind === "BBANDS" ? ["upper", "middle", "lower"] : ["value"];
  return {
    kind,
    warmUp: 20,
    outputs: names.map((name, index) => ({
      name,
      unit: OVER.includes(kind) ? "PRICE" : "INDEX",
      values: Array.from({ length: DAYS }, (_, day) =>
        day < 20 ? null : OVER.includes(kind) ? closeOf(day - 5) + 4 - 4 * index : 50 + (day % 30),
      ),
    })),
  };
}

const FIGURES: readonly [Graph.MetricName, number][] = [
  ["CUMULATIVE_RETURN", 0.0812],
  ["COMPOUND_ANNUAL_GROWTH_RATE", 0.1203],
  ["ANNUALISED_VOLATILITY", 0.1542],
  ["SHARPE", 0.871],
  ["SORTINO", 1.123],
  ["MAX_DRAWDOWN", 0.0934],
  ["VALUE_AT_RISK_95", 0.0143],
  ["EXPECTED_SHORTFALL_95", 0.0198],
];

const figure = ([metric, value]: (typeof FIGURES)[number]) => ({
  metric,
  value,
  asOf: "2026-11-27",
  method: `Definition of ${metric}. Of closes.`,
  inputs: [{ name: "returns", value: String(DAYS - 1) }],
  unavailable: null,
  absence: null,
});

const direction = (horizon: Graph.DirectionHorizon | undefined) => ({
  horizon: horizon ?? "WEEK",
  asOf: "2026-11-27",
  verdict: "NO_EDGE" as const,
  probability: null,
  baseRate: 0.561,
  neededCloses: null,
  message: "The method was not better than the base rate.",
  method: "Logistic regression.",
  backTest: {
    folds: 5,
    predictions: 740,
    brier: 0.2493,
    brierBaseRate: 0.2467,
    gain: -0.0026,
    gainError: 0.0019,
    accuracy: 0.532,
    accuracyBaseRate: 0.561,
    calibrationError: 0.041,
  },
});

const NEWS = [
  {
    id: "news-1",
    headline: "World shares close higher",
    publishedAt: "2026-11-27T17:00:00.000Z",
    source: "Sample wire",
    url: "https://news.test.example/1",
    sentiment: { label: "POSITIVE" as const, score: 0.42 },
  },
  {
    id: "news-2",
    headline: "A link that is none",
    publishedAt: "2026-11-26T17:00:00.000Z",
    source: "Sample wire",
    url: "javascript:alert(1)",
    sentiment: { label: "NEGATIVE" as const, score: -0.3 },
  },
];
