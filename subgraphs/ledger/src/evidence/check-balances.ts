import type { DatabaseClient } from "@allfunds/platform";
import type { BookId } from "../engine/recorded-event.ts";
import type { Fault } from "./fault.ts";

const NORMAL_AMOUNT = `CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN e.amount ELSE -e.amount END`;

// The sorting is the server's, which spills to disk: this service holds one row whatever the book's length.
const FIRST_BAD_RUNNING_BALANCE = `
  SELECT position, account_id FROM (
    SELECT e.position, e.leg, e.account_id, e.balance_after, sum(${NORMAL_AMOUNT})
      OVER (PARTITION BY e.account_id ORDER BY e.position, e.leg) AS running
    FROM entry e LEFT JOIN account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
    WHERE e.tenant_id = $1 AND e.book_id = $2
  ) r
  WHERE running IS DISTINCT FROM balance_after
  ORDER BY position, leg LIMIT 1`;

const FIRST_BAD_ACCOUNT = `
  SELECT a.id AS account_id, coalesce(last.position, 0) AS position
  FROM account a
  LEFT JOIN LATERAL (
    SELECT position, balance_after FROM entry e
    WHERE e.tenant_id = $1 AND e.account_id = a.id
    ORDER BY position DESC, leg DESC LIMIT 1
  ) last ON true
  WHERE a.tenant_id = $1 AND a.fund_id = $2 AND a.balance <> coalesce(last.balance_after, 0)
  ORDER BY position LIMIT 1`;

const FIRST_UNKNOWN_ACCOUNT = `
  SELECT coalesce(e.payload ->> 'accountId', a.id::text) AS account_id, coalesce(e.position, 0) AS position
  FROM (SELECT position, payload FROM event
        WHERE tenant_id = $1 AND book_id = $2 AND type = 'AccountOpened') e
  FULL JOIN (SELECT * FROM account WHERE tenant_id = $1 AND fund_id = $2) a
    ON a.id = (e.payload ->> 'accountId')::uuid
  WHERE a.id IS NULL OR e.position IS NULL
     OR (a.type, a.currency) IS DISTINCT FROM (e.payload ->> 'type', e.payload ->> 'currency')
  ORDER BY position LIMIT 1`;

// What is left of each hold after its last event; amounts are spelled with every decimal.
const HOLDS_LEFT = `
  SELECT DISTINCT ON (payload ->> 'holdId')
    (payload ->> 'holdId')::uuid AS id, (payload ->> 'accountId')::uuid AS account_id, position,
    replace(CASE type WHEN 'HoldPlaced' THEN payload ->> 'amount'
                      WHEN 'HoldCaptured' THEN payload ->> 'remaining' ELSE '0' END, '.', '')::numeric
      AS remaining
  FROM event WHERE tenant_id = $1 AND book_id = $2
    AND type IN ('HoldPlaced', 'HoldCaptured', 'HoldVoided', 'HoldExpired')
  ORDER BY payload ->> 'holdId', position DESC`;

const FIRST_BAD_HOLD = `
  SELECT coalesce(l.position, h.position) AS position, coalesce(l.account_id, h.account_id) AS account_id
  FROM (${HOLDS_LEFT}) l
  FULL JOIN (SELECT * FROM hold WHERE tenant_id = $1 AND book_id = $2) h ON h.id = l.id
  WHERE h.remaining IS DISTINCT FROM l.remaining OR h.account_id IS DISTINCT FROM l.account_id
  ORDER BY position LIMIT 1`;

const FIRST_BAD_HELD = `
  SELECT a.id AS account_id, coalesce(l.position, 0) AS position
  FROM account a
  LEFT JOIN (
    SELECT account_id, sum(remaining) AS held, max(position) AS position
    FROM (${HOLDS_LEFT}) holds GROUP BY account_id
  ) l ON l.account_id = a.id
  WHERE a.tenant_id = $1 AND a.fund_id = $2 AND a.held <> coalesce(l.held, 0)
  ORDER BY position LIMIT 1`;

// By account and side of what was reversed; entries stand on the other side of their original.
const FIRST_BAD_REVERSAL = `
  SELECT coalesce(r.position, t.position, 0) AS position,
         coalesce(r.account_id, l.account_id) AS account_id
  FROM (
    SELECT t.reverses, e.account_id, e.amount < 0 AS is_debit, max(e.position) AS position,
           sum(abs(e.amount)) AS amount
    FROM transaction t JOIN entry e USING (tenant_id, book_id, position)
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.reverses IS NOT NULL GROUP BY 1, 2, 3
  ) r
  FULL JOIN (SELECT * FROM reversed_leg WHERE tenant_id = $1 AND book_id = $2) l
    ON l.transaction_id = r.reverses AND l.account_id = r.account_id AND l.is_debit = r.is_debit
  LEFT JOIN transaction t ON t.tenant_id = $1 AND t.id = coalesce(r.reverses, l.transaction_id)
  WHERE l.reversed IS DISTINCT FROM r.amount OR l.amount IS DISTINCT FROM (
    SELECT sum(abs(o.amount)) FROM entry o
    WHERE o.tenant_id = $1 AND o.book_id = $2 AND o.position = t.position
      AND o.account_id = l.account_id AND (o.amount > 0) = l.is_debit)
  ORDER BY position LIMIT 1`;

interface BadRow {
  readonly position: string;
  readonly account_id: string;
}

const CHECKS: readonly (readonly [sql: string, what: string])[] = [
  [FIRST_UNKNOWN_ACCOUNT, "is not as it was opened"],
  [FIRST_BAD_RUNNING_BALANCE, "has a running balance that its entries do not add up to"],
  [FIRST_BAD_ACCOUNT, "has a balance that is not the one after its last entry"],
  [FIRST_BAD_HOLD, "has a hold that is not as its events left it"],
  [FIRST_BAD_HELD, "reserves another amount than its holds do"],
  [FIRST_BAD_REVERSAL, "has another amount counted as reversed than its entries say"],
];

/** The first balance that does not follow from the entries before it. */
export async function checkBalances(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
): Promise<Fault | undefined> {
  for (const [sql, what] of CHECKS) {
    const { rows } = await client.query<BadRow>(sql, [tenantId, bookId]);
    const [bad] = rows;
    if (bad === undefined) continue;
    return {
      position: Number(bad.position),
      kind: "BALANCE",
      what: `account ${bad.account_id} ${what}`,
    };
  }
  return undefined;
}
