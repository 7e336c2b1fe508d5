import type { TenantReads } from "@allfunds/platform/tenancy";
import { addRates, ratesBetween } from "../books/book-rates-sql.ts";
import type { RatesJson } from "../books/book-rates-sql.ts";
import { BookRates } from "../books/book-rates.ts";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { addDays, earlier, later } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { BookedMovements } from "../performance/performances.ts";
import { MOST_PERFORMANCE_DAYS } from "../performance/valuations.ts";
import type { DayMovements } from "../performance/valuations.ts";

const OF_CURRENCY = "tenant_id = $1 AND fund_id = fund.fund_id AND currency = held.currency";

const RATES = ratesBetween({
  fund: "fund.fund_id",
  one: "held.currency",
  other: "coalesce($6::text, fund.currency)",
  from: "$4",
  to: "$3",
});

// One statement for several funds. What lies before the range comes from the roll-up by month.
const SELECT_MOVEMENTS = `
  SELECT fund.fund_id AS "fundId", fund.currency, coalesce(reached.position, 0)::float8 AS position,
    held.by_currency AS "byCurrency"
  FROM fund
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = fund.tenant_id AND reached.fund_id = fund.fund_id
    AND reached.follower = $5
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('currency', held.currency,
      'from', (SELECT min(bucket) FROM fund_day WHERE ${OF_CURRENCY} AND bucket <= $3),
      'opening', (SELECT sum(net_assets)::text FROM (
        SELECT net_assets FROM fund_month
        WHERE ${OF_CURRENCY} AND bucket < date_trunc('month', $4::date)::date
        UNION ALL
        SELECT net_assets FROM fund_day
        WHERE ${OF_CURRENCY} AND bucket >= date_trunc('month', $4::date)::date AND bucket < $4
      ) AS change),
      'days', (SELECT json_agg(array[bucket::text, net_assets::text, contributions::text,
          withdrawals::text, corrections::text] ORDER BY bucket) FROM fund_day
        WHERE ${OF_CURRENCY} AND bucket BETWEEN $4 AND $3),
      'rates', CASE WHEN held.currency <> coalesce($6::text, fund.currency) THEN ${RATES} END
    )) AS by_currency
    FROM (SELECT DISTINCT currency FROM account
          WHERE account.tenant_id = $1 AND account.fund_id = fund.fund_id) AS held
  ) AS held
  WHERE fund.tenant_id = $1 AND fund.fund_id = ANY($2::uuid[])`;

/** What a fund's performance is computed from. */
export interface FundMovements extends BookedMovements {
  readonly fundId: string;
  /** Book position the movements include. */
  readonly position: number;
}

interface HeldCurrency {
  currency: string;
  from: string | null;
  opening: string | null;
  days:
    | [day: string, net: string, contributed: string, withdrawn: string, corrected: string][]
    | null;
  rates: RatesJson | null;
}

interface Row {
  fundId: string;
  currency: string;
  position: number;
  byCurrency: HeldCurrency[] | null;
}

// A statement holds the days of so many funds at most: 3,660 days take about 300 kB as text.
const FUNDS_AT_ONCE = 25;

/**
 * Reads the movements of funds for a range of days, by fund; funds that are not followed are absent. A range
 * starts with the first entry at the earliest, and has the last 3,660 days at most. The rates are those to the
 * currency of a reader; to each fund's own when it is null.
 */
export async function readFundMovements(
  reads: TenantReads,
  tenantId: string,
  fundIds: readonly string[],
  { from, to }: DateRange,
  reader: string | null = null,
): Promise<Map<string, FundMovements>> {
  const first = later(from, addDays(to, 1 - MOST_PERFORMANCE_DAYS));
  const movements = new Map<string, FundMovements>();
  for (let start = 0; start < fundIds.length; start += FUNDS_AT_ONCE) {
    const ids = fundIds.slice(start, start + FUNDS_AT_ONCE);
    const values = [tenantId, ids, to, first, FOLLOWER_NAME, reader] as const;
    const { rows } = await reads.query<Row>(SELECT_MOVEMENTS, values, { prepared: true });
    for (const row of rows) movements.set(row.fundId, toMovements(row, { from: first, to }));
  }
  return movements;
}

function toMovements({ byCurrency, ...fund }: Row, { from, to }: DateRange): FundMovements {
  const opening = new Map<string, bigint>();
  const days: DayMovements[] = [];
  const rates = new BookRates([]);
  let inception: string | null = null;
  for (const held of byCurrency ?? []) {
    if (held.from === null) continue;
    inception = inception === null ? held.from : earlier(inception, held.from);
    opening.set(held.currency, BigInt(held.opening ?? 0));
    for (const [day, net, contributed, withdrawn, corrected] of held.days ?? []) {
      days.push({
        day,
        currency: held.currency,
        netAssets: BigInt(net),
        contributions: BigInt(contributed),
        withdrawals: BigInt(withdrawn),
        corrections: BigInt(corrected),
      });
    }
    addRates(rates, held.rates);
  }
  days.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const range = inception === null ? null : { from: later(from, inception), to };
  return { ...fund, range, opening, days, rates };
}
