import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "../connect-redis.ts";
import type { TicketStore } from "./ticket-store.ts";

/** Tickets that are good at every replica. */
export class RedisTicketStore implements TicketStore {
  readonly #redis: Redis;
  readonly #logger: Logger;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:ticket:", logger);
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
