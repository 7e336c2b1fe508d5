import type { Pool } from "../database/pool.ts";
import { sendTogether, type SqlStatement } from "../database/one-transaction.ts";
import { inPieces, type Effect } from "../feed/batch-store.ts";
import type { LedgerEvent } from "@allfunds/contract/events";

/** Stores a batch of events on its own connection, in the same transactions as a follower. */
export async function storeEffect(
  pool: Pool,
  effect: Effect,
  events: readonly LedgerEvent[],
  ...more: readonly SqlStatement[]
): Promise<void> {
  const client = await pool.connect();
  try {
    const pieces = inPieces(events, effect);
    for (const piece of pieces.slice(0, -1)) {
      await sendTogether(client, await effect.statementsFor(piece, client));
    }
    const last = await effect.statementsFor(pieces.at(-1) ?? [], client);
    await sendTogether(client, [...last, ...more]);
  } finally {
    // Closing the connection ends everything the effect left on it.
    client.release(true);
  }
}
