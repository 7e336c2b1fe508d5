import { ALL_FUNDS } from "@allfunds/platform/auth";
import { preparedNameOf, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import pg, { type QueryResult, type QueryResultRow } from "pg";
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

/** Reading as each tenant, and the order of the feed over all of them. */
export interface OrderReads extends TenantReads {
  /** Reads which books moved how far, across tenants, and nothing that is in them. */
  queryOrder<Row extends QueryResultRow>(
    sql: string,
    parameters: readonly (string | number | null)[],
  ): Promise<Row[]>;
}

/** Reading as any tenant, of all its funds or, behind `seeing`, of some. */
export interface GrantedReads extends TenantReads {
  seeing(funds: FundGrants): TenantReads;
}

/** One text, and so one round trip; for this transaction only, whatever the connection carries. */
const seeingOrder = (statement: string): string => `
  BEGIN READ ONLY; SET LOCAL app.tenant = ''; SET LOCAL app.funds = '*';
  SET LOCAL app.sequencer = 'on'; ${statement}; COMMIT`;

/** A statement with its parameters written into it, as a text of several statements must have them. */
const written = (sql: string, parameters: readonly (string | number | null)[]): string =>
  sql.replaceAll(/\$(\d+)/g, (_, nth: string) => {
    const value = parameters[Number(nth) - 1];
    return value === null || value === undefined ? "NULL" : pg.escapeLiteral(String(value));
  });

/**
 * Connections for reads outside transactions. Each carries the tenant it last read for, and is set
 * before it reads for another; row-level security then holds whatever the query leaves out.
 * The pool behind it belongs to this object alone: a connection lent elsewhere would keep its tenant.
 */
export class TenantPool implements GrantedReads, OrderReads {
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
      await carryTenant(client, tenantId, funds);
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

  async queryOrder<Row extends QueryResultRow>(
    sql: string,
    parameters: readonly (string | number | null)[],
  ): Promise<Row[]> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      const answers: unknown = await client.query(seeingOrder(written(sql, parameters)));
      // The last but the COMMIT's.
      return (answers as readonly QueryResult<Row>[]).at(-2)?.rows ?? [];
    } catch (error) {
      // In the middle of its transaction it is of no use.
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
