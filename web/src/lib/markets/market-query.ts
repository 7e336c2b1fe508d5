import type {
  DirectionHorizon,
  IndicatorKind,
  IndicatorRequest,
  PriceInterval,
} from "../graph/graph-types.generated.ts";
import { monthsBefore } from "../performance/performance-range.ts";

/** How far back a chart goes, and the bars it is made of: never more of them than one page of the graph has. */
export const RANGES = [
  { name: "3m", months: 3, interval: "DAY" },
  { name: "6m", months: 6, interval: "DAY" },
  { name: "1y", months: 12, interval: "WEEK" },
  { name: "3y", months: 36, interval: "WEEK" },
  { name: "all", months: null, interval: "MONTH" },
] as const satisfies readonly {
  readonly name: string;
  readonly months: number | null;
  readonly interval: PriceInterval;
}[];
export type MarketRange = (typeof RANGES)[number];

/** The indicators that can be chosen, with their usual parameters; where they stand decides their units. */
export const INDICATORS = [
  "SMA",
  "EMA",
  "BBANDS",
  "RSI",
  "MACD",
  "ATR",
] as const satisfies IndicatorKind[];
type Indicator = (typeof INDICATORS)[number];
const PARAMETERS: Readonly<Record<Indicator, IndicatorRequest["parameters"]>> = {
  SMA: { period: 20 },
  EMA: { period: 20 },
  BBANDS: { period: 20 },
  RSI: { period: 14 },
  MACD: {},
  ATR: { period: 14 },
};

export const HORIZONS = ["DAY", "WEEK", "MONTH"] as const satisfies DirectionHorizon[];

/** What the page of an instrument shows. */
export interface MarketQuery {
  readonly range: MarketRange;
  readonly indicators: readonly Indicator[];
  readonly horizon: DirectionHorizon;
  /** Cursor of the page of news. */
  readonly after: string | null;
}

/** Reads the address; what it does not have, or has wrong, is as on the first visit. */
export function readMarketQuery(search: URLSearchParams): MarketQuery {
  const chosen = search.getAll("indicator");
  return {
    range: RANGES.find(({ name }) => name === search.get("range")) ?? RANGES[1],
    indicators: INDICATORS.filter((kind) => chosen.includes(kind)),
    horizon: HORIZONS.find((horizon) => horizon === search.get("horizon")) ?? "WEEK",
    after: search.get("after"),
  };
}

export const requestsOf = ({ indicators }: MarketQuery): IndicatorRequest[] =>
  indicators.map((kind) => ({ kind, parameters: PARAMETERS[kind] }));

/** The first day of a range that ends with the last price; null for all of them. */
export const firstDayOf = ({ months }: MarketRange, lastDay: string | null): string | null =>
  months === null || lastDay === null ? null : monthsBefore(lastDay, months);

/** Whether an instrument fits what was typed: every word is in its symbol or name. */
export function fitsInstrument(
  { symbol, name }: { readonly symbol: string; readonly name: string },
  typed: string,
): boolean {
  const text = `${symbol} ${name}`.toLocaleLowerCase();
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
