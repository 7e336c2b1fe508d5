import type { TenantReads } from "@allfunds/platform/tenancy";
import type { EntryObject } from "../entries/entry-object.ts";
import { toEntryObject, type EntryRow } from "../entries/entry-sql.ts";

/** Behind which entry to go on, in the order of a statement, and the balance there. */
export interface LinePlace {
  readonly effectiveDate: string;
  readonly position: number;
  readonly leg: number;
  /** Debits less credits up to here, in minor units. */
  readonly debitMinor: bigint;
}

export interface LineFilter {
  readonly fundId: string;
  readonly accountId: string;
  /** Last value date. */
  readonly to: string;
  readonly knownAt: number;
}

export interface AccountStatementLine {
  readonly entry: EntryObject;
  readonly effectiveDate: string;
  /** Debits less credits up to and including this entry, in minor units. */
  readonly debitMinor: bigint;
  readonly place: LinePlace;
}

// Those of the read model, and behind its end those of the book itself: together they are what the book
// has at this instant. OFFSET 0 keeps each part one scan of its index, whatever the statistics are.
const READ_LINES = `
  WITH known AS (
    SELECT generation, position AS until FROM projection
    WHERE tenant_id = $1 AND book_id = $9 AND name = 'statements' AND active
    UNION ALL SELECT 0, 0 ORDER BY 2 DESC LIMIT 1
  ), places AS (
    (
      SELECT effective_date, position, leg FROM entry_day
      WHERE tenant_id = $1 AND book_id = $9 AND generation = (SELECT generation FROM known)
        AND account_id = $2 AND effective_date <= $3::date AND position <= $4
        AND (effective_date, position, leg) > ($5::date, $6::bigint, $7::smallint)
      ORDER BY effective_date, position, leg LIMIT $8
    ) UNION ALL (
      SELECT effective_date, position, leg FROM (
        SELECT effective_date, position, leg FROM entry
        WHERE tenant_id = $1 AND account_id = $2
          AND position > (SELECT until FROM known) AND position <= $4
        OFFSET 0
      ) behind
      WHERE effective_date <= $3::date
        AND (effective_date, position, leg) > ($5::date, $6::bigint, $7::smallint)
      ORDER BY effective_date, position, leg LIMIT $8
    )
    ORDER BY effective_date, position, leg LIMIT $8
  )
  SELECT n.book_id, n.position, n.leg, n.account_id, n.currency, n.amount::text,
    n.balance_after::text, n.effective_date::text AS valued, t.id AS transaction_id, d.dimensions
  FROM places p
  JOIN entry n ON n.tenant_id = $1 AND n.book_id = $9 AND n.position = p.position AND n.leg = p.leg
  JOIN transaction t ON t.tenant_id = $1 AND t.book_id = $9
    AND t.effective_date = p.effective_date AND t.position = p.position
  LEFT JOIN entry_dimension d ON d.tenant_id = $1 AND d.book_id = $9
    AND d.position = p.position AND d.leg = p.leg
  ORDER BY p.effective_date, p.position, p.leg`;

/** The entries of an account behind a place, by value date, with the balance running on. */
export async function readStatementLines(
  reads: TenantReads,
  tenantId: string,
  { fundId, accountId, to, knownAt }: LineFilter,
  after: LinePlace,
  limit: number,
): Promise<AccountStatementLine[]> {
  const { rows } = await reads.query<EntryRow & { readonly valued: string }>(READ_LINES, [
    tenantId,
    accountId,
    to,
    knownAt,
    after.effectiveDate,
    after.position,
    after.leg,
    limit,
    fundId,
  ]);
  let { debitMinor } = after;
  return rows.map((row) => {
    debitMinor += BigInt(row.amount);
    const { valued: effectiveDate, leg } = row;
    const place = { effectiveDate, position: Number(row.position), leg, debitMinor };
    return { entry: toEntryObject(row), effectiveDate, debitMinor, place };
  });
}
