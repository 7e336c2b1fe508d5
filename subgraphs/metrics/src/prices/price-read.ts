import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isCalendarDate } from "@allfunds/platform/dates";
import { isId } from "@allfunds/platform/ids";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { absence } from "../absences/absence.ts";
import { closesOf, type Bars, type Series } from "../series/series.ts";
import { BarColumns } from "./bar-columns.ts";
import { adjustBars, adjustmentFactors, readEffectiveActions } from "./corporate-actions.ts";
import { conversionSteps, convertBars, readPairs } from "./currency-conversion.ts";
import { toLongerBars } from "./longer-bars.ts";
import { barsSql } from "./price-sql.ts";
import type { PriceInterval } from "./price-sql.ts";

/** Which corporate actions earlier prices are taken for as if they had always been so. */
export const PriceAdjustment = {
  NONE: "NONE",
  SPLITS: "SPLITS",
  SPLITS_AND_DIVIDENDS: "SPLITS_AND_DIVIDENDS",
} as const;
export type PriceAdjustment = keyof typeof PriceAdjustment;

/** Which prices of an instrument are read, and how. */
export interface PriceRequest {
  readonly tenantId: string;
  readonly instrumentId: string;
  /** First calendar day in UTC, or first instant (ISO 8601); from the first price by default. */
  readonly from?: string | null | undefined;
  /** Last calendar day in UTC, or last instant; to the last price by default. */
  readonly to?: string | null | undefined;
  /** Days by default. A bucket's time is its start in UTC; weeks start on Monday. */
  readonly interval?: PriceInterval;
  /** The prices as they were known at this instant; as they are known now by default. */
  readonly knownAt?: Date | null | undefined;
  /** None by default: the prices as they were. */
  readonly adjustment?: PriceAdjustment;
}

/** What was read, with the version of the series: equal versions mean equal prices. */
export interface VersionedSeries {
  readonly series: Series;
  readonly version: string;
}

export interface VersionedBars {
  readonly bars: Bars;
  readonly version: string;
}

/** Most prices that one read holds in memory: 240 MB of bars. */
const MOST_POINTS = 5_000_000;
/** Prices fetched at a time: so few that their bytes are turned into numbers within a millisecond or two. */
const PAGE = 50_000;
const FIELDS = 6;
const MS_PER_DAY = 86_400_000;

/**
 * Reads the closes of an instrument. The interval DAY takes the day's own price where there is one, and
 * the bar of the day's instants otherwise; POINT takes the instants, and the day's own price of days without
 * any. Throws INSTRUMENT_NOT_FOUND, and INVALID_INPUT for a range that cannot be read.
 */
export async function readSeries(
  client: Pool | DatabaseClient,
  request: PriceRequest,
): Promise<VersionedSeries> {
  if (isAdjusted(request)) {
    const { bars, version } = await readAdjusted(client, request);
    return { series: closesOf(bars), version };
  }
  const { columns, version } = await readColumns(client, request, [0, 4]);
  const [times, values] = columns as [Float64Array, Float64Array];
  return { series: { times, values }, version };
}

/** Like `readSeries`, with open, high, low and volume, which are NaN where they are not known. */
export async function readBars(
  client: Pool | DatabaseClient,
  request: PriceRequest,
): Promise<VersionedBars> {
  if (isAdjusted(request)) return readAdjusted(client, request);
  const { interval } = request;
  if (interval !== "WEEK" && interval !== "MONTH") return readRaw(client, request);
  const { bars, version } = await readRaw(client, { ...request, interval: "DAY" });
  return { bars: toLongerBars(bars, interval), version };
}

const isAdjusted = ({ adjustment = "NONE" }: PriceRequest): boolean => adjustment !== "NONE";

async function readRaw(
  client: Pool | DatabaseClient,
  request: PriceRequest,
): Promise<VersionedBars> {
  const { columns, version } = await readColumns(client, request, [0, 1, 2, 3, 4, 5]);
  const [times, open, high, low, close, volume] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { bars: { times, open, high, low, close, volume }, version };
}

async function readAdjusted(
  client: Pool | DatabaseClient,
  request: PriceRequest,
): Promise<VersionedBars> {
  const { interval = "DAY", knownAt = null, adjustment, tenantId, instrumentId } = request;
  const known = await readEffectiveActions(client, { tenantId, instrumentId }, knownAt);
  const actions = known.filter(
    ({ kind }) => kind === "SPLIT" || adjustment === "SPLITS_AND_DIVIDENDS",
  );
  if (actions.length === 0) return readBars(client, { ...request, adjustment: "NONE" });
  // A week or month with an action in it has prices of both kinds, so its days are adjusted first.
  const isLonger = interval === "WEEK" || interval === "MONTH";
  const raw = await readRaw(client, isLonger ? { ...request, interval: "DAY" } : request);
  const lastDividend = actions.findLast(({ kind }) => kind === "DIVIDEND");
  let closes: Series = { times: new Float64Array(0), values: new Float64Array(0) };
  if (lastDividend !== undefined) {
    // Prices that come once a quarter are older than a dividend by months.
    const before = { tenantId, instrumentId, knownAt, to: lastDividend.exDate };
    closes = (await readSeries(client, before)).series;
  }
  const bars = adjustBars(raw.bars, adjustmentFactors(actions, closes));
  return { bars: isLonger ? toLongerBars(bars, interval) : bars, version: raw.version };
}

/** How bars were converted to a currency. */
export interface Conversion {
  readonly currency: string;
  /** The symbols of the pairs, in the order of their use; empty when it is its own currency. */
  readonly path: readonly string[];
  /** Bars that are left out, because no rate of the seven days up to them is known. */
  readonly withoutRate: number;
  /** Epoch milliseconds of the newest rate that was used; null when none was. */
  readonly lastRate: number | null;
  /** Why nothing is converted; then there are no bars. */
  readonly unavailable: string | null;
}

/** Bars with how they were converted; null when they are as they are stored. */
export interface ConvertedBars extends VersionedBars {
  readonly conversion: Conversion | null;
}

/**
 * Reads the bars of an instrument in a currency, by `conversionSteps`; in its own when the currency is null.
 * Days are converted at the close of the pair's day; weeks and months are those of converted days.
 */
export async function readBarsIn(
  client: Pool | DatabaseClient,
  currency: string | null,
  request: PriceRequest,
): Promise<ConvertedBars> {
  const { interval = "DAY", tenantId, knownAt = null } = request;
  const own = currency === null ? null : await readCurrency(client, request);
  if (currency === null || currency === own) {
    return { ...(await readBars(client, request)), conversion: null };
  }
  const isLonger = interval === "WEEK" || interval === "MONTH";
  const fine = isLonger ? "DAY" : interval;
  const read = () => readBars(client, { ...request, interval: fine });
  const between = { tenantId, from: own ?? "", to: currency, interval: fine, knownAt };
  const { bars, ...converted } = await convertRead(client, between, read);
  return { ...converted, bars: isLonger ? toLongerBars(bars, interval) : bars };
}

interface Exchange extends Pick<PriceRequest, "tenantId" | "interval" | "knownAt"> {
  readonly from: string;
  readonly to: string;
}

/** Converts bars from a currency to another, by `conversionSteps`; they are read only when there is a way. */
export async function convertRead(
  client: Pool | DatabaseClient,
  { tenantId, from, to, interval = "DAY", knownAt = null }: Exchange,
  read: () => Promise<VersionedBars>,
): Promise<ConvertedBars> {
  const steps = conversionSteps(await readPairs(client, tenantId), from, to);
  if (steps === null) return { ...NO_BARS, conversion: noWay(from, to) };
  let { bars, version } = await read();
  let [withoutRate, lastRate] = [0, null as number | null];
  for (const step of steps) {
    const { instrumentId } = step.pair;
    const rates = await readSeries(client, { tenantId, instrumentId, interval, knownAt });
    const converted = convertBars(bars, rates.series, step);
    bars = converted.bars;
    withoutRate += converted.withoutRate;
    lastRate = earliest(lastRate, converted.lastRate);
    version += ` ${rates.version}`;
  }
  const path = steps.map(({ pair }) => pair.symbol);
  const conversion = { currency: to, path, withoutRate, lastRate, unavailable: null };
  return { bars, version, conversion };
}

const NO_BARS: VersionedBars = {
  bars: {
    times: new Float64Array(0),
    open: new Float64Array(0),
    high: new Float64Array(0),
    low: new Float64Array(0),
    close: new Float64Array(0),
    volume: new Float64Array(0),
  },
  version: "none",
};

const noWay = (from: string, currency: string): Conversion => ({
  currency,
  path: [],
  withoutRate: 0,
  lastRate: null,
  unavailable: absence("NO_RATE_PATH", { from, currency }),
});

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

async function readCurrency(
  client: Pool | DatabaseClient,
  { tenantId, instrumentId }: PriceRequest,
): Promise<string> {
  const { rows } = isId(instrumentId)
    ? await client.query<{ currency: string }>(
        "SELECT currency FROM instrument WHERE tenant_id = $1 AND instrument_id = $2",
        [tenantId, instrumentId],
      )
    : { rows: [] };
  const [row] = rows;
  if (row !== undefined) return row.currency;
  throw new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
}

interface Columns {
  readonly columns: readonly Float64Array[];
  readonly version: string;
}

interface PageRow {
  readonly version: string;
  readonly packed: Buffer | null;
}

/** Reads fields of bars: of time, open, high, low, close and volume, by their places. */
async function readColumns(
  client: Pool | DatabaseClient,
  request: PriceRequest,
  fields: readonly number[],
): Promise<Columns> {
  const { instrumentId, interval = "DAY", knownAt = null } = request;
  if (!isId(instrumentId)) throw noInstrument();
  const text = barsSql("PACKED", interval, knownAt !== null);
  const { from, until } = spanOf(request);
  const bars = new BarColumns(FIELDS, fields, MOST_POINTS);
  let version: string | undefined;
  for (let start = from; ;) {
    const values = valuesOf(request, { from: start, until }, PAGE);
    const [row] = (await client.query<PageRow>(text, values)).rows;
    if (row === undefined) throw noInstrument();
    if (version !== undefined && row.version !== version) {
      // A change came between two pages: what was read before may not belong to it.
      bars.clear();
      version = undefined;
      start = from;
      continue;
    }
    version = row.version;
    if (row.packed !== null) await bars.add(row.packed);
    if (bars.length > MOST_POINTS) {
      throw invalidInput(
        "from",
        `the range holds more than ${MOST_POINTS} prices; use an interval`,
      );
    }
    if ((row.packed?.length ?? 0) < PAGE * FIELDS * Float64Array.BYTES_PER_ELEMENT) break;
    start = bars.last + 1;
  }
  return { columns: bars.take(), version: `${instrumentId}:${version}` };
}

const noInstrument = (): AppError =>
  new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");

/** A bar as it is stored: decimal strings, null for a part that is not known. */
export interface ExactBar {
  /** The start of its bucket. */
  readonly at: Date;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string;
  readonly volume: string | null;
}

/**
 * Like `readBars`, with every decimal as it was stored; an unknown instrument has none. `after` is the time of a
 * bar in epoch milliseconds, with which a page before it ended.
 */
export async function readExactBars(
  client: Pool | DatabaseClient,
  request: PriceRequest & { readonly after?: number | null },
  limit: number,
): Promise<ExactBar[]> {
  const { interval = "DAY", knownAt = null } = request;
  const after = typeof request.after === "number" ? new Date(request.after) : null;
  if (!isId(request.instrumentId)) return [];
  const text = barsSql("EXACT", interval, knownAt !== null);
  const values = valuesOf(request, spanOf(request), Number.isFinite(limit) ? limit : null);
  const { rows } = await client.query<ExactBar>(text, [...values, after]);
  return rows;
}

/** Digits of adjusted prices, which are quotients. */
const ADJUSTED_DIGITS = 12;

/** Like `readExactBars`, adjusted for corporate actions. Throws INVALID_INPUT for bars within days. */
export async function readAdjustedBars(
  client: Pool | DatabaseClient,
  request: PriceRequest & { readonly after?: number | null },
  limit: number,
): Promise<ExactBar[]> {
  const { interval = "DAY", after } = request;
  if (interval === "HOUR" || interval === "POINT")
    throw invalidInput("adjustment", "is for bars of days, weeks and months");
  if (!isId(request.instrumentId)) return [];
  const { bars } = await readBars(client, request);
  const start =
    typeof after === "number" ? bars.times.findLastIndex((time) => time <= after) + 1 : 0;
  const end = Math.min(bars.times.length, start + limit);
  return Array.from({ length: end - start }, (_, nth) => start + nth).map((at) => ({
    at: new Date(bars.times[at] ?? NaN),
    open: decimalAt(bars.open, at),
    high: decimalAt(bars.high, at),
    low: decimalAt(bars.low, at),
    close: decimalAt(bars.close, at) ?? "",
    volume: decimalAt(bars.volume, at),
  }));
}

/** A decimal without an exponent; null for a part that is not known. */
function decimalAt(values: Float64Array, at: number): string | null {
  const value = values[at] ?? NaN;
  if (Number.isNaN(value)) return null;
  const rounded = Number(value.toPrecision(ADJUSTED_DIGITS));
  const text = String(rounded);
  return text.includes("e") ? rounded.toFixed(20).replace(/\.?0+$/, "") : text;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

function valuesOf(
  { tenantId, instrumentId, knownAt }: PriceRequest,
  { from, until }: Span,
  limit: number | null,
): unknown[] {
  const instants = [instantText(from), instantText(until)];
  const known = knownAt ? [knownAt] : [];
  return [tenantId, instrumentId, ...instants, limit, ...known];
}

/** The range in epoch milliseconds, its end not in it; infinite where it is open. */
function spanOf({ from, to }: PriceRequest): Span {
  const start = from ? instantOf("from", from) : -Infinity;
  const end = to ? instantOf("to", to) : Infinity;
  const until = to && isCalendarDate(to) ? end + MS_PER_DAY : end + 1;
  if (start >= until) throw invalidInput("from", "is after to");
  return { from: start, until };
}

function instantOf(path: string, text: string): number {
  const instant = isCalendarDate(text) ? Date.parse(`${text}T00:00:00Z`) : instantMs(text);
  if (!Number.isNaN(instant)) return instant;
  throw invalidInput(path, "is neither a calendar date nor an instant with its offset from UTC");
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const instantMs = (text: string): number => (ISO_INSTANT.test(text) ? Date.parse(text) : NaN);

/** Every price lies between them; infinite bounds are out of range where TimescaleDB adds to them. */
const FIRST_INSTANT = "1000-01-01T00:00:00Z";
const LAST_INSTANT = "9999-12-31T00:00:00Z";

function instantText(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  return ms < 0 ? FIRST_INSTANT : LAST_INSTANT;
}
