import type { Pool, TenantScope } from "@allfunds/platform";
import type { PoolClient, QueryResultRow } from "pg";
import { arrayLiteral } from "./array-literal.ts";
import { sendPrepared } from "./held-statements.ts";
import type { Statements } from "./statements.ts";

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** Reads in a tenant's name, in one transaction; takes a connection only when something is read. */
export class TenantReader implements Statements {
  readonly #pool: Pool;
  readonly #scope: TenantScope;
  #client: Promise<PoolClient> | undefined;
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
      return await sendPrepared<Row>(client, sql, ready);
    } catch (error) {
      this.#broken = error as Error;
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    await client.query("COMMIT").catch((error: Error) => {
      this.#broken = error;
    });
    client.off("error", this.#onError);
    client.release(this.#broken);
  }

  async #open(): Promise<PoolClient> {
    const client = await this.#pool.connect();
    client.on("error", this.#onError);
    try {
      await Promise.all([
        client.query("BEGIN READ ONLY"),
        sendPrepared(client, SET_TENANT, [this.#scope.tenantId]),
      ]);
    } catch (error) {
      client.off("error", this.#onError);
      client.release(true);
      throw error;
    }
    return client;
  }

  readonly #onError = (error: Error): void => {
    this.#broken = error;
  };
}
