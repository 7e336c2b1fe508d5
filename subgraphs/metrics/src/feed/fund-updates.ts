import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { CHANNEL, readNotification } from "./fund-delta.ts";
import type { FundChanged } from "./fund-delta.ts";

const RECONNECT_MS = 500;

type Listener = (changed: FundChanged) => void;

/** Notifies this replica's listeners whenever any replica has applied events of their fund. */
export class FundUpdates {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #listeners = new Map<string, Set<Listener>>();
  #running: Promise<void> = Promise.resolve();

  constructor(pool: Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  start(): void {
    this.#running = this.#listenUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Calls the listener for each change of one fund from now on, in the order of commits, until ended. */
  listen(tenantId: string, fundId: string, listener: Listener): () => void {
    const key = subscriptionKey({ tenantId, fundId });
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  async #listenUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#listen();
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.warn(
          { err: error },
          "the notification channel was interrupted, listening again soon",
        );
        await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Listens on a connection of its own until that breaks or the service stops. */
  async #listen(): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await new Promise<void>((resolve, reject) => {
        client.on("error", reject);
        client.on("end", () => reject(new Error("the connection ended")));
        client.on("notification", ({ payload }) => this.#notify(readNotification(payload ?? "")));
        this.#stop.signal.addEventListener("abort", () => resolve(), { once: true });
        // It may have been stopped while it connected.
        if (this.#stop.signal.aborted) resolve();
        client.query(`LISTEN ${CHANNEL}`).then(() => this.#notifyAll(), reject);
      });
    } finally {
      client.removeAllListeners("notification");
      client.release(true);
    }
  }

  #notify(changed: FundChanged): void {
    for (const listener of this.#listeners.get(subscriptionKey(changed)) ?? []) listener(changed);
  }

  /** Notifications sent before this replica listened are lost, so every listener reads again. */
  #notifyAll(): void {
    for (const key of this.#listeners.keys()) {
      const [tenantId = "", fundId = ""] = key.split(" ");
      this.#notify({ tenantId, fundId, delta: null });
    }
  }
}

const subscriptionKey = ({ tenantId, fundId }: Pick<FundChanged, "tenantId" | "fundId">): string =>
  `${tenantId} ${fundId}`;
