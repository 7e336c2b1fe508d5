import pg from "pg";
import type { RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { traceQueries } from "../telemetry/trace-queries.ts";
import { isConnectionFailure } from "./connection-failure.ts";
import { limitStatements } from "./request-time.ts";
import { hasScope } from "./scoped-query.ts";
import { endsWithRequest, guardPool } from "./silent-server.ts";

export type Pool = pg.Pool;
export type DatabaseClient = pg.ClientBase;

export interface PoolOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Most connections of this pool. */
  readonly max?: number;
  /** Sends a query without waiting for the previous reply; replies keep their order. */
  readonly pipeline?: boolean;
  /** For work on behalf of many requests: without it, what runs in the course of a request ends with its time. */
  readonly outlivesRequests?: boolean;
}

/** How long a request waits for a connection, in milliseconds. */
const CONNECTION_LIMIT_MS = 4_000;

/**
 * A connection pool that survives a restart of its server: it drops, logs and replaces lost connections. While
 * the server is silent it lends none, and those it has lent end.
 */
export function createPool(options: PoolOptions): Pool {
  const { url, logger, max = 10, pipeline = false, outlivesRequests } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECTION_LIMIT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline,
  });
  // Without a listener, the first restart of PostgreSQL would end the process.
  pool.on("error", (error) => logger.warn({ err: error }, "idle database connection lost"));
  // The same for a connection that fails before its borrower adds a listener: its next query reports
  // the failure.
  pool.on("connect", (client) => client.on("error", () => undefined));
  guardPool(pool, url, { logger, outlivesRequests });
  pool.on("connect", traceQueries);
  return pool;
}

/** Has a pool of the mapper connect as its URL states: the mapper itself leaves out what follows the names, such as TLS. */
export function connectByUrl(pool: Pool, url: string): void {
  Object.assign(pool.options, { connectionString: url });
}

/** The tenant of a transaction; row-level policies and defaults read it from `app.tenant`. */
export type TenantScope = Pick<RequestContext, "tenantId">;

/** Both in one round trip, because a round trip costs as much as a small statement. */
const beginAs = ({ tenantId }: TenantScope): string =>
  `BEGIN; SELECT set_config('app.tenant', ${pg.escapeLiteral(tenantId)}, true)`;

/** Pools of several databases, of which each tenant uses one. */
export interface TenantPools {
  /** Does work on the pool of a tenant's database; again, when the tenant was moved before it took effect. */
  onPoolOf<T>(tenantId: string, work: (pool: Pool) => Promise<T>): Promise<T>;
}

/** Where transactions run: one database, or that of their tenant. */
export type TransactionPool = Pool | TenantPools;

/** Runs `work` in one transaction; an error rolls it back and is rethrown. */
export async function withTransaction<T>(
  pools: TransactionPool,
  scope: TenantScope | undefined,
  work: (client: DatabaseClient) => Promise<T>,
): Promise<T> {
  if ("onPoolOf" in pools) {
    if (scope === undefined) throw new Error("a transaction on several databases needs a tenant");
    return pools.onPoolOf(scope.tenantId, (own) => withTransaction(own, scope, work));
  }
  const pool = pools;
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    const begin = scope === undefined ? "BEGIN" : beginAs(scope);
    // A scoped statement brings its limit along, and several commands in one text would be refused there.
    const needsLimit = endsWithRequest(pool) && !hasScope(client);
    await client.query(needsLimit ? `${begin}${limitStatements()}` : begin);
    const result = await work(client);
    await commit(client);
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

/** The connection was lost while the server committed; 08007 is "transaction resolution unknown". */
class OutcomeUnknown extends Error {
  readonly code = "08007";
}

async function commit(client: DatabaseClient): Promise<void> {
  try {
    await client.query("COMMIT");
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
    throw new OutcomeUnknown("the server did not confirm the commit", { cause: error });
  }
}
