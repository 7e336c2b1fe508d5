import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/contract/feed";
import { isId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PerformanceContext } from "../performance/performance-graphql.ts";
import { readFundMovements } from "../funds/fund-movements-sql.ts";
import type { FundMovements } from "../funds/fund-movements-sql.ts";
import { readInstrument } from "../instruments/instrument-store.ts";
import { readCloses } from "../instruments/price-store.ts";
import { inReaderCurrency } from "../performance/performances.ts";
import { unitValues } from "../performance/performance.ts";
import { valuationsOf } from "../performance/valuations.ts";
import { addDays } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";

/** A holding of a portfolio with its prices or unit values in the portfolio's currency. */
export interface Holding {
  readonly instrumentId: string | null;
  readonly fundId: string | null;
  readonly weight: number;
  readonly series: Series;
}

/** Which holdings; a range without a beginning has a year. */
interface WantedHoldings {
  /** Null for all funds that may be seen. */
  readonly wanted:
    | readonly {
        readonly instrumentId?: string | null;
        readonly fundId?: string | null;
        readonly weight?: number | null;
      }[]
    | null;
  readonly currency: string;
  readonly range: { readonly from: string | null; readonly to: string };
}

const DEFAULT_DAYS = 365;
const MOST_FUNDS = 50;

/** Reads the holdings of a portfolio. INSUFFICIENT_DATA names one that cannot be valued. */
export async function readHoldings(
  pool: Pool,
  { request, reads }: PerformanceContext,
  { wanted, currency, range: { from, to } }: WantedHoldings,
): Promise<Holding[]> {
  const { tenantId } = request;
  const range = { from: from ?? addDays(to, -DEFAULT_DAYS), to };
  const granted = reads.seeing(grantsOf(request));
  const all = wanted ?? (await readFundIds(granted, tenantId)).map((fundId) => ({ fundId }));
  const fundIds = all.flatMap(({ fundId }) => (fundId ? [requireId(fundId)] : []));
  const movements = await readFundMovements(granted, tenantId, fundIds, range, currency);
  const read = all.map(async (holding) => {
    const { instrumentId = null, fundId = null, weight = null } = holding as Partial<Holding>;
    if (fundId !== null) {
      const valued = await valueFund(pool, tenantId, movements.get(fundId), currency);
      return { instrumentId, fundId, weight: weight ?? valued.worth, series: valued.series };
    }
    const series = await readPrices(pool, tenantId, instrumentId ?? "", { currency, ...range });
    return { instrumentId, fundId, weight: weight ?? 0, series };
  });
  const holdings = await Promise.all(read);
  return all.every((holding) => typeof (holding as Partial<Holding>).weight === "number")
    ? holdings
    : byWorth(holdings);
}

/** Weights that add up to one, from what each holding is worth. */
function byWorth(holdings: readonly Holding[]): Holding[] {
  const total = holdings.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) {
    throw new AppError("INSUFFICIENT_DATA", "The funds are worth nothing together.");
  }
  return holdings.map((holding) => ({ ...holding, weight: holding.weight / total }));
}

const SELECT_FUNDS = `
  SELECT fund_id AS id FROM fund WHERE tenant_id = $1 ORDER BY fund_id LIMIT ${MOST_FUNDS + 1}`;

async function readFundIds(reads: TenantReads, tenantId: string): Promise<string[]> {
  const { rows } = await reads.query<{ id: string }>(SELECT_FUNDS, [tenantId]);
  if (rows.length === 0) throw new AppError("INSUFFICIENT_DATA", "There are no funds.");
  if (rows.length > MOST_FUNDS) {
    throw invalidInput("input.holdings", `must be given: there are more than ${MOST_FUNDS} funds`);
  }
  return rows.map(({ id }) => id);
}

function requireId(fundId: string): string {
  if (!isId(fundId)) throw fundNotFound();
  return fundId;
}

async function valueFund(
  pool: Pool,
  tenantId: string,
  movements: FundMovements | undefined,
  currency: string,
): Promise<{ series: Series; worth: number }> {
  if (movements === undefined) throw fundNotFound();
  const converted = await inReaderCurrency(pool, tenantId, movements, currency);
  const valuations = valuationsOf(converted);
  const series = typeof valuations === "string" ? valuations : unitValues(valuations, "FUND");
  if (typeof series === "string" || typeof valuations === "string") {
    const reason = typeof series === "string" ? series : "It has no valuation.";
    throw new AppError("INSUFFICIENT_DATA", `Fund ${movements.fundId}: ${reason}`);
  }
  return { series, worth: valuations.values.at(-1) ?? 0 };
}

async function readPrices(
  pool: Pool,
  tenantId: string,
  id: string,
  form: { readonly currency: string; readonly from: string; readonly to: string },
): Promise<Series> {
  const { id: instrumentId, symbol } = await readInstrument(pool, tenantId, id);
  const priced = { tenantId, instrumentId, adjusted: true, ...form };
  const { series, conversion } = await readCloses(pool, priced);
  const reason = conversion?.unavailable ?? null;
  if (reason !== null) throw new AppError("INSUFFICIENT_DATA", `${symbol}: ${reason}`);
  return series;
}
