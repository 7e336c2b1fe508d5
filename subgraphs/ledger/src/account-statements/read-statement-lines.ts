import type { TenantReads } from "../tenancy/tenant-pool.ts";
import type { EntryObject } from "../transactions/entry-object.ts";
import { toEntryObject, type EntryRow } from "../transactions/read-entries.ts";

/** Behind which entry to go on, in the order of a statement, and the balance there. */
export interface LinePlace {
  readonly effectiveDate: string;
  readonly position: number;
  readonly leg: number;
  /** Debits less credits up to here, in minor units. */
  readonly debitMinor: bigint;
}

export interface LineFilter {
  readonly accountId: string;
  /** Last value date. */
  readonly to: string;
  readonly knownAt: number;
}

export interface StatementLine {
  readonly entry: EntryObject;
  readonly effectiveDate: string;
  /** Debits less credits up to and including this entry, in minor units. */
  readonly debitMinor: bigint;
  readonly place: LinePlace;
}

const READ_LINES = `
  SELECT n.*, n.effective_date::text AS valued, t.id AS transaction_id
  FROM (
    SELECT tenant_id, book_id, position, leg, account_id, effective_date, currency,
           amount::text, balance_after::text
    FROM entry
    WHERE tenant_id = $1 AND account_id = $2 AND effective_date <= $3::date AND position <= $4
      AND (effective_date, position, leg) > ($5::date, $6::bigint, $7::smallint)
    ORDER BY effective_date, position, leg LIMIT $8
  ) n
  JOIN transaction t ON t.tenant_id = n.tenant_id AND t.book_id = n.book_id
    AND t.effective_date = n.effective_date AND t.position = n.position
  ORDER BY n.effective_date, n.position, n.leg`;

/** The entries of an account behind a place, by value date, with the balance running on. */
export async function readStatementLines(
  reads: TenantReads,
  tenantId: string,
  { accountId, to, knownAt }: LineFilter,
  after: LinePlace,
  limit: number,
): Promise<StatementLine[]> {
  const { rows } = await reads.query<EntryRow & { readonly valued: string }>(READ_LINES, [
    tenantId,
    accountId,
    to,
    knownAt,
    after.effectiveDate,
    after.position,
    after.leg,
    limit,
  ]);
  let { debitMinor } = after;
  return rows.map((row) => {
    debitMinor += BigInt(row.amount);
    const { valued: effectiveDate, leg } = row;
    const place = { effectiveDate, position: Number(row.position), leg, debitMinor };
    return { entry: toEntryObject(row), effectiveDate, debitMinor, place };
  });
}
