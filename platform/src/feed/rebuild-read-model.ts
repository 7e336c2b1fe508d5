import { setTimeout as sleep } from "node:timers/promises";
import { withTransaction, type DatabaseClient, type Pool } from "../database/pool.ts";
import { ANNOUNCED_MS } from "./read-model-state.ts";

export interface Rebuild {
  readonly pool: Pool;
  /** The follower's name. */
  readonly follower: string;
  /** Empties what the follower derived from the feed, and nothing else. */
  readonly empty: (client: DatabaseClient) => Promise<void>;
}

const ANNOUNCE = `
  INSERT INTO feed_cursor (follower, rebuilding) VALUES ($1, true)
  ON CONFLICT (follower) DO UPDATE SET rebuilding = true`;

const START_ANEW = `
  UPDATE feed_cursor SET cursor = NULL, refused_at = NULL, rebuilding = false,
    generation = generation + 1, updated_at = now()
  WHERE follower = $1`;

/**
 * Empties a read model with its cursor in one transaction, so that its follower reads the ledger again from
 * the start. The service may run meanwhile: its replicas first stop answering, and a batch that was decided on
 * what was stored before fails at the cursor, whose row both lock first.
 */
export async function rebuildReadModel({ pool, follower, empty }: Rebuild): Promise<void> {
  await pool.query(ANNOUNCE, [follower]);
  try {
    await sleep(ANNOUNCED_MS);
    await withTransaction(pool, undefined, async (client) => {
      await client.query(START_ANEW, [follower]);
      await empty(client);
      await client.query("DELETE FROM feed_book_position WHERE follower = $1", [follower]);
    });
  } catch (error) {
    // Nothing was changed, so what is stored may be shown again.
    await pool.query("UPDATE feed_cursor SET rebuilding = false WHERE follower = $1", [follower]);
    throw error;
  }
}
