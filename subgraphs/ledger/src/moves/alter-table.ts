import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";

const LOCK_ATTEMPTS = 30;
const RETRY_MS = 100;
const LOCK_NOT_AVAILABLE = "55P03";

/** Changes a table without making its writers wait for long: gives way, and comes again. */
export async function alterTable(client: Client, statements: readonly string[]): Promise<void> {
  const all = ["BEGIN", "SET LOCAL lock_timeout = '1s'", ...statements, "COMMIT"].join(";\n");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(all);
      return;
    } catch (error) {
      await client.query("ROLLBACK");
      const isLocked = (error as { code?: string }).code === LOCK_NOT_AVAILABLE;
      if (!isLocked || attempt === LOCK_ATTEMPTS) throw error;
      await sleep(RETRY_MS);
    }
  }
}
