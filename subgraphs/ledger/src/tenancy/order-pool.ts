import type { Pool } from "@allfunds/platform/database";
import { TenantPool, type TenantReads } from "@allfunds/platform/tenancy";
import pg, { type QueryResult, type QueryResultRow } from "pg";

/** Reading as each tenant, and the order of the feed over all of them. */
export interface OrderReads extends TenantReads {
  /** Reads which books moved how far, across tenants, and nothing that is in them. */
  queryOrder<Row extends QueryResultRow>(
    sql: string,
    parameters: readonly (string | number | null)[],
  ): Promise<Row[]>;
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

/** A pool for reads as one tenant that can also read the order of the feed. */
export class OrderPool extends TenantPool implements OrderReads {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super(pool);
    this.#pool = pool;
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
}
