import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import { LruCache } from "../cache/lru-cache.ts";

/** Stores sealed texts for a short time, each to be taken once. */
export interface TicketStore {
  /** False when the text may not have been stored. */
  readonly put: (id: string, sealed: string, seconds: number) => Promise<boolean>;
  /** Removes and returns a text. Of concurrent requests for it one receives it. */
  readonly take: (id: string) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const MAX_TICKETS = 10_000;

interface StoredTicket {
  readonly sealed: string;
  readonly untilMs: number;
}

/** Tickets of this process: valid at the replica that issued them. */
export class MemoryTicketStore implements TicketStore {
  readonly #tickets = new LruCache<string, StoredTicket>(MAX_TICKETS);

  async put(id: string, sealed: string, seconds: number): Promise<boolean> {
    this.#tickets.set(id, { sealed, untilMs: performance.now() + seconds * 1000 });
    return true;
  }

  async take(id: string): Promise<string | undefined> {
    const stored = this.#tickets.get(id);
    this.#tickets.delete(id);
    return stored !== undefined && stored.untilMs > performance.now() ? stored.sealed : undefined;
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}

/** Tickets valid at every replica. */
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
      this.#logger.warn({ err: error }, "redis unavailable: ticket kept in memory");
      return false;
    }
  }

  async take(id: string): Promise<string | undefined> {
    try {
      return (await this.#redis.getdel(id)) ?? undefined;
    } catch (error) {
      this.#logger.warn({ err: error }, "redis unavailable: ticket not found");
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}
