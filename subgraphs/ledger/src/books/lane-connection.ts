import type { Pool, TenantScope } from "@allfunds/platform";
import type { PoolClient } from "pg";
import { OneTransaction, type ReadyStatement } from "./one-transaction.ts";

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** Where the batches of one book leave, one behind the other; held only while answers are missing. */
export class LaneConnection {
  readonly #pool: Pool;
  readonly #scope: TenantScope;
  #client: Promise<PoolClient> | undefined;
  #unanswered = 0;
  #broken: Error | undefined;

  constructor(pool: Pool, scope: TenantScope) {
    this.#pool = pool;
    this.#scope = scope;
  }

  /** True when others wait for a connection, so that this one should be given back as soon as can be. */
  get isWanted(): boolean {
    return this.#pool.waitingCount > 0;
  }

  /** Carries statements out as one transaction, after those sent before it. */
  async send(statements: readonly ReadyStatement[]): Promise<void> {
    this.#unanswered += 1;
    try {
      const client = await (this.#client ??= this.#pool.connect());
      const tenant = { sql: SET_TENANT, parameters: [this.#scope.tenantId] };
      await client.query(new OneTransaction([tenant, ...statements])).done;
    } catch (error) {
      // A failed transaction may leave statements half-prepared, so its connection is not used again.
      this.#broken ??= error as Error;
      throw error;
    } finally {
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#giveBack();
    }
  }

  #giveBack(): void {
    const broken = this.#broken;
    const client = this.#client;
    this.#broken = undefined;
    this.#client = undefined;
    client?.then(
      (connected) => connected.release(broken),
      () => undefined,
    );
  }
}
