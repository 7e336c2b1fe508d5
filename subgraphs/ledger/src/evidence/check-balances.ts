import type { DatabaseClient } from "@allfunds/platform";
import type { BookId } from "../books/recorded-event.ts";
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

interface BadRow {
  readonly position: string;
  readonly account_id: string;
}

const CHECKS: readonly (readonly [sql: string, what: string])[] = [
  [FIRST_UNKNOWN_ACCOUNT, "is not as it was opened"],
  [FIRST_BAD_RUNNING_BALANCE, "has a running balance that its entries do not add up to"],
  [FIRST_BAD_ACCOUNT, "has a balance that is not the one after its last entry"],
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
