import { withTransaction, type Pool } from "@allfunds/platform/database";
import type { QueryResultRow } from "pg";
import { PreparedStatements, type Statements } from "../engine/batched-sql.ts";

/** Reads all of `work` at one instant, while writing goes on. */
export const atOneInstant = <T>(
  pool: Pool,
  tenantId: string,
  work: (statements: Statements) => Promise<T>,
): Promise<T> =>
  withTransaction(pool, undefined, async (client) => {
    // The level must be set before the first query, so the tenant follows it.
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query("SELECT set_config('app.tenant', $1, true)", [tenantId]);
    const statements = new QueuedStatements(new PreparedStatements(client));
    try {
      return await work(statements);
    } finally {
      // What was read ahead for nothing must not meet the end of the transaction.
      await statements.end();
    }
  });

/** For who reads ahead on a connection that takes one statement at a time. */
class QueuedStatements implements Statements {
  readonly #statements: Statements;
  #last: Promise<unknown> = Promise.resolve();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    const read = this.#last.then(() => this.#statements.query<Row>(sql, parameters));
    this.#last = read.catch(() => undefined);
    return read;
  }

  async end(): Promise<void> {
    await this.#last;
  }
}
