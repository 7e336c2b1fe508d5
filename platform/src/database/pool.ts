import pg from "pg";
import type { RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";

export type Pool = pg.Pool;
export type DatabaseClient = pg.ClientBase;

export interface PoolOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Most connections this service holds. */
  readonly max?: number;
  /** Sends a query without waiting for the answer to the one before; answers keep their order. */
  readonly pipeline?: boolean;
}

/** A connection pool that outlives its server: lost connections are dropped, logged and made anew. */
export function createPool({ url, logger, max = 10, pipeline = false }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline,
  });
  // Without a listener the first restart of PostgreSQL would end the process.
  pool.on("error", (error) => logger.warn({ err: error }, "an idle database connection was lost"));
  // The same for a connection that dies between being lent and being listened to: whoever has it learns
  // of its end from the next query.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** The tenant a transaction works for; row-level rules and defaults read it from `app.tenant`. */
export type TenantScope = Pick<RequestContext, "tenantId">;

/** Both in one round trip, which costs as much as a small statement does. */
const beginAs = ({ tenantId }: TenantScope): string =>
  `BEGIN; SELECT set_config('app.tenant', ${pg.escapeLiteral(tenantId)}, true)`;

/** Runs `work` in one transaction on one connection; a throw rolls everything back and is passed on. */
export async function withTransaction<T>(
  pool: Pool,
  scope: TenantScope | undefined,
  work: (client: DatabaseClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query(scope === undefined ? "BEGIN" : beginAs(scope));
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

// Class 08: connection exceptions; 57P0x: the server is shutting down, crashed or starting up.
const CONNECTION_STATES = new Set(["57P01", "57P02", "57P03"]);
const CONNECTION_ERRNOS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** True when the server went away (so whether a commit arrived is unknown), false for a refusal by SQL. */
export function isConnectionFailure(error: unknown): boolean {
  // Errors of the platform, such as those of an abort, have numbers for codes.
  const { code, message } = error as { code?: string | number; message?: string };
  if (
    typeof code === "string" &&
    (code.startsWith("08") || CONNECTION_STATES.has(code) || CONNECTION_ERRNOS.has(code))
  ) {
    return true;
  }
  return /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i.test(
    message ?? "",
  );
}
