import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { FEED_SUBSCRIPTION, feedPageSchema, type UnknownEvent } from "@allfunds/contract/feed";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { z } from "zod";
import type { Grant } from "../auth/client-credentials.ts";
import { currentMesh } from "../mesh/mesh.ts";

const refusalSchema = z
  .array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) }))
  .min(1);

export interface FeedSubscription {
  /** The base URL of the service that has the log. */
  readonly sourceUrl: string;
  /** The cursor to continue after; null for the start of the feed. */
  readonly after: string | null;
  /** The access token; absent when the service requires none. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Yields the events of the books after a cursor until aborted, in batches that grow while the reader is busy.
 * Throws when the connection is lost, and an AppError with the service's code when it refuses.
 */
export async function* subscribeFeed({
  sourceUrl,
  after,
  token,
  signal,
}: FeedSubscription): AsyncGenerator<FeedBatch> {
  if (signal.aborted) return;
  let socket: WebSocket | undefined;
  const gathered = new GatheredBatches({
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  });
  const client = createClient({
    url: `${sourceUrl.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: socketTo(new URL(sourceUrl).hostname),
    retryAttempts: 0,
    keepAlive: 10_000,
    lazy: true,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
    },
  });
  const dispose = (): void => {
    // A paused socket would not receive the other side's close.
    socket?.resume();
    // dispose waits for a pending connection, whose failure the subscription has reported.
    Promise.resolve(client.dispose()).catch(() => undefined);
  };
  signal.addEventListener("abort", dispose, { once: true });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const operation = {
    query: FEED_SUBSCRIPTION,
    variables: { after },
    extensions: { headers: authorization },
  };
  client.subscribe(operation, {
    next: ({ data, errors, extensions }) => {
      const read = feedPageSchema.safeParse(data);
      if (errors !== undefined || !read.success) {
        gathered.end(errors ?? read.error);
        return;
      }
      const { cursor, events } = read.data;
      const { traceparent } = (extensions ?? {}) as { readonly traceparent?: unknown };
      gathered.add({
        cursor,
        events,
        ...(typeof traceparent === "string" ? { traces: [traceparent] } : {}),
      });
    },
    error: (error) => gathered.end(error),
    complete: () => gathered.end(),
  });
  try {
    yield* gathered;
  } catch (error) {
    throw refusalOf(error);
  } finally {
    signal.removeEventListener("abort", dispose);
    dispose();
  }
}

/** The class of sockets to a host, which present the newest certificate; graphql-ws makes them itself. */
const socketTo = (host: string) =>
  class extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { ...currentMesh()?.credentialsFor(host) });
    }
  };

/** Converts a refusal to an AppError; returns any other failure unchanged. */
function refusalOf(reason: unknown): unknown {
  const refusal = refusalSchema.safeParse(reason).data?.[0];
  if (refusal === undefined) return reason;
  const { code } = refusal.extensions;
  return new AppError(isErrorCode(code) ? code : "INTERNAL_ERROR", refusal.message, {
    detail: "the subscription to the feed was refused",
  });
}

export interface FeedBatch {
  readonly cursor: string;
  readonly events: readonly UnknownEvent[];
  /** W3C `traceparent`s of the commits that led to it, as far as they were traced. */
  readonly traces?: readonly string[];
}

/** The source of the batches. */
export interface Source {
  pause(): void;
  resume(): void;
}

/** Most events of one yielded batch: a transaction of about ten milliseconds. */
const MOST_TOGETHER = 1_000;
/** Pauses the source at this many waiting events, so a late follower does not hold the whole log. */
const MOST_WAITING = 4 * MOST_TOGETHER;

/**
 * Gathers batches between the feed and the follower. Batches that arrive while the follower is busy are
 * yielded as one, so a late follower stores more per transaction.
 */
export class GatheredBatches {
  readonly #source: Source;
  readonly #batches: FeedBatch[] = [];
  #waiting = 0;
  #paused = false;
  #ended: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  add(batch: FeedBatch): void {
    this.#batches.push(batch);
    this.#waiting += batch.events.length;
    if (this.#waiting >= MOST_WAITING && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake();
  }

  /** Ends the batches: with the error, or because the feed was closed. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedBatch> {
    for (;;) {
      while (this.#batches.length > 0) yield this.#takeTogether();
      if (this.#ended?.error !== undefined) throw this.#ended.error;
      if (this.#ended !== undefined) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #takeTogether(): FeedBatch {
    let count = 0;
    let size = 0;
    for (const { events } of this.#batches) {
      if (count > 0 && size + events.length > MOST_TOGETHER) break;
      count += 1;
      size += events.length;
    }
    const taken = this.#batches.splice(0, count);
    this.#waiting -= size;
    if (this.#paused && this.#waiting < MOST_WAITING) {
      this.#paused = false;
      this.#source.resume();
    }
    const last = taken.at(-1);
    if (last === undefined) throw new Error("no batch is waiting");
    if (count === 1) return last;
    const traces = taken.flatMap((batch) => batch.traces ?? []);
    return {
      cursor: last.cursor,
      events: taken.flatMap(({ events }) => events),
      ...(traces.length === 0 ? {} : { traces }),
    };
  }
}

// The longest delay of setTimeout.
const LONGEST_LEASE_MS = 2 ** 31 - 1;
// The shortest lease, so short-lived tokens do not cause frequent subscriptions.
const SHORTEST_LEASE_MS = 250;

/** How long a subscription may last: until its token needs renewal or the follower stops. */
export class SubscriptionLease {
  readonly signal: AbortSignal;
  readonly #renewal = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(grant: Grant | undefined, stop: AbortSignal) {
    this.signal = AbortSignal.any([stop, this.#renewal.signal]);
    if (grant === undefined) return;
    const lastsMs = Math.min(Math.max(grant.renewInMs, SHORTEST_LEASE_MS), LONGEST_LEASE_MS);
    this.#timer = setTimeout(() => this.#renewal.abort(), lastsMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
