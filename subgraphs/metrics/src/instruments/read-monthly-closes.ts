import type { Pool } from "@allfunds/platform/database";
import type { PriceRow } from "./parse-prices.ts";

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
