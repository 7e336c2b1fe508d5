import { z } from "zod";
import { periodFrom, periodInput } from "./book-tools.ts";
import type { NewFact } from "./fact.ts";
import {
  AdviceForecastDocument,
  AdviceInstrumentDocument,
  AdviceInstrumentsDocument,
  AdvicePerformanceDocument,
  AdvicePriceDocument,
  type AdviceInstrumentsQuery,
  type MetricName,
} from "./graph/graph-types.generated.ts";
import { PERIOD_NAMES } from "./period.ts";
import { defineTool, metricFact, ofEachFund, type Tool, type ToolContext } from "./tool.ts";

const RISK: readonly (readonly [MetricName, string])[] = [
  ["ANNUALISED_VOLATILITY", "VOLATILITY"],
  ["SHARPE", "SHARPE"],
  ["MAX_DRAWDOWN", "DRAWDOWN"],
  ["VALUE_AT_RISK_95", "VALUE_AT_RISK"],
];
const RETURNS: readonly (readonly [MetricName, string])[] = [
  ["TIME_WEIGHTED_RETURN", "RETURN"],
  ["MONEY_WEIGHTED_RETURN", "RETURN"],
];

const isPeriodGiven = (input: z.output<z.ZodObject<typeof periodInput>>): boolean =>
  input.period !== undefined || input.from !== undefined;

/** Performance figures of a period; of all time when none is given. */
function performanceTool(
  name: string,
  description: string,
  wanted: readonly (readonly [MetricName, string])[],
  isChange: boolean,
) {
  return defineTool({
    name,
    description,
    input: z.object(periodInput),
    run: (input, context) => {
      const period = isPeriodGiven(input) ? periodFrom(input, context.today) : null;
      return ofEachFund(context, async ({ id }) => {
        const { fund } = await context.graph(AdvicePerformanceDocument, {
          fundId: id,
          from: period?.from ?? null,
          to: period?.to ?? null,
          metrics: wanted.map(([metric]) => metric),
        });
        const { performance } = fund ?? {};
        return (performance?.values ?? []).flatMap((metric) => {
          const measure = wanted.find(([each]) => each === metric.metric)?.[1] ?? metric.metric;
          const named = period?.name ?? null;
          const terms = { measures: [measure], ...(named === null ? {} : { period: named }) };
          return metricFact(metric, terms, { position: performance?.position ?? null, isChange });
        });
      });
    },
  });
}

export const riskFigures = performanceTool(
  "risk_figures",
  "Volatility, Sharpe ratio, maximum drawdown and value at risk of a period or of all time.",
  RISK,
  false,
);
export const returns = performanceTool(
  "returns",
  "Time-weighted and money-weighted return of a period or of all time.",
  RETURNS,
  true,
);

/** The deepest fall of the fund's unit value, with its days. */
export const drawdown = defineTool({
  name: "drawdown",
  description:
    "The deepest fall of the fund's unit value, with the days of peak, trough and recovery.",
  input: z.object({}),
  run: (_input, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdvicePerformanceDocument, {
        fundId: id,
        metrics: ["MAX_DRAWDOWN"],
      });
      const [deepest] = fund?.performance?.drawdowns.nodes ?? [];
      if (deepest === undefined) return [];
      const row = {
        asOf: fund?.performance?.asOf ?? null,
        position: fund?.performance?.position ?? null,
        group: `drawdown ${deepest.from}`,
        source: { kind: "METRIC", metric: "MAX_DRAWDOWN" } as const,
      };
      const dated = (value: string, label: string): NewFact => ({
        kind: "DATE",
        value,
        label,
        terms: { measures: [] },
        ...row,
      });
      return [
        ...metricFact(
          {
            metric: "MAX_DRAWDOWN",
            value: deepest.depth,
            money: null,
            unit: "RATIO",
            asOf: row.asOf ?? "",
          },
          { measures: ["DRAWDOWN"], ranks: ["LARGEST"] },
          row,
        ),
        dated(deepest.from, "peak"),
        dated(deepest.trough, "trough"),
        ...(deepest.to === null ? [] : [dated(deepest.to, "recovered")]),
      ];
    }),
});

/** What cash or net assets are forecast to be, at the last of the months ahead, with the 80 % interval. */
export const forecast = defineTool({
  name: "forecast",
  description: "A series continued by months, with the ends of its 80 % interval.",
  input: z.object({
    metric: z
      .enum(["CASH", "NET_ASSET_VALUE", "INFLOW", "OUTFLOW", "NET_FLOW", "REVENUE", "EXPENSES"])
      .default("CASH"),
    months: z.int().min(1).max(24).default(3),
  }),
  run: ({ metric, months }, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceForecastDocument, {
        fundId: id,
        metric,
        horizon: months,
      });
      const made = fund?.forecast;
      const last = made?.points.at(-1);
      if (made === null || made === undefined || last === undefined) return [];
      const measure =
        { NET_ASSET_VALUE: "NAV", REVENUE: "INFLOW", EXPENSES: "OUTFLOW" }[metric as string] ??
        metric;
      const row = {
        asOf: made.asOf,
        position: fund?.position ?? null,
        group: `forecast ${metric} ${last.date}`,
        source: { kind: "METRIC", metric: `FORECAST ${metric}` } as const,
      };
      const amount = (value: string, label: string, ranks: string[] = []): NewFact => ({
        kind: "MONEY",
        value,
        currency: made.currency,
        label,
        terms: { measures: ["FORECAST", "EXPECTED", measure], ranks },
        ...row,
      });
      return [
        amount(last.value, `forecast of ${metric.toLowerCase()}`),
        amount(last.lower, "lower end of the 80 % interval"),
        amount(last.upper, "upper end of the 80 % interval"),
        {
          kind: "DATE",
          value: last.date,
          label: "day of the forecast",
          terms: { measures: [] },
          ...row,
        },
      ];
    }),
});

type Instrument = AdviceInstrumentsQuery["instruments"]["nodes"][number];
const PAGES = 5;

/** The caller's instruments, at most 1,000 of them. */
async function instrumentsOf({ graph }: ToolContext): Promise<Instrument[]> {
  const found: Instrument[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const { instruments }: AdviceInstrumentsQuery = await graph(AdviceInstrumentsDocument, {
      after,
    });
    found.push(...instruments.nodes);
    if (!instruments.pageInfo.hasNextPage) break;
    after = instruments.pageInfo.endCursor;
  }
  return found;
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The instrument of this symbol, or the one whose name has all the words. */
function chooseInstrument(all: readonly Instrument[], wanted: string): Instrument | undefined {
  const [exact] = all.filter(({ symbol }) => plain(symbol) === plain(wanted));
  const words = plain(wanted).split(" ");
  return (
    exact ?? all.find(({ name }) => words.every((word) => plain(name).split(" ").includes(word)))
  );
}

async function latestPrice(
  { graph }: ToolContext,
  { id }: Instrument,
  period: { from: string | null; to: string | null; name: string | null },
  metrics: MetricName[],
) {
  const { instrument } = await graph(AdviceInstrumentDocument, {
    id,
    from: period.from,
    to: period.to,
    metrics,
  });
  const day = instrument?.metrics.to ?? null;
  if (day === null) return undefined;
  const prices = await graph(AdvicePriceDocument, { id, day });
  const close = prices.instrument?.prices.nodes[0]?.close;
  return close === undefined ? undefined : { day, close, values: instrument?.metrics.values ?? [] };
}

/** The last price of an instrument, its return and volatility. */
export const instrumentPrice = defineTool({
  name: "instrument",
  description: "Last price, return and volatility of an instrument by symbol or name.",
  input: z.object({
    instrument: z.string().trim().min(1).max(80),
    period: z.enum(PERIOD_NAMES).optional(),
  }),
  run: async (input, context) => {
    const chosen = chooseInstrument(await instrumentsOf(context), input.instrument);
    if (chosen === undefined) return [];
    const period =
      input.period === undefined
        ? { name: null, from: null, to: null }
        : periodFrom(input, context.today);
    const found = await latestPrice(context, chosen, period, [
      "CUMULATIVE_RETURN",
      "ANNUALISED_VOLATILITY",
    ]);
    if (found === undefined) return [];
    const row = {
      asOf: found.day,
      group: `instrument ${chosen.id}`,
      source: { kind: "METRIC", metric: `PRICE ${chosen.symbol}` } as const,
    };
    const during = period.name === null ? {} : { period: period.name };
    return context.sheet.add(
      { kind: "TEXT", value: chosen.name, label: "instrument", terms: { measures: [] }, ...row },
      {
        kind: "PRICE",
        value: found.close,
        currency: chosen.currency,
        label: "last price",
        terms: { measures: ["PRICE"] },
        ...row,
      },
      {
        kind: "DATE",
        value: found.day,
        label: "day of the price",
        terms: { measures: [] },
        ...row,
      },
      ...found.values.flatMap((metric) => {
        const isReturn = metric.metric === "CUMULATIVE_RETURN";
        const terms = { measures: [isReturn ? "RETURN" : "VOLATILITY"], ...during };
        return metricFact(metric, terms, { ...row, isChange: isReturn });
      }),
    );
  },
});

/** The last rate of a currency pair. */
export const exchangeRate = defineTool({
  name: "exchange_rate",
  description:
    "The last rate of a currency pair: amount of the quote currency for one unit of the base.",
  input: z.object({ base: z.string().regex(/^[A-Z]{3}$/), quote: z.string().regex(/^[A-Z]{3}$/) }),
  run: async ({ base, quote }, context) => {
    const pair = (await instrumentsOf(context)).find(
      ({ kind, baseCurrency, currency }) =>
        kind === "CURRENCY_PAIR" && baseCurrency === base && currency === quote,
    );
    const found =
      pair && (await latestPrice(context, pair, { name: null, from: null, to: null }, []));
    if (pair === undefined || found === undefined) return [];
    const row = {
      asOf: found.day,
      group: `rate ${pair.id}`,
      source: { kind: "METRIC", metric: `PRICE ${pair.symbol}` } as const,
    };
    return context.sheet.add(
      {
        kind: "PRICE",
        value: found.close,
        currency: quote,
        label: `${quote} for one ${base}`,
        terms: { measures: ["EXCHANGE_RATE"] },
        ...row,
      },
      { kind: "DATE", value: found.day, label: "day of the rate", terms: { measures: [] }, ...row },
    );
  },
});

export type AnyTool = Pick<Tool, "name" | "description" | "input"> & {
  readonly run: (input: never, context: ToolContext) => ReturnType<Tool["run"]>;
};
