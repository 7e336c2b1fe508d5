import { setTimeout as sleep } from "node:timers/promises";
import { isConnectionFailure } from "../database/connection-failure.ts";
import { createPool, withTransaction, type DatabaseClient, type Pool } from "../database/pool.ts";
import { createLogger } from "../logging.ts";
import { ANNOUNCED_MS } from "./read-model-state.ts";

export interface Rebuild {
  readonly pool: Pool;
  /** The follower's name. */
  readonly follower: string;
  /** Deletes what the follower derived from the feed, and no other data. */
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
 * Empties a read model and its cursor in one transaction, so its follower reads the books again from the
 * start. The service may run meanwhile: its replicas first stop serving the read model. A batch that the
 * follower prepared before fails at the cursor, whose row both transactions lock first.
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
    // The transaction changed nothing, so the read model may be shown again.
    await pool.query("UPDATE feed_cursor SET rebuilding = false WHERE follower = $1", [follower]);
    throw error;
  }
}

export interface RebuildCommand extends Omit<Rebuild, "pool"> {
  readonly databaseUrl: string;
}

const MISSING = new Set(["42P01", "42703"]);

/** Runs `npm run rebuild` for one service and prints its progress or why it failed. */
export async function runRebuild({ databaseUrl, follower, empty }: RebuildCommand): Promise<void> {
  const pool = createPool({ url: databaseUrl, logger: createLogger(follower, "warn"), max: 2 });
  try {
    process.stdout.write(
      `Waiting for the replicas of ${follower} to stop serving it, then emptying it.\n`,
    );
    await rebuildReadModel({ pool, follower, empty });
    process.stdout.write(`${follower} is empty and reads the books again from the start.\n`);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    process.stderr.write(`Nothing was changed: ${reason}\n`);
    process.exitCode = 1;
  } finally {
    await pool.end();
  }
}

/** The reason for operators; undefined for unexpected failures. */
function reasonOf(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && MISSING.has(code)) {
    return "the database lacks the tables of this version; start the service once.";
  }
  return isConnectionFailure(error) ? `the database cannot be reached (${message}).` : undefined;
}
