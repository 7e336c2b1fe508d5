import type { Pool } from "../database/pool.ts";
import { sendTogether, type Statement } from "../database/one-transaction.ts";
import type { Effect } from "../feed/batch-store.ts";
import type { LedgerEvent } from "../feed/ledger-event.ts";

/** Stores a batch of events in one transaction, on a connection of its own, as a follower does. */
export async function storeEffect(
  pool: Pool,
  effect: Effect,
  events: readonly LedgerEvent[],
  ...more: readonly Statement[]
): Promise<void> {
  const client = await pool.connect();
  try {
    await sendTogether(client, [...(await effect.statementsFor(events, client)), ...more]);
  } finally {
    // Whatever the effect left on the connection ends with it.
    client.release(true);
  }
}
