import type { AccountType, LotChange } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { LatePosting } from "./late-posting.ts";
import { firstDayAfter } from "../published-navs/published-nav.ts";

// What a fact leads to names the day it posts on; of a replay each fact behind the cause has its own.
const READ_LATE = `
  WITH fact AS (
    SELECT fact_id AS id, date, true AS has_lots FROM portfolio_fact
    WHERE tenant_id = $1 AND book_id = $2
    UNION ALL
    SELECT id, trade_date, false FROM currency_trade WHERE tenant_id = $1 AND book_id = $2
  ), posted AS (
    SELECT position, 0 AS line, payload->>'transactionId' AS transaction_id,
      coalesce(payload->'fact'->>'id', payload->>'tradeId', payload->>'actionId')::uuid AS fact_id,
      coalesce(payload->'fact'->>'bookedOn', payload->>'bookedOn')::date AS booked_on,
      coalesce(payload->'lots', '[]'::json) AS lots
    FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position <= $3 AND type IN ('TradeRecorded',
      'TradeCancelled', 'CorporateActionRecorded', 'CorporateActionCancelled',
      'CurrencyTradeRecorded', 'CurrencyTradeCancelled')
    UNION ALL
    SELECT e.position, f.line::int, f.of->>'transactionId', (f.of->>'factId')::uuid,
      (f.of->>'bookedOn')::date, f.of->'lots'
    FROM event e, json_array_elements(e.payload->'facts') WITH ORDINALITY AS f (of, line)
    WHERE e.tenant_id = $1 AND e.book_id = $2 AND e.position <= $3 AND e.type = 'LotsReplayed'
  )
  SELECT fact_id AS "factId", has_lots AS "hasLots", booked_on::text AS "from",
    greatest(date, $4::date)::text AS "to", lots, transaction_id AS "transactionId"
  FROM posted JOIN fact ON fact.id = fact_id
  WHERE booked_on > greatest(date, $4::date)
  ORDER BY position, line`;

const READ_ENTRIES = `
  SELECT t.id AS "transactionId", a.id AS "accountId", a.code, a.type, e.currency, e.amount::text AS minor
  FROM transaction t JOIN entry e USING (tenant_id, book_id, position)
  JOIN account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
  WHERE t.tenant_id = $1 AND t.id = ANY ($2::uuid[])
  ORDER BY e.position, e.leg`;

const READ_NAV_BEFORE = `
  SELECT max(nav_date)::text AS date FROM valuation
  WHERE tenant_id = $1 AND book_id = $2 AND status = 'PUBLISHED' AND nav_date < $3`;

interface LateRow extends Omit<LatePosting, "entries" | "lots"> {
  readonly lots: readonly LotChange[];
}

interface EntryRow {
  readonly transactionId: string;
  readonly accountId: string;
  readonly code: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly minor: string;
}

/** Date of the last published NAV before a day; null when there is none. */
export async function readNavBefore(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  day: string,
): Promise<string | null> {
  const { rows } = await reads.query<{ date: string | null }>(READ_NAV_BEFORE, [
    tenantId,
    fundId,
    day,
  ]);
  return rows[0]?.date ?? null;
}

/** What was posted behind the day that it counts from, and may move to it without touching `navBefore`. */
export async function readLatePostings(
  reads: TenantReads,
  fund: { readonly tenantId: string; readonly fundId: string; readonly readAt: number },
  navBefore: string | null,
): Promise<LatePosting[]> {
  const { tenantId, fundId, readAt } = fund;
  const earliest = navBefore === null ? "0001-01-01" : firstDayAfter(navBefore);
  const late = await reads.query<LateRow>(READ_LATE, [tenantId, fundId, readAt, earliest]);
  const ids = late.rows.flatMap(({ transactionId }) => transactionId ?? []);
  if (ids.length === 0) return late.rows.map((row) => ({ ...row, entries: [] }));
  const entries = await reads.query<EntryRow>(READ_ENTRIES, [tenantId, ids]);
  const byTransaction = Map.groupBy(entries.rows, ({ transactionId }) => transactionId);
  return late.rows.map((row) => ({
    ...row,
    entries: (byTransaction.get(row.transactionId ?? "") ?? []).map(
      ({ transactionId: _of, minor, ...entry }) => ({ ...entry, minor: BigInt(minor) }),
    ),
  }));
}
