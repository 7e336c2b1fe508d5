import { AppError } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { addRates, ratesBetween } from "../books/book-rates-sql.ts";
import type { RatesJson } from "../books/book-rates-sql.ts";
import { BookRates } from "../books/book-rates.ts";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import type { BookedMovements } from "../performance/performances.ts";
import { MOST_PERFORMANCE_DAYS } from "../performance/valuations.ts";
import type { DayMovements } from "../performance/valuations.ts";
import { addDays, later } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";

const OF_ACCOUNT = "tenant_id = $1 AND account_id = account.account_id";

const RATES = ratesBetween({
  fund: "account.fund_id",
  one: "account.currency",
  other: "$6::text",
  from: "$4",
  to: "$3",
});

// What lies before the range comes from the roll-up by month.
const SELECT_MOVEMENTS = `
  SELECT account.fund_id AS "fundId", account.type, account.currency,
    coalesce(reached.position, 0)::float8 AS position,
    (SELECT min(bucket)::text FROM account_day WHERE ${OF_ACCOUNT} AND bucket <= $3) AS "from",
    (SELECT coalesce(sum(moved), 0)::text FROM (
      SELECT moved FROM account_month
      WHERE ${OF_ACCOUNT} AND bucket < date_trunc('month', $4::date)::date
      UNION ALL
      SELECT moved FROM account_day
      WHERE ${OF_ACCOUNT} AND bucket >= date_trunc('month', $4::date)::date AND bucket < $4
    ) AS change) AS opening,
    (SELECT json_agg(array[bucket::text, moved::text, result::text] ORDER BY bucket)
      FROM account_day WHERE ${OF_ACCOUNT} AND bucket BETWEEN $4 AND $3) AS days,
    CASE WHEN account.currency <> $6::text THEN ${RATES} END AS rates
  FROM account
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = account.tenant_id AND reached.fund_id = account.fund_id
    AND reached.follower = $5
  WHERE account.tenant_id = $1 AND account.account_id = $2`;

interface Row {
  fundId: string;
  type: AccountType;
  currency: string;
  position: number;
  from: string | null;
  opening: string;
  days: [day: string, moved: string, result: string][] | null;
  rates: RatesJson | null;
}

/** What an account's performance is computed from. */
export interface AccountMovements extends BookedMovements {
  readonly fundId: string;
  /** Book position the movements include. */
  readonly position: number;
}

/**
 * Reads the movements of an account for a range of days; undefined when it is not followed. A range starts with
 * the first entry at the earliest, and has the last 3,660 days at most. The rates are those to the currency of a
 * reader; there are none when it is null.
 */
export async function readAccountMovements(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
  { from, to }: DateRange,
  reader: string | null,
): Promise<AccountMovements | undefined> {
  const first = later(from, addDays(to, 1 - MOST_PERFORMANCE_DAYS));
  const values = [tenantId, accountId, to, first, FOLLOWER_NAME, reader] as const;
  const { rows } = await reads.query<Row>(SELECT_MOVEMENTS, values, { prepared: true });
  const [row] = rows;
  return row && toMovements(row, { from: first, to });
}

function toMovements(row: Row, { from, to }: DateRange): AccountMovements {
  const { fundId, type, currency, position, from: inception } = row;
  if (type !== "ASSET" && type !== "LIABILITY") {
    throw new AppError("INSUFFICIENT_DATA", "Only accounts of assets and liabilities are valued.");
  }
  const rates = new BookRates([]);
  addRates(rates, row.rates);
  const side = type === "ASSET" ? 1n : -1n;
  return {
    fundId,
    currency,
    position,
    range: inception === null ? null : { from: later(from, inception), to },
    opening: new Map([[currency, side * BigInt(row.opening)]]),
    days: (row.days ?? []).map((day) => toDay(day, currency, side)),
    rates,
  };
}

function toDay(
  [day, moved, result]: NonNullable<Row["days"]>[number],
  currency: string,
  side: bigint,
): DayMovements {
  const netAssets = side * BigInt(moved);
  const flow = netAssets - side * BigInt(result);
  return {
    day,
    currency,
    netAssets,
    contributions: flow > 0n ? flow : 0n,
    withdrawals: flow < 0n ? -flow : 0n,
    corrections: 0n,
  };
}
