import type { TenantReads } from "@allfunds/platform/tenancy";
import { readHoldingsFrom, type HoldingRow } from "../orders/order-sql.ts";

export const STATEMENT_LINE_KINDS = {
  OPENING: "OPENING",
  MOVEMENT: "MOVEMENT",
  ORDER: "ORDER",
  CLOSING: "CLOSING",
} as const;
export type StatementLineKind = keyof typeof STATEMENT_LINE_KINDS;

export const STATEMENT_LINE_REASONS = {
  NO_NAV: "NO_NAV",
  WAITS_FOR_NAV: "WAITS_FOR_NAV",
  WAITS_FOR_APPROVAL: "WAITS_FOR_APPROVAL",
  CLASS_SUSPENDED: "CLASS_SUSPENDED",
  CANCELLED: "CANCELLED",
  REJECTED: "REJECTED",
} as const;
export type StatementLineReason = keyof typeof STATEMENT_LINE_REASONS;

/** The days that statements are of, and the position of the book up to which they are read. */
export interface StatementPeriod {
  readonly from: string;
  readonly to: string;
  readonly knownAt: number;
}

/** Behind which line to go on: the account, and the place of the line in its statement, the opening at 0. */
export interface LinePlace {
  readonly accountId: string;
  readonly line: number;
}

/** A line of the statement of one account; units in the smallest that there are, money in minor units. */
export interface StatementLine extends LinePlace {
  readonly holding: HoldingRow;
  readonly kind: StatementLineKind;
  readonly date: string;
  /** Of a movement: what was posted, and the order behind it with its price. */
  readonly description: string | null;
  /** Of an order that moved no units: what it is of, and why it did not. */
  readonly orderKind: string | null;
  readonly ordered: bigint | null;
  readonly reason: StatementLineReason | null;
  readonly orderId: string | null;
  readonly units: bigint | null;
  readonly price: string | null;
  readonly amountMinor: bigint | null;
  readonly chargeMinor: bigint | null;
  /** Units behind it, by value date. */
  readonly balance: bigint;
}

interface LineRow {
  readonly accountId: string;
  readonly line: number;
  readonly kind: StatementLineKind;
  readonly date: string;
  readonly description: string | null;
  readonly orderKind: string | null;
  readonly ordered: string | null;
  readonly reason: StatementLineReason | null;
  readonly orderId: string | null;
  readonly units: string | null;
  readonly price: string | null;
  readonly amount: string | null;
  readonly charge: string | null;
  readonly balance: string;
}

/** No statement has as many movements; orders stand behind them by their place in the book. */
const ORDER_LINE = 1_000_000_000;
const CLOSING_LINE = 2_147_483_647;

// An order that led to no movement up to the last day, as the book had it: it waited, or ended in these days. OFFSET 0
// keeps orders and transactions at a probe of their index for each, whatever the statistics are.
const ORDERS_WITHOUT_MOVEMENT = `
  SELECT w.account_id, w.id, w.position, w.dealing_date, CASE
      WHEN w.status IN ('CANCELLED', 'REJECTED') THEN w.status
      WHEN w.status = 'WAITING_APPROVAL' THEN 'WAITS_FOR_APPROVAL'
      WHEN w.status = 'DEFERRED' THEN 'CLASS_SUSPENDED'
      ELSE 'WAITS_FOR_NAV' END AS reason
  FROM unnest($2::uuid[], $8::uuid[]) AS of (account_id, investor_id)
  CROSS JOIN LATERAL (SELECT * FROM investor_order
    WHERE tenant_id = $1 AND investor_id = of.investor_id OFFSET 0) w
  LEFT JOIN LATERAL (
    SELECT position, effective_date FROM transaction WHERE tenant_id = $1 AND id = w.transaction_id OFFSET 0
  ) t ON true
  WHERE w.account_id = of.account_id AND w.position <= $5
    AND w.received_at < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
    AND (w.status NOT IN ('CANCELLED', 'REJECTED') OR w.received_at >= $3::date::timestamp AT TIME ZONE 'UTC')
    AND (t.position IS NULL OR t.position > $5 OR t.effective_date > $4)`;

// One read for all accounts of a page. Units are credits. Accounts that had none and moved none have no statement.
// OFFSET 0 keeps the events and orders behind a page probes of their indexes: the planner would join all of them.
const READ_LINES = `
  WITH waiting AS MATERIALIZED (${ORDERS_WITHOUT_MOVEMENT}), line AS (
    SELECT a.place, a.id, l.*
    FROM unnest($2::uuid[]) WITH ORDINALITY AS a (id, place)
    CROSS JOIN LATERAL (
      SELECT coalesce(-sum(e.amount), 0) AS units FROM entry e
      WHERE e.tenant_id = $1 AND e.account_id = a.id AND e.effective_date < $3::date AND e.position <= $5
    ) o
    CROSS JOIN LATERAL (
      SELECT count(*) AS count, o.units - coalesce(sum(e.amount), 0) AS units FROM entry e
      WHERE e.tenant_id = $1 AND e.account_id = a.id AND e.effective_date BETWEEN $3 AND $4
        AND e.position <= $5
    ) c
    CROSS JOIN LATERAL (
      SELECT 0 AS line, 'OPENING' AS kind, $3::date - 1 AS date, NULL::uuid AS book_id,
        NULL::bigint AS position, NULL::numeric AS units, o.units AS balance,
        NULL::uuid AS order_id, NULL AS reason
      UNION ALL
      SELECT (row_number() OVER w)::integer, 'MOVEMENT', e.effective_date, e.book_id, e.position, -e.amount,
        o.units - sum(e.amount) OVER w, NULL, NULL
      FROM entry e
      WHERE e.tenant_id = $1 AND e.account_id = a.id AND e.effective_date BETWEEN $3 AND $4
        AND e.position <= $5
      WINDOW w AS (ORDER BY e.effective_date, e.position, e.leg)
      UNION ALL
      SELECT (${ORDER_LINE} + least(position, ${ORDER_LINE}))::integer, 'ORDER', dealing_date, NULL, NULL, NULL,
        c.units, id, reason
      FROM waiting WHERE account_id = a.id
      UNION ALL
      SELECT ${CLOSING_LINE}, 'CLOSING', $4::date, NULL, NULL, NULL, c.units, NULL, NULL
    ) l
    WHERE (o.units <> 0 OR c.count > 0 OR a.id IN (SELECT account_id FROM waiting)) AND (a.place > 1 OR l.line > $6)
    ORDER BY a.place, l.line LIMIT $7
  )
  SELECT line.id AS "accountId", line.line, line.kind, line.date::text AS date, line.units::text AS units,
    line.balance::text AS balance, e.description, line.reason, o.kind AS "orderKind", o.units::text AS ordered,
    o.id AS "orderId", o.price, o.amount, o.charge
  FROM line
  LEFT JOIN LATERAL (
    SELECT payload->>'description' AS description,
      CASE payload->'source'->>'fact' WHEN 'ORDER' THEN (payload->'source'->>'factId')::uuid END AS order_id
    FROM event WHERE tenant_id = $1 AND book_id = line.book_id AND position = line.position OFFSET 0
  ) e ON true
  CROSS JOIN LATERAL (SELECT coalesce(line.order_id, e.order_id) AS order_id OFFSET 0) k
  LEFT JOIN LATERAL (
    SELECT id, kind, units, CASE WHEN line.kind = 'MOVEMENT' THEN price END AS price,
      (CASE WHEN line.kind = 'MOVEMENT' THEN dealt_amount ELSE amount END)::text AS amount,
      CASE WHEN line.kind = 'MOVEMENT' THEN charge::text END AS charge
    FROM investor_order WHERE tenant_id = $1 AND id = k.order_id OFFSET 0
  ) o ON true
  ORDER BY line.place, line.line`;

/** The lines of all statements of a class in the order of its accounts, those behind a place; so many at most. */
export async function readStatementLines(
  reads: TenantReads,
  tenantId: string,
  classId: string,
  period: StatementPeriod,
  { after, most }: { readonly after: LinePlace | undefined; readonly most: number },
): Promise<StatementLine[]> {
  // Each statement has two lines at least, but for the one that the page before began.
  const accounts = Math.ceil(most / 2) + 1;
  const lines: StatementLine[] = [];
  for (let behind = after; ;) {
    const known = { knownAt: period.knownAt, first: accounts };
    const holdings = await readHoldingsFrom(reads, tenantId, classId, behind?.accountId, known);
    const isBegun = holdings[0]?.id === behind?.accountId;
    const place = isBegun ? (behind?.line ?? -1) : -1;
    lines.push(...(await linesOf(reads, tenantId, holdings, period, place, most - lines.length)));
    const last = holdings.at(-1);
    if (last === undefined || holdings.length < accounts || lines.length >= most) return lines;
    behind = { accountId: last.id, line: CLOSING_LINE };
  }
}

async function linesOf(
  reads: TenantReads,
  tenantId: string,
  holdings: readonly HoldingRow[],
  { from, to, knownAt }: StatementPeriod,
  place: number,
  most: number,
): Promise<StatementLine[]> {
  if (holdings.length === 0) return [];
  const byId = new Map(holdings.map((holding) => [holding.id, holding]));
  const investors = holdings.map(({ investorId }) => investorId);
  const accounts = [...byId.keys()];
  const parameters = [tenantId, accounts, from, to, knownAt, place, most, investors] as const;
  const { rows } = await reads.query<LineRow>(READ_LINES, [...parameters], { prepared: true });
  return rows.flatMap((row) => {
    const holding = byId.get(row.accountId);
    return holding === undefined ? [] : [toLine(row, holding)];
  });
}

const toLine = (
  { units, ordered, balance, amount, charge, ...row }: LineRow,
  holding: HoldingRow,
): StatementLine => ({
  ...row,
  holding,
  units: units === null ? null : BigInt(units),
  ordered: ordered === null ? null : BigInt(ordered),
  balance: BigInt(balance),
  amountMinor: amount === null ? null : BigInt(amount),
  chargeMinor: charge === null ? null : BigInt(charge),
});
