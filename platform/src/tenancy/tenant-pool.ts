import type { QueryResult, QueryResultRow } from "pg";
import { ALL_FUNDS } from "../caller.ts";
import { preparedNameOf } from "../database/one-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { isId } from "../ids.ts";
import { carryTenant } from "./carry-tenant.ts";
import type { FundGrants } from "./fund-grants.ts";

/** Parameters of a query by a tenant: the first is whose rows it may see. */
export type TenantParameters = readonly [tenantId: string, ...rest: unknown[]];

/** How a query is sent. */
export interface ReadOptions {
  /** For statements that are constants and sent often: each connection has them planned once. */
  readonly prepared?: true;
}

/** Reading as one tenant. */
export interface TenantReads {
  query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    options?: ReadOptions,
  ): Promise<QueryResult<Row>>;
}

/** Reading as any tenant, of all its funds or, behind `seeing`, of some. */
export interface GrantedReads extends TenantReads {
  seeing(funds: FundGrants): TenantReads;
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
    return this.#query(sql, parameters, ALL_FUNDS, options);
  }

  /** The same for a caller who may see these funds only: others have no rows. */
  seeing(funds: FundGrants): TenantReads {
    if (funds === ALL_FUNDS) return this;
    return {
      query: (sql, parameters, options) => this.#query(sql, parameters, funds, options),
    };
  }

  async #query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    funds: FundGrants,
    { prepared }: ReadOptions = {},
  ): Promise<QueryResult<Row>> {
    const [tenantId] = parameters;
    if (!isId(tenantId)) throw new Error("a query must name the tenant it reads for");
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      carryTenant(client, tenantId, funds);
      const name = prepared === true ? { name: preparedNameOf(sql) } : undefined;
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
