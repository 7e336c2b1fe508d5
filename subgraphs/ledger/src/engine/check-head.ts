import { FENCE } from "./append-events.ts";
import type { BookHead } from "./book-state.ts";
import { HeldStatements } from "./held-statements.ts";
import type { BookId } from "./recorded-event.ts";
import type { BatchStatements } from "./send-batch.ts";

const FIND_HEAD = `
  SELECT require_rows(count(*), 1, '${FENCE}') FROM book
  WHERE tenant_id = $1 AND id = $2 AND position = $3::bigint AND hash = $4`;

/** Fails unless the book still ends where it was thought to: refusals, too, must come from its newest state. */
export async function holdCheck(
  { tenantId, bookId }: BookId,
  { position, hash }: BookHead,
): Promise<BatchStatements> {
  const changes = new HeldStatements();
  await changes.query(FIND_HEAD, [tenantId, bookId, position, hash]);
  return { appends: [], changes: changes.all };
}
