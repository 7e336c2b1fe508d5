import type { AccountType, LotChange } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { moveId, opposite, type LatePosting } from "./late-posting.ts";
import { firstDayOutside } from "../periods/period.ts";
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
  SELECT fact_id AS "factId", has_lots AS "hasLots", date::text, booked_on::text AS "from",
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

interface LateRow extends Omit<LatePosting, "entries"> {
  /** Trade date or ex-date. */
  readonly date: string;
}

interface EntryRow {
  readonly transactionId: string;
  readonly accountId: string;
  readonly code: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly minor: string;
}

/** What was posted behind the day that it counts from, and may move to it without touching `navBefore`. */
export async function readLatePostings(
  reads: TenantReads,
  fund: { readonly tenantId: string; readonly fundId: string; readonly readAt: number },
  navBefore: string | null,
): Promise<LatePosting[]> {
  const { tenantId, fundId, readAt } = fund;
  const earliest = navBefore === null ? FIRST_DAY : firstDayAfter(navBefore);
  const late = await reads.query<LateRow>(READ_LATE, [tenantId, fundId, readAt, earliest]);
  const { rows: periods } = await reads.query<PeriodRow>(READ_PERIODS, [tenantId, fundId]);
  const closed = periods.filter(({ isClosed }) => isClosed);
  const rows = late.rows.flatMap((row) => {
    const to = firstDayOutside(closed, row.to);
    return to < row.from ? [{ ...row, to }] : [];
  });
  const moved = await readMoved(reads, fund, late.rows, periods);
  const ids = rows.flatMap(({ transactionId }) => transactionId ?? []);
  const entries = await readEntries(reads, tenantId, ids);
  return withoutOpposites(rows.flatMap((row) => partsOf(row, moved, entries)));
}

// Closed days stay as they are: what counts from one of them moves to the first open day behind it.
const READ_PERIODS = `
  SELECT from_date::text AS "from", to_date::text AS "to", reopened_at IS NULL AS "isClosed"
  FROM period WHERE tenant_id = $1 AND book_id = $2`;

interface PeriodRow {
  readonly from: string | null;
  readonly to: string;
  readonly isClosed: boolean;
}

const FIRST_DAY = "0001-01-01";

async function readEntries(
  reads: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, LatePosting["entries"]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await reads.query<EntryRow>(READ_ENTRIES, [tenantId, ids]);
  const byTransaction = Map.groupBy(rows, ({ transactionId }) => transactionId);
  return new Map(
    [...byTransaction].map(([id, of]) => [
      id,
      of.map(({ transactionId: _of, minor, ...entry }) => ({ ...entry, minor: BigInt(minor) })),
    ]),
  );
}

// NAVs are published one after the other, so the one before a restatement is the same today.
const READ_RESTATEMENTS = `
  SELECT r.id, (SELECT max(b.nav_date)::text FROM valuation b
    WHERE b.tenant_id = $1 AND b.book_id = $2 AND b.status = 'PUBLISHED' AND b.nav_date < r.nav_date) AS "navBefore"
  FROM (
    SELECT DISTINCT ON (restatement_id) id, nav_date FROM valuation
    WHERE tenant_id = $1 AND book_id = $2 AND restatement_id IS NOT NULL
      AND status IN ('PUBLISHED', 'SUPERSEDED')
    ORDER BY restatement_id, nav_date) r`;

const READ_PRESENT = `SELECT id FROM transaction WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** The days to which earlier restatements moved postings, by transaction. */
async function readMoved(
  reads: TenantReads,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  rows: readonly LateRow[],
  periods: readonly PeriodRow[],
): Promise<Map<string, string>> {
  const restatements = await reads.query<{ id: string; navBefore: string | null }>(
    READ_RESTATEMENTS,
    [tenantId, fundId],
  );
  if (restatements.rows.length === 0) return new Map();
  const reopenings = [...new Set(periods.map(({ to }) => firstDayAfter(to)))];
  const tried = rows.flatMap(({ transactionId, date, from }) =>
    transactionId === null
      ? []
      : restatements.rows.flatMap(({ id, navBefore }) => {
          const earliest = navBefore === null ? FIRST_DAY : firstDayAfter(navBefore);
          const first = date > earliest ? date : earliest;
          // Periods that were closed then may be open by now.
          const days = [first, ...reopenings.filter((day) => day > first && day < from)];
          return days.map((day) => ({
            transactionId,
            day,
            moveId: moveId(id, transactionId, day),
          }));
        }),
  );
  const ids = tried.map((one) => one.moveId);
  const present = await reads.query<{ id: string }>(READ_PRESENT, [tenantId, ids]);
  const found = new Set(present.rows.map(({ id }) => id));
  const moved = new Map<string, string>();
  for (const { transactionId, day, moveId: id } of tried) {
    // What was moved twice is on the earlier day: a posting only ever moves towards the day it counts from.
    const before = moved.get(transactionId);
    if (found.has(id) && (before === undefined || day < before)) moved.set(transactionId, day);
  }
  return moved;
}

/** A posting that was moved before is no longer where it was recorded; records of lots name each move. */
function partsOf(
  { date: _of, ...row }: LateRow,
  moved: ReadonlyMap<string, string>,
  entriesOf: ReadonlyMap<string, LatePosting["entries"]>,
): LatePosting[] {
  const entries = entriesOf.get(row.transactionId ?? "") ?? [];
  const from = moved.get(row.transactionId ?? "");
  if (from === undefined) return [{ ...row, entries }];
  const lots = { ...row, transactionId: null, entries: [] };
  return from > row.to ? [{ ...row, from, lots: [], entries }, lots] : [lots];
}

const keyOf = ({ factId, from }: LatePosting, lots: readonly LotChange[]): string =>
  canonicalJson([factId, from, lots]);

/** Without changes of lots that take each other back on the same day. */
function withoutOpposites(late: readonly LatePosting[]): LatePosting[] {
  const open = new Map<string, LatePosting[]>();
  const gone = new Set<LatePosting>();
  for (const posting of late) {
    if (posting.transactionId !== null || posting.lots.length === 0) continue;
    const other = open.get(keyOf(posting, posting.lots.map(opposite)))?.pop();
    if (other === undefined) {
      const key = keyOf(posting, posting.lots);
      open.set(key, [...(open.get(key) ?? []), posting]);
    } else {
      gone.add(posting).add(other);
    }
  }
  return late.filter((posting) => !gone.has(posting));
}
