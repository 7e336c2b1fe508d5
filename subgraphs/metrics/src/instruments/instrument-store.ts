import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";

/** Something with a price history, such as an index, a share or a fund's own unit. */
export interface Instrument {
  id: string;
  symbol: string;
  name: string;
  currency: string;
  kind: InstrumentKind;
  /** Of a currency pair: its price is the amount of `currency` for one unit of this. */
  baseCurrency: string | null;
}

export const InstrumentKind = {
  SECURITY: "SECURITY",
  INDEX: "INDEX",
  FUND_UNIT: "FUND_UNIT",
  CURRENCY_PAIR: "CURRENCY_PAIR",
} as const;
export type InstrumentKind = (typeof InstrumentKind)[keyof typeof InstrumentKind];

/** The columns of an instrument. */
export const COLUMNS = `instrument_id AS id, symbol, name, currency, kind, base_currency AS "baseCurrency"`;

const SELECT_ONE = `SELECT ${COLUMNS} FROM instrument WHERE tenant_id = $1 AND instrument_id = $2`;

/** The tenant's instrument of that id, or null. */
export async function findInstrument(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<Instrument | null> {
  if (!isId(id)) return null;
  const { rows } = await client.query<Instrument>(SELECT_ONE, [tenantId, id]);
  return rows[0] ?? null;
}

/** Like `findInstrument`, but throws INSTRUMENT_NOT_FOUND. */
export async function readInstrument(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<Instrument> {
  const instrument = await findInstrument(client, tenantId, id);
  if (instrument !== null) return instrument;
  throw new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
}

const SELECT_PAGE = `
  SELECT ${COLUMNS} FROM instrument
  WHERE tenant_id = $1 AND ($2::text IS NULL OR symbol > $2)
  ORDER BY symbol LIMIT $3`;

/** Instruments by symbol, after the given one. */
export async function listInstruments(
  pool: Pool,
  tenantId: string,
  afterSymbol: string | null,
  limit: number,
): Promise<Instrument[]> {
  const { rows } = await pool.query<Instrument>(SELECT_PAGE, [tenantId, afterSymbol, limit]);
  return rows;
}
