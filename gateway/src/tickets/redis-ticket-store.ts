import type { Logger } from "@allfunds/platform";
import { Redis } from "ioredis";
import type { TicketStore } from "./ticket-store.ts";

const ANSWER_WITHIN_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** Tickets that are good at every replica. */
export class RedisTicketStore implements TicketStore {
  readonly #redis: Redis;
  readonly #logger: Logger;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: ANSWER_WITHIN_MS,
      keyPrefix: "allfunds:ticket:",
      retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RETRY_MS),
    });
    this.#redis.on("error", (error: Error) =>
      logger.debug({ err: error }, "redis is not reachable"),
    );
  }

  async put(id: string, sealed: string, seconds: number): Promise<boolean> {
    try {
      return (await this.#redis.set(id, sealed, "EX", seconds, "NX")) === "OK";
    } catch (error) {
      this.#logger.warn({ err: error }, "redis is away, a ticket is kept in memory");
      return false;
    }
  }

  async take(id: string): Promise<string | undefined> {
    try {
      return (await this.#redis.getdel(id)) ?? undefined;
    } catch (error) {
      this.#logger.warn({ err: error }, "redis is away, a ticket cannot be found in it");
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}
