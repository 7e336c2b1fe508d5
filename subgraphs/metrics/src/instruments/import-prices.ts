import { AppError, invalidInput } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import { withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { ParsedPrices } from "../prices/parse-prices.ts";
import { createStaging, mergeStaged } from "../prices/price-merge.ts";
import type { StagedRow } from "../prices/price-rows.ts";
import { StagedTimes } from "../prices/staged-times.ts";
import type { StorageProfile } from "../storage/profile.ts";
import { COLUMNS } from "./instrument-store.ts";
import type { Instrument, InstrumentKind } from "./instrument.ts";

export interface PriceImport {
  instrument: Instrument;
  /** Prices in the file. */
  rows: number;
  inserted: number;
  unchanged: number;
  /** Prices that differed from what was stored and replaced it. */
  corrected: number;
  /** Times that the file gives no price of. */
  withoutPrice: number;
}

/** How an instrument is named and priced. */
export interface InstrumentDetails {
  symbol: string;
  name: string | null | undefined;
  currency: string;
  /** SECURITY by default; an instrument that exists keeps its own. */
  kind?: InstrumentKind | null | undefined;
  baseCurrency?: string | null | undefined;
}

const SYMBOL = /^[A-Za-z0-9.^:=_-]{1,32}$/;
const LONGEST_NAME = 200;

interface ImportParts {
  readonly pool: Pool;
  readonly profile: StorageProfile;
}

/**
 * Stores prices of an instrument, which is created when its symbol is new. Importing a file again
 * changes nothing.
 *
 * @param newId id of the instrument if it is created
 */
export async function importPrices(
  { pool, profile }: ImportParts,
  tenantId: string,
  newId: string,
  details: InstrumentDetails,
  { granularity, rows, withoutPrice }: ParsedPrices,
): Promise<PriceImport> {
  const result = await withTransaction(pool, { tenantId }, async (client) => {
    const instrument = await takeInstrument(client, tenantId, newId, details);
    await createStaging(client, granularity);
    await stage(client, rows);
    const key = { tenantId, instrumentId: instrument.id };
    const staged = { granularity, times: StagedTimes.of(rows.map(({ ms }) => ms)) };
    const { inserted, corrected } = await mergeStaged(client, key, staged, profile);
    const unchanged = rows.length - inserted - corrected;
    return { instrument, rows: rows.length, inserted, unchanged, corrected, withoutPrice };
  });
  await profile.afterCommit(pool);
  return result;
}

/** Refuses a symbol, name or currency that an instrument cannot have. */
function requireDetails(details: InstrumentDetails): void {
  const { symbol, name, currency, kind, baseCurrency } = details;
  if (!SYMBOL.test(symbol))
    throw invalidInput("symbol", "must be 1 to 32 letters, digits or . ^ : = _ -");
  const length = name?.trim().length ?? 1;
  if (length < 1 || length > LONGEST_NAME)
    throw invalidInput("name", `must have 1 to ${LONGEST_NAME} characters`);
  currencyScale(currency);
  if ((kind === "CURRENCY_PAIR") !== (typeof baseCurrency === "string")) {
    throw invalidInput("baseCurrency", "must be given for a CURRENCY_PAIR, and for nothing else");
  }
  if (typeof baseCurrency !== "string") return;
  currencyScale(baseCurrency);
  if (baseCurrency === currency)
    throw invalidInput("baseCurrency", "must differ from the currency");
}

// The update takes the row's lock, so that two imports of one instrument follow each other.
const TAKE_INSTRUMENT = `
  INSERT INTO instrument AS stored (tenant_id, instrument_id, symbol, name, currency, kind, base_currency)
  VALUES ($1, $2, $3, coalesce($4, $3), $5, coalesce($6, 'SECURITY'), $7)
  ON CONFLICT ON CONSTRAINT instrument_symbol DO UPDATE SET name = coalesce($4, stored.name)
  RETURNING ${COLUMNS}`;

/**
 * The instrument of a symbol, which is created when it is new; throws CURRENCY_MISMATCH when it is priced in
 * another currency, and INVALID_INPUT when it is of another kind.
 */
export async function takeInstrument(
  client: DatabaseClient,
  tenantId: string,
  newId: string,
  details: InstrumentDetails,
): Promise<Instrument> {
  requireDetails(details);
  const { symbol, name, currency, kind = null, baseCurrency = null } = details;
  const values = [tenantId, newId, symbol, name?.trim() ?? null, currency, kind, baseCurrency];
  const { rows } = await client.query<Instrument>(TAKE_INSTRUMENT, values);
  const instrument = rows[0]!;
  if (instrument.currency !== currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `${symbol} is priced in ${instrument.currency}, not in ${currency}.`,
    );
  }
  const isOther = kind !== null && kind !== instrument.kind;
  if (isOther || (baseCurrency !== null && baseCurrency !== instrument.baseCurrency)) {
    throw invalidInput("kind", `${symbol} is a ${instrument.kind} already`);
  }
  return instrument;
}

const STAGE = `
  INSERT INTO staged_price (time, open, high, low, close, volume)
  SELECT * FROM unnest($1::timestamptz[], $2::numeric[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[])`;

async function stage(client: DatabaseClient, rows: readonly StagedRow[]): Promise<void> {
  const columns = (["time", "open", "high", "low", "close", "volume"] as const).map((name) =>
    rows.map((row) => row[name]),
  );
  await client.query(STAGE, columns);
}
