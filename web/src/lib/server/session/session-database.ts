import { databaseReady, guardPool } from "@allfunds/platform/database/silent-server";
import { Pool } from "pg";

const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 3_000;
// Longer than an issuer may take to renew a token: other requests wait for the row meanwhile.
const STATEMENT_TIMEOUT_MS = 15_000;

/** Takes a line of the log. */
type Log = (level: "info" | "warn" | "error", line: string) => void;

export interface SessionDatabase {
  readonly pool: Pool;
  /** Resolves when the server answers; rejects with the reason when it does not. */
  readonly answers: () => Promise<void>;
}

/** While the server answers nothing, what waits for it ends, and pages fail at once. */
export function openSessionDatabase(url: string, log: Log): SessionDatabase {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  // Without a listener, a lost idle connection would end this process.
  pool.on("error", (error) => log("warn", `session database connection lost: ${error.message}`));
  // The same for a connection that ends while it is in use: its query reports the failure.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const logger = {
    debug: () => undefined,
    info: (line: string) => log("info", line),
    error: (line: string) => log("error", line),
  };
  guardPool(pool, url, { logger });
  return { pool, answers: databaseReady(url, logger) };
}
