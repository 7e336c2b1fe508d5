import type { QueryResult, QueryResultRow } from "pg";
import { ALL_GRANTED, type Grants } from "@allfunds/contract/caller";
import { preparedNameOf } from "../database/one-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { isId } from "../ids.ts";
import { carryTenant } from "./carry-tenant.ts";

/** Parameters of a query by a tenant: the first is whose rows it may see. */
export type TenantParameters = readonly [tenantId: string, ...rest: unknown[]];

/** How a query is sent. */
export interface ReadOptions {
  /** For statements that are constants and sent often: each connection has them parsed once. */
  readonly prepared?: true;
  /**
   * Of prepared ones that find all their rows by index: each connection has them planned once, too. Without it the
   * server plans them anew for each call where it takes that for cheaper.
   */
  readonly plannedOnce?: true;
}

/** Reading as one tenant. */
export interface TenantReads {
  query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    options?: ReadOptions,
  ): Promise<QueryResult<Row>>;
}

/** Reading as any tenant, everything or, behind `seeing`, what is granted. */
export interface GrantedReads extends TenantReads {
  seeing(grants: Grants): TenantReads;
}

/**
 * Connections for reads outside transactions. Each carries the tenant it last read for, and is set
 * before it reads for another; row-level security then holds whatever the query leaves out.
 * The pool behind it belongs to this object alone: a connection lent elsewhere would keep its tenant.
 */
export class TenantPool implements GrantedReads {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    options?: ReadOptions,
  ): Promise<QueryResult<Row>> {
    return this.#query(sql, parameters, ALL_GRANTED, options);
  }

  /** The same for a caller who is granted this only: what else there is has no rows. */
  seeing(grants: Grants): TenantReads {
    if (grants === ALL_GRANTED) return this;
    return {
      query: (sql, parameters, options) => this.#query(sql, parameters, grants, options),
    };
  }

  async #query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    grants: Grants,
    { prepared, plannedOnce }: ReadOptions = {},
  ): Promise<QueryResult<Row>> {
    const [tenantId] = parameters;
    if (!isId(tenantId)) throw new Error("a query must name the tenant it reads for");
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      carryTenant(client, tenantId, grants);
      const name = prepared === true ? { name: preparedNameOf(sql), plannedOnce } : undefined;
      return await client.query<Row>({ text: sql, values: [...parameters], ...name });
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // As the pool's own query does: what failed may be in any state.
      client.release(failure);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
