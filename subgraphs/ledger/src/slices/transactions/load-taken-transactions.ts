import type { Needs } from "../../engine/command-needs.ts";
import type { Loading } from "../../engine/load-needs.ts";

const READ_TAKEN_IDS = `
  SELECT id FROM transaction WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const READ_TAKEN_REFERENCES = `
  SELECT client_reference FROM transaction
  WHERE tenant_id = $1 AND book_id = $2 AND client_reference = ANY ($3::text[])`;

/** Notes which of the ids and references that clients chose are in use already. */
export async function loadTakenTransactions(
  { client, book, draft }: Loading,
  needs: Needs,
): Promise<void> {
  if (needs.transactionIds.size > 0) {
    const parameters = [book.tenantId, [...needs.transactionIds]];
    const { rows } = await client.query<{ id: string }>(READ_TAKEN_IDS, parameters);
    for (const { id } of rows) draft.takeTransactionId(id);
  }
  if (needs.references.size > 0) {
    const parameters = [book.tenantId, book.bookId, [...needs.references]];
    const { rows } = await client.query<{ client_reference: string }>(
      READ_TAKEN_REFERENCES,
      parameters,
    );
    for (const { client_reference: reference } of rows) draft.takeReference(reference);
  }
}
