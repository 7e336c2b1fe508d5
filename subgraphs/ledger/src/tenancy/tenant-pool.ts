import { isId, type Pool } from "@allfunds/platform";
import type { QueryResult, QueryResultRow } from "pg";
import { carryTenant } from "./carry-tenant.ts";

/** Parameters of a query by a tenant: the first is whose rows it may see. */
export type TenantParameters = readonly [tenantId: string, ...rest: unknown[]];

/** Reading as one tenant. */
export interface TenantReads {
  query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
  ): Promise<QueryResult<Row>>;
}

/**
 * Connections for reads outside transactions. Each carries the tenant it last read for, and is told
 * before it reads for another; row-level security then holds whatever the query forgets to ask for.
 * The pool behind it belongs to this object alone: a connection lent elsewhere would keep its tenant.
 */
export class TenantPool implements TenantReads {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
  ): Promise<QueryResult<Row>> {
    const [tenantId] = parameters;
    if (!isId(tenantId)) throw new Error("a query must name the tenant it reads for");
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await carryTenant(client, tenantId);
      return await client.query<Row>(sql, [...parameters]);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // As the pool's own query does: what failed may be in any state.
      client.release(failure);
    }
  }

  /** Rejects while the database cannot be reached. */
  async ping(): Promise<void> {
    await this.#pool.query("SELECT 1");
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
