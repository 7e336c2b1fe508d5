import { setTimeout as sleep } from "node:timers/promises";
import type { Authentication } from "@allfunds/platform/auth";
import { newTraceId, traceparentFor } from "@allfunds/platform/context";
import type { Logger } from "@allfunds/platform/logging";
import { addGauge } from "@allfunds/platform/telemetry";
import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import { Counter, type Registry } from "prom-client";
import { z } from "zod";
import type { PublishedEvent } from "../subgraphs/published-event.ts";
import type { CallContext } from "../subgraphs/subgraph-request.ts";
import type { SubgraphSockets } from "../subgraphs/subgraph-sockets.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { FollowedBooks } from "./followed-books.ts";

export interface FeedOptions {
  readonly books: FollowedBooks;
  readonly sockets: SubgraphSockets;
  /** The gateway's own; absent when the ledger requires no token. */
  readonly credentials: ReturnType<Authentication["systemCredentials"]>;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** The subscription to the feed, and the subgraph that has it. */
interface Feed {
  readonly subgraph: SubgraphAddress;
  readonly schema: GraphQLSchema;
  readonly query: string;
}

const FIELD = "ledgerEvents";
const LONGEST_PAUSE_MS = 1_000;
/** The longest delay of a timer. */
const LONGEST_LEASE_MS = 2 ** 31 - 1;
const SHORTEST_LEASE_MS = 250;

const batchSchema = z.object({
  [FIELD]: z.object({
    cursor: z.string(),
    moves: z.array(z.tuple([z.string(), z.string().nullable(), z.number()])),
  }),
});

/**
 * Follows the ledger's feed from its end, for the books whose answers are kept. When the feed is lost it is
 * followed anew from its end, and what was read before is not shown any more.
 */
export class FeedFollower {
  readonly #options: FeedOptions;
  readonly #stop = new AbortController();
  readonly #moves: Counter;
  #feed: Feed | undefined;
  #renewed = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.#options = options;
    const { registry, books } = options;
    this.#moves = new Counter({
      name: "gateway_feed_moves_total",
      help: "Books that moved by the ledger's feed, once for each batch of events, while answers are kept",
      registers: [registry],
    });
    addGauge(
      registry,
      "gateway_feed_following",
      "1 while the ledger's feed is followed; answers that are kept are shown only then",
      () => (books.isFollowing ? 1 : 0),
    );
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Follows the feed of a new graph. */
  use(graph: Graph): void {
    const feed = feedOf(graph);
    const isSame =
      feed?.query === this.#feed?.query && feed?.subgraph.url === this.#feed?.subgraph.url;
    this.#feed = feed;
    this.#options.books.expect(feed?.subgraph.name);
    if (isSame) return;
    this.#renewed.resolve();
    this.#renewed = Promise.withResolvers();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#renewed.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { books, logger, credentials } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted;) {
      const { promise: renewed } = this.#renewed;
      try {
        const feed = this.#feed;
        if (feed === undefined) await renewed;
        else await this.#follow(feed, renewed, () => (failures = 0));
      } catch (error) {
        failures += 1;
        credentials?.evict();
        if (failures === 1)
          logger.warn(
            { err: error },
            "the ledger's feed is lost: no answers are kept until it is back",
          );
      } finally {
        books.lose();
      }
      if (failures > 0) await this.#pause(Math.min(50 * 2 ** failures, LONGEST_PAUSE_MS));
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    const { signal } = this.#stop;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }

  /** Follows until another graph comes. Throws when the feed is lost. */
  async #follow(feed: Feed, renewed: Promise<void>, onFollowing: () => void): Promise<void> {
    const { credentials, books } = this.#options;
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    let after: string | null = null;
    let leave = nothing;
    const ended = new AbortController();
    const over = renewed.then(() => ended.abort());
    try {
      while (!ended.signal.aborted) {
        const grant = await credentials?.grant();
        const confirmed = Promise.withResolvers<void>();
        const leavePrevious = leave;
        leave = this.#subscribe(feed, { token: grant?.token, after }, lost.reject, (event) => {
          const batch = batchOf(event);
          after = batch.cursor;
          if (!books.isFollowing) books.begin();
          for (const move of batch.moves) books.note(...move);
          this.#moves.inc(batch.moves.length);
          onFollowing();
          confirmed.resolve();
        });
        await Promise.race([confirmed.promise, lost.promise, over]);
        // With a new token it goes on behind the last event, and the old subscription ends only then.
        leavePrevious();
        await Promise.race([this.#lease(grant?.renewInMs), lost.promise, over]);
      }
    } finally {
      leave();
    }
  }

  async #lease(renewInMs: number = LONGEST_LEASE_MS): Promise<void> {
    await this.#pause(Math.min(Math.max(renewInMs, SHORTEST_LEASE_MS), LONGEST_LEASE_MS));
  }

  #subscribe(
    { subgraph, schema, query }: Feed,
    { token, after }: { readonly token: string | undefined; readonly after: string | null },
    fail: (reason: Error) => void,
    onEvent: (event: PublishedEvent) => void,
  ): () => void {
    const call = callWith(token);
    return this.#options.sockets.subscribe(
      { subgraph, schema, call, request: { query, variables: { after } }, resumes: false },
      {
        event: (event) => {
          try {
            onEvent(event);
          } catch (error) {
            fail(error as Error);
          }
        },
        failed: ([reason]) => fail(new Error(reason?.message ?? "the subscription failed")),
        completed: () => fail(new Error("the ledger closed the feed")),
      },
    );
  }
}

const nothing = (): void => undefined;

function callWith(token: string | undefined): CallContext {
  const traceId = newTraceId();
  return {
    traceId,
    headers: {
      traceparent: traceparentFor(traceId),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    signal: undefined,
    arrivedAt: performance.now(),
  };
}

function batchOf(event: PublishedEvent) {
  const { data, errors } = event.take();
  if (errors !== undefined) throw new Error(errors[0]?.message ?? "the feed sent an error");
  return batchSchema.parse(data)[FIELD];
}

/** The feed of a graph that can be followed from its end; undefined when it has none. */
function feedOf({ supergraphSchema: schema, subgraphs, costs }: Graph): Feed | undefined {
  const field = schema.getSubscriptionType()?.getFields()[FIELD];
  const batch = getNamedType(field?.type);
  const after = field?.args.find(({ name }) => name === "after");
  const begins = field?.args.some(({ name }) => name === "fromNow") === true;
  if (after === undefined || !begins || !isObjectType(batch) || !("moves" in batch.getFields()))
    return undefined;
  const [owner] =
    costs.owners.get(`Subscription.${FIELD}`) ?? costs.owners.get("Subscription") ?? [];
  const subgraph = subgraphs.find(({ name }) => name === costs.subgraphs[owner ?? -1]);
  if (subgraph === undefined) return undefined;
  const query = `subscription FollowBooks($after: ${String(after.type)}) { ${FIELD}(after: $after, fromNow: true) { cursor moves } }`;
  return { subgraph, schema, query };
}
