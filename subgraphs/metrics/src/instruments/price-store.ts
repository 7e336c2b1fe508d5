import { AppError, invalidInput } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import { withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { Instrument } from "./instrument-store.ts";
import type { PriceRow } from "./parse-prices.ts";

export interface PriceImport {
  instrument: Instrument;
  /** Days in the file. */
  rows: number;
  inserted: number;
  unchanged: number;
  /** Days whose stored price differed and was replaced. */
  corrected: number;
}

interface InstrumentDetails {
  symbol: string;
  name: string | null | undefined;
  currency: string;
}

const SYMBOL = /^[A-Za-z0-9.^:=_-]{1,32}$/;
const LONGEST_NAME = 200;

/**
 * Stores prices of an instrument, which is created when its symbol is new. Importing a file again
 * changes nothing.
 *
 * @param newId id of the instrument if it is created
 */
export async function importPrices(
  pool: Pool,
  tenantId: string,
  newId: string,
  details: InstrumentDetails,
  prices: readonly PriceRow[],
): Promise<PriceImport> {
  requireDetails(details);
  return withTransaction(pool, { tenantId }, async (client) => {
    const instrument = await takeInstrument(client, tenantId, newId, details);
    const { inserted, corrected } = await storePrices(client, tenantId, instrument.id, prices);
    const unchanged = prices.length - inserted - corrected;
    return { instrument, rows: prices.length, inserted, unchanged, corrected };
  });
}

function requireDetails({ symbol, name, currency }: InstrumentDetails): void {
  if (!SYMBOL.test(symbol))
    throw invalidInput("symbol", "must be 1 to 32 letters, digits or . ^ : = _ -");
  const length = name?.trim().length ?? 1;
  if (length < 1 || length > LONGEST_NAME)
    throw invalidInput("name", `must have 1 to ${LONGEST_NAME} characters`);
  currencyScale(currency);
}

// The update takes the row's lock, so that two imports of one instrument follow each other.
const TAKE_INSTRUMENT = `
  INSERT INTO instrument AS stored (tenant_id, instrument_id, symbol, name, currency)
  VALUES ($1, $2, $3, coalesce($4, $3), $5)
  ON CONFLICT ON CONSTRAINT instrument_symbol DO UPDATE SET name = coalesce($4, stored.name)
  RETURNING instrument_id AS id, symbol, name, currency`;

async function takeInstrument(
  client: DatabaseClient,
  tenantId: string,
  newId: string,
  { symbol, name, currency }: InstrumentDetails,
): Promise<Instrument> {
  const values = [tenantId, newId, symbol, name?.trim() ?? null, currency];
  const { rows } = await client.query<Instrument>(TAKE_INSTRUMENT, values);
  const instrument = rows[0]!;
  if (instrument.currency === currency) return instrument;
  throw new AppError(
    "CURRENCY_MISMATCH",
    `${symbol} is priced in ${instrument.currency}, not in ${currency}.`,
  );
}

// A row is new when no transaction has ever updated it: its xmax is zero.
const STORE_PRICES = `
  WITH written AS (
    INSERT INTO instrument_price AS stored (tenant_id, instrument_id, day, close)
    SELECT $1, $2, day, close FROM unnest($3::date[], $4::numeric[]) AS price (day, close)
    ON CONFLICT (tenant_id, instrument_id, day) DO UPDATE SET close = excluded.close
    WHERE stored.close <> excluded.close
    RETURNING xmax = 0 AS is_new
  )
  SELECT count(*) FILTER (WHERE is_new)::int AS inserted,
         count(*) FILTER (WHERE NOT is_new)::int AS corrected
  FROM written`;

async function storePrices(
  client: DatabaseClient,
  tenantId: string,
  instrumentId: string,
  prices: readonly PriceRow[],
): Promise<{ inserted: number; corrected: number }> {
  const { rows } = await client.query<{ inserted: number; corrected: number }>(STORE_PRICES, [
    tenantId,
    instrumentId,
    prices.map(({ day }) => day),
    prices.map(({ close }) => close),
  ]);
  return rows[0]!;
}

interface PriceRange {
  from?: string | null | undefined;
  to?: string | null | undefined;
}

const SELECT_PAGE = `
  SELECT day::text AS day, close::text AS close FROM instrument_price
  WHERE tenant_id = $1 AND instrument_id = $2
    AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)
    AND ($5::date IS NULL OR day > $5)
  ORDER BY day LIMIT $6`;

/** Prices in order of their days, after the given day. */
export async function listPrices(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
  { from, to, afterDay, limit }: PriceRange & { afterDay: string | null; limit: number },
): Promise<PriceRow[]> {
  const values = [tenantId, instrumentId, from ?? null, to ?? null, afterDay, limit];
  const { rows } = await pool.query<PriceRow>(SELECT_PAGE, values);
  return rows;
}

/** A price history as statistics take it: doubles, and the day of each. */
export interface PriceSeries {
  days: string[];
  closes: Float64Array;
}

const SELECT_SERIES = `
  SELECT coalesce(array_agg(day::text ORDER BY day), '{}') AS days,
         coalesce(array_agg(close::float8 ORDER BY day), '{}') AS closes
  FROM instrument_price
  WHERE tenant_id = $1 AND instrument_id = $2
    AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)`;

/** The whole price history within a range. */
export async function readPriceSeries(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
  { from, to }: PriceRange,
): Promise<PriceSeries> {
  const { rows } = await pool.query<{ days: string[]; closes: number[] }>(SELECT_SERIES, [
    tenantId,
    instrumentId,
    from ?? null,
    to ?? null,
  ]);
  return { days: rows[0]!.days, closes: Float64Array.from(rows[0]!.closes) };
}

const SELECT_CLOSES = `
  SELECT DISTINCT ON (date_trunc('month', day)) day::text AS day, close::text AS close
  FROM instrument_price WHERE tenant_id = $1 AND instrument_id = $2
  ORDER BY date_trunc('month', day), day DESC`;

/** The last price of every month that has one, oldest first. */
export async function readMonthlyCloses(
  pool: Pool,
  tenantId: string,
  instrumentId: string,
): Promise<PriceRow[]> {
  const { rows } = await pool.query<PriceRow>(SELECT_CLOSES, [tenantId, instrumentId]);
  return rows;
}
