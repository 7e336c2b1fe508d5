import type { GraphQLFormattedError } from "graphql";
import { AppError } from "@allfunds/contract/errors";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { isTracing } from "@allfunds/platform/telemetry";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { copyOf } from "../answer/answer.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import { readErrors, readEvent } from "./read-answer.ts";
import {
  type CallContext,
  sharingKey,
  type SubgraphAnswer,
  type SubgraphRequest,
} from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

/** Receives a subscription: any number of events, then one end. */
export interface SubscriptionHandler {
  readonly event: (event: SubgraphAnswer, bytes: number) => void;
  /** The subgraph refused the subscription, or its connection was lost. */
  readonly failed: (reason: readonly GraphQLFormattedError[]) => void;
  readonly completed: () => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

/** The close code of graphql-transport-ws for an invalid message. */
const INVALID_MESSAGE = 4400;

/** The length of the message of an event, by its payload. */
const sizes = new WeakMap<object, number>();

class UpstreamWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { handshakeTimeout: CONNECT_TIMEOUT_MS });
  }

  /** graphql-ws takes a parsed message as it is; its own parser would round long numbers. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "message") return super.emit(event, ...args);
    const text = String(args[0]);
    let message: unknown;
    try {
      message = parseExactJson(text);
      const payload = (message as { payload?: unknown } | null)?.payload;
      if (typeof payload === "object" && payload !== null) sizes.set(payload, text.length);
    } catch {
      this.close(INVALID_MESSAGE, "Invalid message");
      return true;
    }
    return super.emit(event, message, true);
  }
}

/** One subscription at a subgraph, for all that subscribed to the same with the same credentials. */
interface Upstream {
  readonly handlers: Set<SubscriptionHandler>;
  /** Whether the first event came: who joins later would miss it. */
  hasBegun: boolean;
  end: () => void;
}

/**
 * Subscribes at subgraphs. All subscriptions at one subgraph share a WebSocket, which closes when the last one
 * ends. Equal subscriptions of one caller are one at the subgraph, if the later comes before the first event.
 */
export class SubgraphSockets {
  readonly #clients = new Map<string, Client>();
  readonly #upstreams = new Map<string, Upstream>();

  /** Starts a subscription and returns the function that ends it. */
  subscribe(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
    handler: SubscriptionHandler,
  ): () => void {
    const key = sharingKey(subgraph.url, JSON.stringify(request), call);
    const existing = this.#upstreams.get(key);
    const upstream =
      existing === undefined || existing.hasBegun
        ? this.#start(key, subgraph, request, call)
        : existing;
    // A handler may subscribe twice, and each subscription ends by itself.
    const own = { ...handler };
    upstream.handlers.add(own);
    return () => {
      if (upstream.handlers.delete(own) && upstream.handlers.size === 0) {
        this.#evict(key, upstream);
        upstream.end();
      }
    };
  }

  #start(
    key: string,
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
  ): Upstream {
    const upstream: Upstream = { handlers: new Set(), hasBegun: false, end: () => undefined };
    this.#upstreams.set(key, upstream);
    const over = (report: (handler: SubscriptionHandler) => void): void => {
      this.#evict(key, upstream);
      for (const handler of upstream.handlers) report(handler);
      upstream.handlers.clear();
    };
    upstream.end = this.#clientOf(subgraph.url).subscribe(
      { ...request, variables: { ...request.variables }, extensions: { headers: call.headers } },
      {
        next: (payload) => publish(upstream, subgraph.name, payload),
        complete: () => over((handler) => handler.completed()),
        error: (reason) => {
          const failure = Array.isArray(reason)
            ? readErrors(reason)
            : [lossOf(subgraph.name, reason)];
          over((handler) => handler.failed(failure));
        },
      },
    );
    return upstream;
  }

  #evict(key: string, upstream: Upstream): void {
    if (this.#upstreams.get(key) === upstream) this.#upstreams.delete(key);
  }

  /** Closes the sockets to other URLs; their subscriptions fail as when a subgraph is lost. */
  keepOnly(urls: ReadonlySet<string>): void {
    for (const [url, client] of this.#clients) {
      if (urls.has(url)) continue;
      this.#clients.delete(url);
      client.terminate();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(async (client) => client.dispose()));
  }

  #clientOf(url: string): Client {
    const existing = this.#clients.get(url);
    if (existing !== undefined) return existing;
    const client: Client = createClient({
      url: url.replace(/^http/, "ws"),
      webSocketImpl: UpstreamWebSocket,
      connectionAckWaitTimeout: CONNECT_TIMEOUT_MS,
      // Events between two connections would be lost unnoticed; so the client receives an error and subscribes again.
      retryAttempts: 0,
      keepAlive: PING_EVERY_MS,
      on: endWhenSilent(() => client.terminate()),
    });
    this.#clients.set(url, client);
    return client;
  }
}

/** Gives each handler an event of its own, because completing one changes it. */
function publish(upstream: Upstream, subgraph: string, payload: unknown): void {
  upstream.hasBegun = true;
  const bytes = (typeof payload === "object" && payload && sizes.get(payload)) || 0;
  const event = eventOf(subgraph, payload);
  let isFirst = true;
  for (const handler of upstream.handlers) {
    handler.event(isFirst ? event : (copyOf(event) as SubgraphAnswer), bytes);
    isFirst = false;
  }
}

/** A peer that vanished without closing, such as a killed machine, is detected by missing pongs only. */
function endWhenSilent(end: () => void) {
  let silence: NodeJS.Timeout | undefined;
  return {
    ping: (received: boolean) => {
      if (received) return;
      clearTimeout(silence);
      silence = setTimeout(end, PONG_TIMEOUT_MS).unref();
    },
    pong: (received: boolean) => {
      if (received) clearTimeout(silence);
    },
    closed: () => clearTimeout(silence),
  };
}

/** An event; one that cannot be read is an error in its place, and the next ones still arrive. */
function eventOf(subgraph: string, payload: unknown): SubgraphAnswer {
  try {
    const event = readEvent(subgraph, payload);
    const traceparent = isTracing() ? traceparentIn(payload) : undefined;
    return traceparent === undefined ? event : { ...event, traceparent };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { data: null, errors: [formatted(subgraph, error)] };
  }
}

function traceparentIn(payload: unknown): string | undefined {
  const { extensions } = payload as { readonly extensions?: { readonly traceparent?: unknown } };
  const traceparent = extensions?.traceparent;
  return typeof traceparent === "string" ? traceparent : undefined;
}

const lossOf = (subgraph: string, reason: unknown): GraphQLFormattedError =>
  formatted(subgraph, upstreamError(subgraph, reason));

const formatted = (service: string, { code, message }: AppError): GraphQLFormattedError => ({
  message,
  extensions: { code, service },
});
