import { AppError, invalidInput } from "@allfunds/contract/errors";
import { requireScope, seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/contract/feed";
import { isId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { TenantPool } from "@allfunds/platform/tenancy";
import { readAccountMovements } from "../accounts/account-movements-sql.ts";
import { accountNotFound } from "../books/followed-books.ts";
import { readFundMovements } from "../funds/fund-movements-sql.ts";
import { readInstrument } from "../instruments/instrument-store.ts";
import { inReaderCurrency } from "../performance/performances.ts";
import { unitValues } from "../performance/performance.ts";
import { valuationsOf } from "../performance/valuations.ts";
import { readSeries } from "../prices/price-read.ts";
import type { Series } from "../series/series.ts";
import type { SimulationStep } from "./simulation-model.ts";

/** What an asset's history is of: exactly one of them. */
export interface HistoryOf {
  readonly instrumentId: string | null;
  /** The fund; of an account, the one that it is in. */
  readonly fundId: string | null;
  readonly accountId: string | null;
}

export interface HistoryParts {
  readonly pool: Pool;
  readonly reads: Pick<TenantPool, "seeing">;
}

const SELECT_FUND = `
  SELECT fund_id AS "fundId", 'ASSET' AS type FROM fund WHERE tenant_id = $1 AND fund_id = $2`;

const SELECT_ACCOUNT = `
  SELECT fund_id AS "fundId", type FROM account WHERE tenant_id = $1 AND account_id = $2`;

/**
 * The asset with the fund that it is in. FUND_NOT_FOUND and ACCOUNT_NOT_FOUND for what the caller may not see,
 * INSTRUMENT_NOT_FOUND, CURRENCY_MISMATCH for prices in another currency than the simulation's, FORBIDDEN without
 * the scope of the ledger, INVALID_INPUT for an account that is not valued.
 */
export async function resolveHistory<Of extends HistoryOf>(
  { pool, reads }: HistoryParts,
  request: RequestContext,
  asset: Of,
  { currency, path }: { readonly currency: string; readonly path: string },
): Promise<Of> {
  const { tenantId } = request;
  const { instrumentId, accountId, fundId } = asset;
  if (instrumentId !== null) {
    const instrument = await readInstrument(pool, tenantId, instrumentId);
    if (instrument.currency === currency) return asset;
    throw new AppError(
      "CURRENCY_MISMATCH",
      `${path}: ${instrument.symbol} is priced in ${instrument.currency}, not in ${currency}.`,
    );
  }
  requireScope(request, "ledger:read");
  const id = accountId ?? fundId ?? "";
  const granted = reads.seeing(grantsOf(request));
  const { rows } = isId(id)
    ? await granted.query<{ fundId: string; type: string }>(
        accountId === null ? SELECT_FUND : SELECT_ACCOUNT,
        [tenantId, id],
      )
    : { rows: [] };
  const [found] = rows;
  if (found === undefined || !seesFund(request, found.fundId)) {
    throw accountId === null ? fundNotFound() : accountNotFound();
  }
  if (found.type !== "ASSET" && found.type !== "LIABILITY") {
    throw invalidInput(`${path}.accountId`, "must be an account of assets or liabilities");
  }
  return { ...asset, fundId: found.fundId };
}

/** What the histories are read for. */
export interface HistoryRequest {
  readonly tenantId: string;
  readonly currency: string;
  readonly step: SimulationStep;
  /** Last day of the unit values. */
  readonly today: string;
}

/**
 * The prices of instruments, and the daily unit values of funds and accounts, which do not move with their flows,
 * in the simulation's currency. INSUFFICIENT_DATA names what cannot be valued. Whether the caller may see a fund was
 * decided when the simulation was requested.
 */
export async function readHistories(
  parts: HistoryParts,
  assets: readonly HistoryOf[],
  request: HistoryRequest,
): Promise<Series[]> {
  const histories: Series[] = [];
  for (const asset of assets) {
    histories.push(
      asset.instrumentId === null
        ? await readUnitValues(parts, asset, request)
        : await readPrices(parts.pool, request.tenantId, asset.instrumentId),
    );
  }
  return histories;
}

const readPrices = (pool: Pool, tenantId: string, instrumentId: string): Promise<Series> =>
  withTransaction(pool, { tenantId }, async (client) => {
    const adjustment = "SPLITS_AND_DIVIDENDS";
    const { series } = await readSeries(client, { tenantId, instrumentId, adjustment });
    return series;
  });

async function readUnitValues(
  { pool, reads }: HistoryParts,
  { fundId, accountId }: HistoryOf,
  { tenantId, currency, step, today }: HistoryRequest,
): Promise<Series> {
  if (fundId === null) throw fundNotFound();
  const granted = reads.seeing([fundId]);
  const range = { from: "0001-01-01", to: today };
  const movements =
    accountId === null
      ? (await readFundMovements(granted, tenantId, [fundId], range, currency)).get(fundId)
      : await readAccountMovements(granted, tenantId, accountId, range, currency);
  if (movements === undefined) throw accountId === null ? fundNotFound() : accountNotFound();
  const valuations = valuationsOf(await inReaderCurrency(pool, tenantId, movements, currency));
  const subject = accountId === null ? "FUND" : "ACCOUNT";
  const units = typeof valuations === "string" ? valuations : unitValues(valuations, subject);
  if (typeof units === "string") {
    throw new AppError("INSUFFICIENT_DATA", `${subject} ${accountId ?? fundId}: ${units}`);
  }
  const known = upTo(units, movements.days.at(-1)?.day ?? range.to);
  return step === "DAY" ? onWeekdays(known) : known;
}

/** Days after the last entry are no returns of nothing: they are not valued yet. */
function upTo({ times, values }: Series, day: string): Series {
  const end = Date.parse(day);
  return {
    times: times.filter((time) => time <= end),
    values: values.filter((_, index) => (times[index] ?? 0) <= end),
  };
}

/** Steps of days are trading days; on others a fund is worth what it was. */
function onWeekdays({ times, values }: Series): Series {
  const isWeekday = (_: number, index: number): boolean =>
    new Date(times[index] ?? 0).getUTCDay() % 6 !== 0;
  return { times: times.filter(isWeekday), values: values.filter(isWeekday) };
}
