import type { AccountType } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { addRates, ratesBetween } from "../books/book-rates-sql.ts";
import type { RatesJson } from "../books/book-rates-sql.ts";
import { BookRates } from "../books/book-rates.ts";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { addDays } from "../series/calendar.ts";
import type { AccountChange, AccountFigures } from "./account-metrics.ts";

// Whole months come from the roll-up, the days of the started month from the days.
const sidesUpTo = (day: string) => `
  SELECT array[coalesce(sum(debit), 0), coalesce(sum(credit), 0)]::text[] FROM (
    SELECT debit, credit FROM account_month
    WHERE tenant_id = $1 AND account_id = account.account_id
      AND bucket < date_trunc('month', ${day}::date)::date
    UNION ALL
    SELECT debit, credit FROM account_day
    WHERE tenant_id = $1 AND account_id = account.account_id
      AND bucket BETWEEN date_trunc('month', ${day}::date)::date AND ${day}
  ) AS change`;

// One statement for any number of accounts, so it is one round trip and one state of the database.
const SELECT_FIGURES = `
  SELECT account.account_id AS "accountId", account.fund_id AS "fundId", type, currency,
    coalesce(reached.position, 0)::float8 AS position,
    (${sidesUpTo("$3")}) AS total, (${sidesUpTo("$4")}) AS before
  FROM account
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = account.tenant_id AND reached.fund_id = account.fund_id
    AND reached.follower = $5
  WHERE account.tenant_id = $1 AND account.account_id = ANY($2::uuid[])`;

interface Row {
  accountId: string;
  fundId: string;
  type: AccountType;
  currency: string;
  position: number;
  total: [debit: string, credit: string];
  before: [debit: string, credit: string];
}

export const MOVEMENT_DAYS = 30;

/**
 * Reads the figures of accounts as of `today` in one statement, by account; accounts that are not followed
 * are absent. The caller checks that the account's fund may be seen.
 */
export async function readAccountFigures(
  reads: TenantReads,
  tenantId: string,
  accountIds: readonly string[],
  today: string,
): Promise<Map<string, AccountFigures>> {
  const { rows } = await reads.query<Row>(
    SELECT_FIGURES,
    [tenantId, accountIds, today, addDays(today, -MOVEMENT_DAYS), FOLLOWER_NAME],
    { prepared: true },
  );
  return new Map(rows.map((row) => [row.accountId, toFigures(row, today)]));
}

function toFigures({ total, before, ...account }: Row, today: string): AccountFigures {
  const [debit, credit] = [BigInt(total[0]), BigInt(total[1])];
  return {
    ...account,
    asOf: today,
    total: { debit, credit },
    last30d: { debit: debit - BigInt(before[0]), credit: credit - BigInt(before[1]) },
  };
}

const SELECT_CHANGES = `
  SELECT bucket::text AS day, debit::text, credit::text FROM account_day
  WHERE tenant_id = $1 AND account_id = $2 AND bucket > $3 AND bucket <= $4`;

const SELECT_RATES = `
  SELECT ${ratesBetween({ fund: "$2", one: "$3::text", other: "$4::text", from: "$5", to: "$6" })} AS rates`;

/** The last 30 days of an account with the rates to the currency of a reader. */
export async function readAccountChanges(
  reads: TenantReads,
  tenantId: string,
  { accountId, fundId, currency, asOf }: AccountFigures,
  reader: string,
): Promise<{ days: AccountChange[]; rates: BookRates }> {
  const first = addDays(asOf, -MOVEMENT_DAYS);
  const ofAccount = [tenantId, accountId, first, asOf] as const;
  const { rows } = await reads.query<{ day: string; debit: string; credit: string }>(
    SELECT_CHANGES,
    ofAccount,
  );
  const ofBook = [tenantId, fundId, currency, reader, first, asOf] as const;
  const read = await reads.query<{ rates: RatesJson }>(SELECT_RATES, ofBook);
  const rates = new BookRates([]);
  addRates(rates, read.rows[0]?.rates ?? null);
  const days = rows.map(({ day, debit, credit }) => {
    return { day, debit: BigInt(debit), credit: BigInt(credit) };
  });
  return { days, rates };
}
