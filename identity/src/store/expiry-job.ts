import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";

const INTERVAL_MS = 10 * 60 * 1000;

/** Deletes expired records from time to time. Returns what stops it. */
export function startExpiryJob(pool: Pool, logger: Logger): () => void {
  const timer = setInterval(() => {
    deleteExpired(pool).catch((error: unknown) => {
      logger.warn({ err: error }, "expired records could not be deleted");
    });
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function deleteExpired(pool: Pool): Promise<void> {
  await pool.query("DELETE FROM protocol_record WHERE expires_at < now() - interval '1 hour'");
  await pool.query("DELETE FROM revocation WHERE expires_at < now()");
  await pool.query("DELETE FROM sign_in_state WHERE expires_at < now()");
  await pool.query("DELETE FROM mail_link WHERE expires_at < now() - interval '30 days'");
}
