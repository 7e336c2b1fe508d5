import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import { LruCache } from "../cache/lru-cache.ts";

/** What a subgraph answered, as JSON: one entity, or the fields of a query's root. */
export interface StoredAnswer {
  readonly json: string;
  /** The positions of the books it includes. */
  readonly positions: readonly (readonly [book: string, position: number])[];
  /** When it was stored, and when its read began; in milliseconds since 1970. */
  readonly storedAt: number;
  readonly readAt: number;
  readonly maxAgeMs: number;
  /** How much longer it may be shown while it is read again. */
  readonly staleMs: number;
  /** The tenant's epoch when its read began. */
  readonly epoch: string;
}

/**
 * Where answers are kept. Each mutation of a tenant begins an epoch, and answers of earlier ones are not shown.
 * Methods never throw; an unavailable store has nothing.
 */
export interface AnswerStore {
  /** The tenant's epoch and the answers; undefined when nothing may be shown or kept now. */
  readonly read: (tenantId: string, keys: readonly string[]) => Promise<StoredAnswers | undefined>;
  readonly write: (answers: ReadonlyMap<string, StoredAnswer>) => Promise<void>;
  readonly beginEpoch: (tenantId: string) => Promise<void>;
  /** Reads the bytes kept by this process; absent when another one keeps them. */
  readonly memory?: () => number;
  readonly close: () => Promise<void>;
}

export interface StoredAnswers {
  readonly epoch: string;
  readonly answers: readonly (StoredAnswer | undefined)[];
}

type Outcome = "hit" | "stale" | "miss" | "behind" | "moved";

/** What the caller of a look-up may be shown. */
interface Shown {
  /** The tenant's epoch. */
  readonly epoch: string;
  /** The positions of books that the caller has seen. */
  readonly required: ReadonlyMap<string, number> | undefined;
  /** Whether nothing has happened in the books of an answer since. */
  readonly isCurrent: (answer: StoredAnswer) => boolean;
}

/** What becomes of a look-up. */
export function outcomeOf(
  answer: StoredAnswer | undefined,
  { epoch, required, isCurrent }: Shown,
): Outcome {
  if (answer === undefined || answer.epoch !== epoch) return "miss";
  const ageMs = Date.now() - answer.storedAt;
  if (ageMs < 0 || ageMs >= answer.maxAgeMs + answer.staleMs) return "miss";
  if (required !== undefined && !includes(answer, required)) return "behind";
  if (!isCurrent(answer)) return "moved";
  return ageMs < answer.maxAgeMs ? "hit" : "stale";
}

/** An answer that names no book may depend on any. */
function includes({ positions }: StoredAnswer, required: ReadonlyMap<string, number>): boolean {
  return (
    (positions.length > 0 || required.size === 0) &&
    positions.every(([book, position]) => position >= (required.get(book) ?? 0))
  );
}

/** Longer ages are cut: an epoch is evicted when all answers from before it have ended. */
export const LONGEST_LIFE_MS = 300_000;

const MAX_BYTES = 64 * 1024 * 1024;
const BYTES_PER_ENTRY = 400;
/** Epochs are looked through above this many tenants. */
const MANY_TENANTS = 10_000;
const FIRST_EPOCH = "0";

/** The answers of this process alone. */
export class MemoryAnswers implements AnswerStore {
  readonly #answers: LruCache<string, StoredAnswer>;
  readonly #epochs = new Map<string, { readonly name: string; readonly endsAt: number }>();
  #begun = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#answers = new LruCache<string, StoredAnswer>(
      maxBytes,
      ({ json }, key) => 2 * (json.length + key.length) + BYTES_PER_ENTRY,
    );
  }

  async read(tenantId: string, keys: readonly string[]): Promise<StoredAnswers> {
    return {
      epoch: this.#epochs.get(tenantId)?.name ?? FIRST_EPOCH,
      answers: keys.map((key) => this.#answers.get(key)),
    };
  }

  async write(answers: ReadonlyMap<string, StoredAnswer>): Promise<void> {
    for (const [key, answer] of answers) this.#answers.set(key, answer);
  }

  async beginEpoch(tenantId: string): Promise<void> {
    this.#begun += 1;
    const endsAt = performance.now() + 2 * LONGEST_LIFE_MS;
    this.#epochs.set(tenantId, { name: String(this.#begun), endsAt });
    if (this.#epochs.size <= MANY_TENANTS) return;
    for (const [id, epoch] of this.#epochs)
      if (epoch.endsAt < performance.now()) this.#epochs.delete(id);
  }

  readonly memory = (): number => this.#answers.size;

  async close(): Promise<void> {
    this.#epochs.clear();
  }
}

/** How long Redis is not called after a failure, so that not every request waits for it. */
const PAUSE_MS = 1_000;

/** The answers of all replicas. While Redis is unavailable nothing is cached. */
export class RedisAnswers implements AnswerStore {
  readonly #redis: Redis;
  readonly #logger: Logger;
  /** Until when answers are not shown, by tenant: those whose epoch could not be begun. */
  readonly #withheld = new Map<string, number>();
  #pausedUntil = 0;

  constructor(url: string, logger: Logger) {
    this.#redis = connectRedis(url, "allfunds:answer:", logger);
    this.#logger = logger;
  }

  async read(tenantId: string, keys: readonly string[]): Promise<StoredAnswers | undefined> {
    if (await this.#isWithheld(tenantId)) return undefined;
    const texts = await this.#run(this.#redis.mget(epochKey(tenantId), ...keys));
    if (texts === undefined) return undefined;
    const [epoch, ...answers] = texts;
    if (typeof epoch !== "string") {
      // Redis may have evicted it: what was stored before is unknown.
      await this.#setEpoch(tenantId);
      return undefined;
    }
    return {
      epoch,
      answers: answers.map((text) =>
        typeof text === "string" ? (JSON.parse(text) as StoredAnswer) : undefined,
      ),
    };
  }

  async write(answers: ReadonlyMap<string, StoredAnswer>): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const [key, answer] of answers)
      pipeline.set(key, JSON.stringify(answer), "PX", answer.maxAgeMs + answer.staleMs);
    await this.#run(pipeline.exec());
  }

  async beginEpoch(tenantId: string): Promise<void> {
    if (await this.#setEpoch(tenantId)) return;
    this.#withheld.set(tenantId, performance.now() + LONGEST_LIFE_MS);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #setEpoch(tenantId: string): Promise<boolean> {
    const name = crypto.randomUUID();
    const reply = this.#redis.set(epochKey(tenantId), name, "PX", 2 * LONGEST_LIFE_MS);
    return (await this.#run(reply, true)) !== undefined;
  }

  /** An epoch that could not be begun is begun as soon as Redis is back; until then nothing is shown. */
  async #isWithheld(tenantId: string): Promise<boolean> {
    const until = this.#withheld.get(tenantId);
    if (until === undefined) return false;
    if (performance.now() < until && !(await this.#setEpoch(tenantId))) return true;
    this.#withheld.delete(tenantId);
    return false;
  }

  async #run<Reply>(reply: Promise<Reply>, always = false): Promise<Reply | undefined> {
    if (!always && performance.now() < this.#pausedUntil) {
      reply.catch(() => undefined);
      return undefined;
    }
    try {
      return await reply;
    } catch (error) {
      if (performance.now() >= this.#pausedUntil)
        this.#logger.warn({ err: error }, "redis unavailable: answers are not cached");
      this.#pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    }
  }
}

const epochKey = (tenantId: string): string => `epoch:${tenantId}`;
