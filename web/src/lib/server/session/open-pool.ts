import { Pool } from "pg";
import { log } from "../log.ts";

const MOST_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 3_000;
// Longer than an issuer may take to renew a token, for which others wait at the session's row.
const STATEMENT_TIMEOUT_MS = 15_000;

export function openPool(connectionString: string): Pool {
  const pool = new Pool({
    connectionString,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  // Without a listener the restart of an idle connection's server would end this process.
  pool.on("error", (error) =>
    log("warn", `a session database connection was lost: ${error.message}`),
  );
  return pool;
}
