import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { Pool, SqlStatement } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { z } from "zod";

/** A fund's figures may have changed; what they are is read afresh. */
export interface FundUpdate {
  tenantId: string;
  fundId: string;
  at: Date;
}

const CHANNEL = "metrics_fund_changed";
const RECONNECT_MS = 500;
const notification = z.object({ tenantId: z.string(), fundId: z.string() });

const NOTIFY = `SELECT pg_notify('${CHANNEL}', payload) FROM json_array_elements_text($1) AS payload`;

/** Notifies every replica, once the transaction commits. */
export function notifyFundsChanged(events: readonly LedgerEvent[]): SqlStatement {
  const changed = events.map(({ tenantId, fundId }) => JSON.stringify({ tenantId, fundId }));
  return { text: NOTIFY, values: [JSON.stringify([...new Set(changed)])] };
}

/** Wakes this replica's subscribers whenever any replica has applied events of their fund. */
export class FundUpdates {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #subscribers = new Map<string, Set<LatestValue<FundUpdate>>>();
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
    for (const subscribers of this.#subscribers.values()) {
      for (const subscriber of subscribers) await subscriber.return();
    }
    await this.#running;
  }

  /** Updates of one fund from now on; a slow reader gets the latest only. */
  subscribe(tenantId: string, fundId: string): LatestValue<FundUpdate> {
    const key = subscriptionKey({ tenantId, fundId });
    const subscribers = this.#subscribers.get(key) ?? new Set();
    this.#subscribers.set(key, subscribers);
    const subscriber = new LatestValue<FundUpdate>(() => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0) this.#subscribers.delete(key);
    });
    subscribers.add(subscriber);
    return subscriber;
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
        client.on("notification", ({ payload }) => this.#wake(payload ?? ""));
        this.#stop.signal.addEventListener("abort", () => resolve(), { once: true });
        // It may have been stopped while it connected.
        if (this.#stop.signal.aborted) resolve();
        client.query(`LISTEN ${CHANNEL}`).then(() => this.#wakeAll(), reject);
      });
    } finally {
      client.removeAllListeners("notification");
      client.release(true);
    }
  }

  #wake(payload: string): void {
    const { tenantId, fundId } = notification.parse(JSON.parse(payload));
    for (const subscriber of this.#subscribers.get(subscriptionKey({ tenantId, fundId })) ?? []) {
      subscriber.push({ tenantId, fundId, at: new Date() });
    }
  }

  /** Notifications sent before this replica listened are lost, so every subscriber reads again. */
  #wakeAll(): void {
    for (const key of this.#subscribers.keys()) {
      const [tenantId = "", fundId = ""] = key.split(" ");
      this.#wake(JSON.stringify({ tenantId, fundId }));
    }
  }
}

const subscriptionKey = ({ tenantId, fundId }: Pick<FundUpdate, "tenantId" | "fundId">): string =>
  `${tenantId} ${fundId}`;

/**
 * An async iterator that holds one value: a newer value replaces one that was not read yet,
 * so a slow reader never falls behind. Ending it also ends a read that is waiting.
 */
export class LatestValue<Value> implements AsyncIterableIterator<Value, undefined> {
  readonly #onEnd: () => void;
  #unread: { value: Value } | undefined;
  #waiting: ((result: IteratorResult<Value, undefined>) => void) | undefined;
  #ended = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(value: Value): void {
    if (this.#ended) return;
    if (this.#waiting === undefined) {
      this.#unread = { value };
      return;
    }
    const deliver = this.#waiting;
    this.#waiting = undefined;
    deliver({ done: false, value });
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#unread !== undefined) {
      const { value } = this.#unread;
      this.#unread = undefined;
      return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#waiting?.({ done: true, value: undefined });
      this.#onEnd();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
