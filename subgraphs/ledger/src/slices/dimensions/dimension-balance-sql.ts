import type { TenantReads } from "@allfunds/platform/tenancy";
import type { EntryDimensions } from "./entry-dimensions.ts";

interface OfBook {
  readonly tenantId: string;
  readonly bookId: string;
}

/** Value dates up to `asOf`, as recorded up to position `knownAt`. */
interface Point {
  readonly asOf: string;
  readonly knownAt: number;
}

/** What entries with the same dimensions moved on an account. */
export interface TaggedBalance {
  readonly accountId: string;
  readonly dimensions: EntryDimensions;
  /** Debits less credits, in minor units. */
  readonly debitMinor: bigint;
}

const READ_TAGGED = `
  SELECT account_id AS "accountId", dimensions::text AS dimensions, sum(amount)::text AS amount
  FROM entry_dimension
  WHERE tenant_id = $1 AND book_id = $2 AND effective_date <= $3::date AND position <= $4
  GROUP BY account_id, dimensions::text HAVING sum(amount) <> 0
  ORDER BY account_id, dimensions::text`;

/** Balances of a book that have dimensions, at a point in time; what is left of an account has none. */
export async function readTaggedBalances(
  reads: TenantReads,
  { tenantId, bookId }: OfBook,
  { asOf, knownAt }: Point,
): Promise<TaggedBalance[]> {
  const { rows } = await reads.query<{ accountId: string; dimensions: string; amount: string }>(
    READ_TAGGED,
    [tenantId, bookId, asOf, knownAt],
  );
  return rows.map(({ accountId, dimensions, amount }) => ({
    accountId,
    dimensions: JSON.parse(dimensions) as EntryDimensions,
    debitMinor: BigInt(amount),
  }));
}
