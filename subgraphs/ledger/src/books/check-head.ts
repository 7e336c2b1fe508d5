import { FENCE } from "./append-events.ts";
import type { BookHead } from "./book-state.ts";
import type { BookId } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

const FIND_HEAD = `
  SELECT require_rows(count(*), 1, '${FENCE}') FROM book
  WHERE tenant_id = $1 AND id = $2 AND position = $3::bigint AND hash = $4`;

/** Fails unless the book still ends where it was thought to: refusals, too, must come from its newest state. */
export async function checkHead(
  statements: Statements,
  { tenantId, bookId }: BookId,
  { position, hash }: BookHead,
): Promise<void> {
  await statements.query(FIND_HEAD, [tenantId, bookId, position, hash]);
}
