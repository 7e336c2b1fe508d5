import type { Pool } from "@allfunds/platform/database";
import type { PriceRow } from "./parse-prices.ts";

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
