import { parseAmount, type TransactionPosted } from "@allfunds/platform";
import type { Needs } from "../../engine/command-needs.ts";
import type { Loading } from "../../engine/load-needs.ts";
import { reduce, reversibleOf } from "./reversible.ts";

// Two index scans; one condition with OR would read the whole book.
const READ_WITH_REVERSALS = `
  SELECT e.payload FROM (
    SELECT tenant_id, book_id, position FROM transaction
    WHERE tenant_id = $1 AND book_id = $2 AND id = ANY ($3::uuid[])
    UNION ALL
    SELECT tenant_id, book_id, position FROM transaction
    WHERE tenant_id = $1 AND book_id = $2 AND reverses = ANY ($3::uuid[])
  ) t JOIN event e USING (tenant_id, book_id, position)
  ORDER BY e.position`;

/** Loads transactions to be reversed, with what has been reversed of them. */
export async function loadReversible(
  { client, book, draft }: Loading,
  needs: Needs,
): Promise<void> {
  const ids = [...needs.reversedIds].filter((id) => draft.reversible(id) === undefined);
  if (ids.length === 0) return;
  const parameters = [book.tenantId, book.bookId, ids];
  const { rows } = await client.query<{ payload: TransactionPosted }>(
    READ_WITH_REVERSALS,
    parameters,
  );
  for (const { payload } of rows) {
    const entries = payload.entries.map((entry) => ({
      ...entry,
      amountMinor: parseAmount(entry.amount, entry.currency),
    }));
    const { transactionId: id, source } = payload;
    const reversed = source.reverses === undefined ? undefined : draft.reversible(source.reverses);
    if (reversed !== undefined) draft.putReversible(reduce(reversed, entries));
    if (ids.includes(id)) {
      draft.putReversible(reversibleOf(id, source.kind === "REVERSAL", entries));
    }
  }
}
