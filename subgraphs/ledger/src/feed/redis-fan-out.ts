import type { Logger } from "@allfunds/platform/logging";
import { tlsOf } from "@allfunds/platform/mesh";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { Redis } from "ioredis";
import { setTimeout as pause } from "node:timers/promises";
import type { PublishedEvent } from "../engine/book.ts";
import type { FeedEvent } from "./feed-page.ts";
import type { AssignedRange, PlacedRange } from "./feed-tail.ts";

/** Takes a range that another instance has given its place, with its events unless they are many. */
type RangeListener = (range: AssignedRange, events: readonly PublishedEvent[] | undefined) => void;

/**
 * Brings the end of the feed from the instance that gives out places to all others, so that those need not read the
 * log for their subscribers. Only a help: what it loses is read from PostgreSQL.
 */
export interface FeedFanOut {
  /** Sends ranges that have just got their places in the log of this id, in order. */
  publish(logId: string, ranges: readonly PlacedRange[]): void;
  /** Calls `onRange` for what is published from now on, and `onLost` when some of it may be missing; returns its end. */
  follow(logId: string, onRange: RangeListener, onLost: () => void): () => void;
  close(): Promise<void>;
}

interface FanOutOptions {
  readonly url: string;
  /** Where events are read that other instances committed. */
  readonly reads: TenantReads;
  readonly logger: Logger;
}

/** A second or two of a busy ledger, in at most 32 MB: who is further behind reads the log. */
const KEPT_RANGES = 500;
/** Larger ranges come without their events, which each instance reads once. */
const MOST_CHARACTERS = 64_000;
/** With more to send, Redis is too slow to be of help. */
const MOST_WAITING = 1_000;
const BLOCK_MS = 1_000;
const RETRY_MS = 200;

/** How often followers show that they are there, and the sender looks for them. */
const PRESENCE_MS = 1_000;
const PRESENCE_SECONDS = 5;

const presenceOf = (logId: string): string => `allfunds:feed-followers:{${logId}}`;
const streamOf = (logId: string): string => `allfunds:feed:{${logId}}`;

/** One stream of Redis for each log. */
export class RedisFanOut implements FeedFanOut {
  readonly #options: FanOutOptions;
  readonly #sender: Redis;
  readonly #followers = new Set<AbortController>();
  #waiting = 0;
  #hasFollowers = false;
  #lookedAtMs = -Infinity;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: FanOutOptions) {
    this.#options = options;
    this.#sender = this.#connect({ enableOfflineQueue: false });
  }

  publish(logId: string, ranges: readonly PlacedRange[]): void {
    if (this.#sender.status !== "ready") return;
    this.#lookForFollowers(logId);
    if (!this.#hasFollowers || this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    this.#sending = this.#sending
      .then(() => this.#send(logId, ranges))
      .catch((error: unknown) => {
        this.#options.logger.debug({ err: error }, "ranges of the feed were not fanned out");
      })
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Without another instance nothing is sent. */
  #lookForFollowers(logId: string): void {
    if (performance.now() - this.#lookedAtMs < PRESENCE_MS) return;
    this.#lookedAtMs = performance.now();
    this.#sender.exists(presenceOf(logId)).then(
      (count) => (this.#hasFollowers = count > 0),
      () => (this.#hasFollowers = false),
    );
  }

  async #send(logId: string, ranges: readonly PlacedRange[]): Promise<void> {
    for (const placed of ranges) {
      const text = JSON.stringify(await placed.events(this.#options.reads, false));
      const events = text.length > MOST_CHARACTERS ? "" : text;
      const entry = ["range", JSON.stringify(placed.range), "events", events];
      await this.#sender.xadd(streamOf(logId), "MAXLEN", "~", KEPT_RANGES, "*", ...entry);
    }
  }

  follow(logId: string, onRange: RangeListener, onLost: () => void): () => void {
    const end = new AbortController();
    this.#followers.add(end);
    const redis = this.#connect({});
    redis.on("close", onLost);
    void this.#read(redis, logId, onRange, end.signal);
    return () => {
      this.#followers.delete(end);
      end.abort();
      redis.disconnect();
    };
  }

  async #read(
    redis: Redis,
    logId: string,
    onRange: RangeListener,
    end: AbortSignal,
  ): Promise<void> {
    const stream = streamOf(logId);
    let last: string | undefined;
    let shownAtMs = -Infinity;
    redis.on("close", () => (last = undefined));
    while (!end.aborted) {
      try {
        if (performance.now() - shownAtMs >= PRESENCE_MS) {
          await redis.set(presenceOf(logId), "", "EX", PRESENCE_SECONDS);
          shownAtMs = performance.now();
        }
        last ??= (await redis.xrevrange(stream, "+", "-", "COUNT", 1))[0]?.[0] ?? "0-0";
        const found = await redis.xread("BLOCK", BLOCK_MS, "STREAMS", stream, last);
        for (const [id, fields] of found?.[0]?.[1] ?? []) {
          last = id;
          onRange(...readEntry(fields));
        }
      } catch {
        last = undefined;
        shownAtMs = -Infinity;
        await pause(RETRY_MS, undefined, { signal: end }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    for (const follower of this.#followers) follower.abort();
    this.#sender.disconnect();
    await this.#sending;
  }

  #connect(more: { readonly enableOfflineQueue?: boolean }): Redis {
    const { url, logger } = this.#options;
    const redis = new Redis(url, {
      maxRetriesPerRequest: 0,
      ...tlsOf(url),
      retryStrategy: (attempt) => Math.min(attempt * 50, 1_000),
      ...more,
    });
    redis.on("error", (error: Error) => logger.debug({ err: error }, "redis not reachable"));
    return redis;
  }
}

function readEntry(fields: readonly string[]): Parameters<RangeListener> {
  const valueOf = (name: string): string => fields[fields.indexOf(name) + 1] ?? "";
  const range = JSON.parse(valueOf("range")) as AssignedRange;
  const text = valueOf("events");
  if (text === "") return [range, undefined];
  const events = JSON.parse(text) as readonly FeedEvent[];
  return [
    range,
    events.map(({ type, position, recordedAt, payload }) => ({
      type,
      position,
      recordedAt: new Date(recordedAt),
      payload,
    })),
  ];
}
