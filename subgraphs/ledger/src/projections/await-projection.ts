import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../engine/book.ts";
import type { WakeSignal } from "../feed/wake-signal.ts";

const READ_POSITION = `
  SELECT position FROM projection
  WHERE tenant_id = $1 AND book_id = $2 AND name = $3 AND active`;

const LIMIT_MS = 3_000;
const LOOK_MS = 250;

/** Resolves when a read model has everything up to a position; CONSISTENCY_TIMEOUT when that takes too long. */
export async function awaitProjection(
  reads: TenantReads,
  moved: WakeSignal,
  book: BookId,
  name: string,
  position: number,
): Promise<void> {
  const giveUpAt = performance.now() + LIMIT_MS;
  for (;;) {
    const seen = moved.turn;
    const { rows } = await reads.query<{ position: string }>(READ_POSITION, [
      book.tenantId,
      book.bookId,
      name,
    ]);
    if (Number(rows[0]?.position ?? 0) >= position) return;
    if (performance.now() > giveUpAt) {
      throw new AppError(
        "CONSISTENCY_TIMEOUT",
        "The newest transactions cannot be searched yet; try again shortly.",
      );
    }
    await moved.next(seen, new AbortController().signal, LOOK_MS);
  }
}
