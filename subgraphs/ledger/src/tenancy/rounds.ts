import { setTimeout as pause } from "node:timers/promises";
import type { OrderReads } from "./order-pool.ts";

// A tenant is what has a book, and is not written to elsewhere. The query sees where books end, and no event.
const READ_TENANTS = `
  SELECT DISTINCT tenant_id AS id FROM book
  WHERE tenant_id NOT IN (SELECT tenant FROM tenant_fence WHERE closed_until > now()) ORDER BY 1`;

/** Every tenant the ledger keeps books for. */
export async function readTenants(pool: OrderReads): Promise<string[]> {
  const rows = await pool.queryOrder<{ id: string }>(READ_TENANTS, []);
  return rows.map(({ id }) => id);
}

export interface RoundsOptions {
  readonly everyMs: number;
  /** One round; the signal aborts when no more is wanted. */
  readonly work: (now: Date, signal: AbortSignal) => Promise<void>;
  /** Called after a round that failed; the next one comes all the same. */
  readonly failed: (error: unknown) => void;
}

/** Work that is done at the start and then again and again, until it is stopped. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { everyMs, work, failed } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await work(new Date(), signal).catch(failed);
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
