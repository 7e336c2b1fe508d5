import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { InstrumentEntities } from "./instrument-entity.ts";
import type { Instrument } from "./instrument.ts";

/** The columns of an instrument. */
export const COLUMNS = `instrument_id AS id, symbol, name, currency, kind, base_currency AS "baseCurrency"`;

const SELECT_ONE = `SELECT ${COLUMNS} FROM instrument WHERE tenant_id = $1 AND instrument_id = $2`;

/** The instrument that figures are requested of, within the connection that reads them; INSTRUMENT_NOT_FOUND. */
export async function readInstrument(
  client: Pool | DatabaseClient,
  tenantId: string,
  id: string,
): Promise<Instrument> {
  const { rows } = isId(id)
    ? await client.query<Instrument>(SELECT_ONE, [tenantId, id])
    : { rows: [] };
  const [instrument] = rows;
  if (instrument !== undefined) return instrument;
  throw new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
}

/** Where instruments are listed and looked up. */
export type InstrumentOrm = TenantOrm<InstrumentEntities>;

/** The tenant's instrument of that id, or null. */
export async function findInstrument(
  orm: InstrumentOrm,
  tenantId: string,
  instrumentId: string,
): Promise<Instrument | null> {
  if (!isId(instrumentId)) return null;
  const row = await orm.as(tenantId, (em, { InstrumentEntity }) =>
    em.findOne(InstrumentEntity, { tenantId, instrumentId }),
  );
  return row === null ? null : toInstrument(row);
}

/** Instruments by symbol, after the given one. */
export async function listInstruments(
  orm: InstrumentOrm,
  tenantId: string,
  afterSymbol: string | null,
  limit: number,
): Promise<Instrument[]> {
  const rows = await orm.as(tenantId, (em, { InstrumentEntity }) =>
    em.find(
      InstrumentEntity,
      { tenantId, ...(afterSymbol === null ? {} : { symbol: { $gt: afterSymbol } }) },
      { orderBy: { symbol: "asc" }, limit },
    ),
  );
  return rows.map(toInstrument);
}

type Row = Omit<Instrument, "id" | "baseCurrency"> & {
  instrumentId: string;
  baseCurrency?: string | null | undefined;
};

const toInstrument = ({ instrumentId, symbol, name, currency, kind, baseCurrency }: Row) => ({
  id: instrumentId,
  symbol,
  name,
  currency,
  kind,
  baseCurrency: baseCurrency ?? null,
});
