import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PageRequest } from "../../graph/page-args.ts";
import { toTransactionObject, type TransactionObject } from "../transactions/transaction-object.ts";
import { amountTerm, factsOf, referenceTerm, wordsOf, type TermKind } from "./search-terms.ts";

/** What to look for; a transaction is found when all that is given fits. */
export interface SearchFilter {
  /** Every word must begin a word of the description, the reference or the counterparty. */
  readonly text: string | null | undefined;
  readonly reference: string | null | undefined;
  /** Decimal strings; an entry's amount must lie between them. */
  readonly amountFrom: string | null | undefined;
  readonly amountTo: string | null | undefined;
  readonly metadata: Record<string, unknown> | null | undefined;
}

interface TermRange {
  readonly kind: TermKind;
  readonly from: string;
  readonly to: string;
}

// Sorts behind every text that begins with what stands before it.
const LAST_CHARACTER = "\u{10FFFF}";
const MOST = amountTerm("9".repeat(39));

const exact = (kind: TermKind, term: string): TermRange => ({ kind, from: term, to: term });

/** The ranges of the index that a transaction must stand in, one for each part of the filter. */
function rangesOf(filter: SearchFilter): TermRange[] {
  const words = wordsOf(filter.text ?? "").map((word): TermRange => ({
    kind: "WORD",
    from: word,
    to: `${word}${LAST_CHARACTER}`,
  }));
  const facts = factsOf(filter.metadata ?? {}).map((fact) => exact("METADATA", fact));
  const reference = filter.reference ?? "";
  const { amountFrom, amountTo } = filter;
  const isAmountAsked = typeof amountFrom === "string" || typeof amountTo === "string";
  return [
    ...(reference === "" ? [] : [exact("REFERENCE", referenceTerm(reference))]),
    ...facts,
    ...words,
    ...(isAmountAsked
      ? [
          {
            kind: "AMOUNT" as const,
            from: amountTerm(checkedAmount("amountFrom", amountFrom ?? "0")),
            to:
              typeof amountTo === "string" ? amountTerm(checkedAmount("amountTo", amountTo)) : MOST,
          },
        ]
      : []),
  ];
}

function checkedAmount(path: string, amount: string): string {
  if (!/^\d{1,39}(?:\.\d{1,18})?$/.test(amount)) {
    throw invalidInput(path, "must be a decimal number, zero or more");
  }
  return amount;
}

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
  filter: SearchFilter,
  { first, after }: PageRequest,
): Promise<TransactionObject[]> {
  const ranges = rangesOf(filter);
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
