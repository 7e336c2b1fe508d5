import type { Logger } from "@allfunds/platform";
import { readTenants, Rounds } from "../../tenancy/rounds.ts";
import type { OrderReads } from "../../tenancy/tenant-pool.ts";
import type { TenantLimits } from "./tenant-limits.ts";

const ROUND_MS = 60_000;

/**
 * Finishes what was begun: when a service ended while it carried a tenant's limit into the books of its
 * funds, the request has failed, but some books may know the limit and others not. Every instance looks
 * at its start and then now and again.
 */
export class LimitCarrier {
  readonly #limits: TenantLimits;
  readonly #pool: OrderReads;
  readonly #rounds: Rounds;

  constructor(limits: TenantLimits, pool: OrderReads, logger: Logger) {
    this.#limits = limits;
    this.#pool = pool;
    this.#rounds = new Rounds({
      everyMs: ROUND_MS,
      work: (now, signal) => this.carryAll(now, signal),
      failed: (error) =>
        logger.warn({ err: error }, "limits could not be carried into the books of all funds"),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Resolves when every fund decides by the limits its tenant had set before, or at the signal. */
  async carryAll(now: Date, signal?: AbortSignal): Promise<void> {
    for (const tenantId of await readTenants(this.#pool)) {
      if (signal?.aborted === true) return;
      await this.#limits.carry({ tenantId, actor: "ledger", now });
    }
  }
}
