import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@allfunds/platform";
import type { OrderReads } from "../tenancy/tenant-pool.ts";
import type { TenantLimits } from "./tenant-limits.ts";

const ROUND_MS = 60_000;

// Whoever has a book may have set limits; it sees where books end, and no event.
const READ_TENANTS = `SELECT DISTINCT tenant_id AS id FROM book ORDER BY 1`;

/**
 * Finishes what was begun: when a service ended while it carried a tenant's limit into the books of its
 * funds, the request has failed, but some books may know the limit and others not. Every instance looks
 * at its start and then now and again.
 */
export class LimitCarrier {
  readonly #limits: TenantLimits;
  readonly #pool: OrderReads;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(limits: TenantLimits, pool: OrderReads, logger: Logger) {
    this.#limits = limits;
    this.#pool = pool;
    this.#logger = logger;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** Resolves when every fund decides by the limits its tenant had set before. */
  async carryAll(now: Date): Promise<void> {
    for (const { id: tenantId } of await this.#pool.queryOrder<{ id: string }>(READ_TENANTS, [])) {
      if (this.#stop.signal.aborted) return;
      await this.#limits.carry({ tenantId, actor: "ledger", now });
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.carryAll(new Date()).catch((error: unknown) => {
        this.#logger.warn(
          { err: error },
          "limits could not be carried into the books of all funds",
        );
      });
      await pause(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
