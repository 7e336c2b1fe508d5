import type { Pool, TenantScope } from "@allfunds/platform";
import { escapeLiteral, type PoolClient, type QueryResultRow } from "pg";
import { arrayLiteral } from "./array-literal.ts";
import { sendPrepared } from "./held-statements.ts";
import type { Statements } from "./statements.ts";

const beginAs = ({ tenantId }: TenantScope): string =>
  `BEGIN READ ONLY; SELECT set_config('app.tenant', ${escapeLiteral(tenantId)}, true)`;

/**
 * Reads in a tenant's name, in one transaction; takes a connection only when something is read. The pool's
 * connections take statements without waiting for the answers to earlier ones, and so does this.
 */
export class TenantReader implements Statements {
  readonly #pool: Pool;
  readonly #scope: TenantScope;
  #client: Promise<PoolClient> | undefined;
  /** Without it nothing that was read counts: it would not be the tenant's. */
  #begun: Promise<unknown> = Promise.resolve();
  #broken: Error | undefined;

  constructor(pool: Pool, scope: TenantScope) {
    this.#pool = pool;
    this.#scope = scope;
  }

  async query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    const client = await (this.#client ??= this.#open());
    const ready = parameters.map((value) => (Array.isArray(value) ? arrayLiteral(value) : value));
    try {
      const [read] = await Promise.all([sendPrepared<Row>(client, sql, ready), this.#begun]);
      return read;
    } catch (error) {
      this.#broken = error as Error;
      throw error;
    }
  }

  /** Nobody waits for the end of the transaction but the connection. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    const ended = client.query("COMMIT").catch(this.#onError);
    void ended.then(() => {
      client.off("error", this.#onError);
      client.release(this.#broken);
    });
  }

  async #open(): Promise<PoolClient> {
    const client = await this.#pool.connect();
    client.on("error", this.#onError);
    this.#begun = client.query(beginAs(this.#scope));
    this.#begun.catch(this.#onError);
    return client;
  }

  readonly #onError = (error: Error): void => {
    this.#broken = error;
  };
}
