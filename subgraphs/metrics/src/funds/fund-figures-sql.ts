import type { TenantReads } from "@allfunds/platform/tenancy";
import { BookRates } from "../books/book-rates.ts";
import { addRates, ratesBetween } from "../books/book-rates-sql.ts";
import type { RatesJson } from "../books/book-rates-sql.ts";
import { CASH_LISTED } from "../books/followed-books.ts";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { RATES_POSITION } from "../exchange-rates/recorded-rates-sql.ts";
import { addDays, earlier, later } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import { flowKey, FLOW_DAYS, RECENT_DAYS } from "./fund-figures.ts";
import type { Balances, DayFlows, Flows, FundFigures } from "./fund-figures.ts";

const OF_CURRENCY = "tenant_id = $1 AND fund_id = fund.fund_id AND currency = held.currency";
const TARGET = "coalesce($6::text, fund.currency)";
const RATES = ratesBetween({
  fund: "fund.fund_id",
  one: "held.currency",
  other: TARGET,
  from: "$4",
  to: "$3",
});

// One statement for any number of funds, so it is one round trip and one state of the database. The days
// are found by currency, because the key of the series begins with it.
const SELECT_FIGURES = `
  SELECT fund.fund_id AS "fundId", ${TARGET} AS currency, coalesce(reached.position, 0)::float8 AS position,
    ${RATES_POSITION} AS "ratesPosition",
    cash.count::int AS "cashCount", cash.listed AS "cashListed", held.by_currency AS "byCurrency"
  FROM fund
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = fund.tenant_id AND reached.fund_id = fund.fund_id
    AND reached.follower = $5
  CROSS JOIN LATERAL (
    SELECT count(*) AS count,
           array_agg(code || ' ' || name ORDER BY code) FILTER (WHERE nth <= ${CASH_LISTED}) AS listed
    FROM (SELECT code, name, row_number() OVER (ORDER BY code) AS nth FROM account
          WHERE account.tenant_id = $1 AND account.fund_id = fund.fund_id
            AND counts_as_cash) AS cash_account
  ) AS cash
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('currency', held.currency,
      'from', (SELECT min(bucket) FROM fund_day WHERE ${OF_CURRENCY} AND bucket <= $3),
      'to', (SELECT max(bucket) FROM fund_day WHERE ${OF_CURRENCY} AND bucket <= $3),
      'sums', (SELECT array[sum(cash), sum(assets), sum(liabilities)]::text[] FROM (
        SELECT cash, assets, liabilities FROM fund_month
        WHERE ${OF_CURRENCY} AND bucket < date_trunc('month', $3::date)::date
        UNION ALL
        SELECT cash, assets, liabilities FROM fund_day
        WHERE ${OF_CURRENCY} AND bucket BETWEEN date_trunc('month', $3::date)::date AND $3
      ) AS change),
      'flows', CASE WHEN held.currency = ${TARGET} THEN
        (SELECT array[
          sum(inflow) FILTER (WHERE bucket > $3::date - ${RECENT_DAYS}),
          sum(outflow) FILTER (WHERE bucket > $3::date - ${RECENT_DAYS}),
          sum(inflow), sum(outflow)]::text[]
        FROM fund_day WHERE ${OF_CURRENCY} AND bucket BETWEEN $4 AND $3) END,
      'otherFlows', CASE WHEN held.currency <> ${TARGET} THEN
        (SELECT json_agg(array[bucket::text, inflow::text, outflow::text]) FROM fund_day
        WHERE ${OF_CURRENCY} AND bucket BETWEEN $4 AND $3 AND (inflow <> 0 OR outflow <> 0)) END,
      'rates', CASE WHEN held.currency <> ${TARGET} THEN ${RATES} END
    )) AS by_currency
    FROM (SELECT DISTINCT currency FROM account
          WHERE account.tenant_id = $1 AND account.fund_id = fund.fund_id) AS held
  ) AS held
  WHERE fund.tenant_id = $1 AND fund.fund_id = ANY($2::uuid[])`;

interface HeldCurrency {
  currency: string;
  from: string | null;
  to: string | null;
  sums: [cash: string | null, assets: string | null, liabilities: string | null];
  flows: (string | null)[] | null;
  otherFlows: [day: string, inflow: string, outflow: string][] | null;
  rates: RatesJson | null;
}

interface Row {
  fundId: string;
  currency: string;
  position: number;
  ratesPosition: number;
  cashCount: number;
  cashListed: string[] | null;
  byCurrency: HeldCurrency[] | null;
}

/**
 * Reads the figures of funds as of `today` in one statement, by fund; funds that are not followed are absent. In
 * the currency of a reader when there is one, with the rates to it.
 */
export async function readFundFigures(
  reads: TenantReads,
  tenantId: string,
  fundIds: readonly string[],
  today: string,
  reader: string | null = null,
): Promise<Map<string, FundFigures>> {
  const first = addDays(today, 1 - FLOW_DAYS);
  const { rows } = await reads.query<Row>(
    SELECT_FIGURES,
    [tenantId, fundIds, today, first, FOLLOWER_NAME, reader],
    { prepared: true },
  );
  return new Map(rows.map((row) => [row.fundId, toFigures(row, today)]));
}

function toFigures(row: Row, today: string): FundFigures {
  const balances = new Map<string, Balances>();
  let flows30d: Flows = { inflow: 0n, outflow: 0n };
  let flows90d: Flows = { inflow: 0n, outflow: 0n };
  const otherFlows = new Map<string, DayFlows>();
  const rates = new BookRates([]);
  let history: DateRange | null = null;
  for (const held of row.byCurrency ?? []) {
    const { currency, from, to } = held;
    // A first posting in the currency is converted as well.
    addRates(rates, held.rates);
    if (from === null || to === null) continue;
    history =
      history === null
        ? { from, to }
        : { from: earlier(history.from, from), to: later(history.to, to) };
    const [cash = 0n, assets = 0n, liabilities = 0n] = held.sums.map(minorOf);
    balances.set(currency, { cash, assets, liabilities });
    if (held.flows !== null) {
      const [in30d = 0n, out30d = 0n, in90d = 0n, out90d = 0n] = held.flows.map(minorOf);
      flows30d = { inflow: in30d, outflow: out30d };
      flows90d = { inflow: in90d, outflow: out90d };
    }
    for (const [day, inflow, outflow] of held.otherFlows ?? []) {
      const flow = { currency, day, inflow: BigInt(inflow), outflow: BigInt(outflow) };
      otherFlows.set(flowKey(flow), flow);
    }
  }
  const { fundId, currency, position, ratesPosition, cashCount, cashListed } = row;
  const cashAccounts = { count: cashCount, listed: cashListed ?? [] };
  return {
    fundId,
    currency,
    position,
    ratesPosition,
    asOf: today,
    cashAccounts,
    rates,
    balances,
    flows30d,
    flows90d,
    otherFlows,
    history,
  };
}

const minorOf = (sum: string | null): bigint => BigInt(sum ?? 0);
