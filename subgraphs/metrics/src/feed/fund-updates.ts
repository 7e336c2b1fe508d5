import { NotificationListener } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { CHANNEL, readNotification } from "./fund-delta.ts";
import type { FundChanged } from "./fund-delta.ts";

type Listener = (changed: FundChanged) => void;

/** Notifies this replica's listeners whenever any replica has applied events of their fund. */
export class FundUpdates {
  readonly #channel: NotificationListener;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(pool: Pool, logger: Logger) {
    this.#channel = new NotificationListener({
      pool,
      logger,
      channel: CHANNEL,
      onPayload: (payload) => this.#notify(readNotification(payload)),
      // Notifications sent before this replica listened are lost.
      onListening: () => this.#notifyAll(),
    });
  }

  start(): void {
    this.#channel.start();
  }

  stop(): Promise<void> {
    return this.#channel.stop();
  }

  /**
   * Calls the listener for each change of one fund, and whenever exchange rates of its tenant were recorded, from
   * now on, in the order of commits, until ended.
   */
  listen(tenantId: string, fundId: string, listener: Listener): () => void {
    const key = subscriptionKey({ tenantId, fundId });
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #notify(changed: FundChanged): void {
    if (changed.isOfTenant) {
      this.#notifyAll(changed.tenantId);
      return;
    }
    for (const listener of this.#listeners.get(subscriptionKey(changed)) ?? []) listener(changed);
  }

  /** Lets every listener read again, or those of one tenant. */
  #notifyAll(ofTenant?: string): void {
    for (const key of this.#listeners.keys()) {
      const [tenantId = "", fundId = ""] = key.split(" ");
      if (ofTenant !== undefined && tenantId !== ofTenant) continue;
      this.#notify({ tenantId, fundId, isOfTenant: false, delta: null });
    }
  }
}

const subscriptionKey = ({ tenantId, fundId }: Pick<FundChanged, "tenantId" | "fundId">): string =>
  `${tenantId} ${fundId}`;
