import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logging.ts";
import type { Pool } from "./pool.ts";

const RECONNECT_MS = 500;

export interface NotificationListenerOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  /** A constant of this program. */
  readonly channel: string;
  /** Called with each payload, in the order of commits. */
  readonly onPayload: (payload: string) => void;
  /** Called when it listens, and listens again: notifications before that are lost. */
  readonly onListening?: () => void;
}

/** Listens to a notification channel on a connection of its own, again and again until it is stopped. */
export class NotificationListener {
  readonly #options: NotificationListenerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: NotificationListenerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#listenUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #listenUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    const { logger, channel } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#listen();
      } catch (error) {
        if (signal.aborted) return;
        logger.warn(
          { err: error, channel },
          "the notification channel was interrupted, listening again soon",
        );
        await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #listen(): Promise<void> {
    const { pool, channel, onPayload, onListening } = this.#options;
    const client = await pool.connect();
    try {
      await new Promise<void>((resolve, reject) => {
        client.on("error", reject);
        client.on("end", () => reject(new Error("the connection ended")));
        client.on("notification", ({ payload = "" }) => {
          try {
            onPayload(payload);
          } catch (error) {
            // Thrown on, it would end the process.
            reject(error);
          }
        });
        this.#stop.signal.addEventListener("abort", () => resolve(), { once: true });
        // It may have been stopped while it connected.
        if (this.#stop.signal.aborted) resolve();
        client.query(`LISTEN ${channel}`).then(() => onListening?.(), reject);
      });
    } finally {
      client.removeAllListeners("notification");
      client.release(true);
    }
  }
}
