import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PageRequest } from "../../graph/page-args.ts";
import { toTransactionObject, type TransactionObject } from "../transactions/transaction-object.ts";
import { termRanges, type WantedTerms } from "./search-terms.ts";

// The generation is chosen in the same statement, so that a switch between two is never seen halfway.
const SEARCH = `
  WITH used AS (
    SELECT generation FROM projection
    WHERE tenant_id = $1 AND book_id = $2 AND name = 'search' AND active
  ), found AS (
    SELECT s.position
    FROM used, unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS r (kind, low, high, nth)
    CROSS JOIN LATERAL (
      SELECT DISTINCT position FROM search_term t
      WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.generation = used.generation
        AND t.kind = r.kind AND t.term >= r.low AND t.term <= r.high AND t.position < $6
    ) s
    GROUP BY s.position HAVING count(*) = cardinality($3)
    ORDER BY s.position DESC LIMIT $7
  )
  SELECT e.position, e.recorded_at, e.payload
  FROM found f JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = f.position
  ORDER BY e.position DESC`;

interface FoundRow {
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: TransactionPosted;
}

/** The transactions of a book that fit, last recorded first; one more than `first`. */
export async function searchTransactions(
  reads: TenantReads,
  { tenantId, bookId }: { readonly tenantId: string; readonly bookId: string },
  filter: WantedTerms,
  { first, after }: PageRequest,
): Promise<TransactionObject[]> {
  const ranges = termRanges(filter);
  if (ranges.length === 0)
    throw invalidInput(
      "",
      "Give at least one of text, reference, amountFrom, amountTo and metadata.",
    );
  const [before] = typeof after === "string" ? decodeCursor(after, 1) : [Number.MAX_SAFE_INTEGER];
  if (!Number.isSafeInteger(before)) throw invalidInput("after", "is not a cursor of this list");
  const { rows } = await reads.query<FoundRow>(SEARCH, [
    tenantId,
    bookId,
    ranges.map(({ kind }) => kind),
    ranges.map(({ from }) => from),
    ranges.map(({ to }) => to),
    before,
    first + 1,
  ]);
  return rows.map(({ position, recorded_at, payload }) =>
    toTransactionObject({ position: Number(position), recordedAt: recorded_at, payload }),
  );
}
