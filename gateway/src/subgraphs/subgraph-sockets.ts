import type { GraphQLFormattedError } from "graphql";
import { AppError } from "@allfunds/contract/errors";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import { readErrors, readEvent } from "./read-answer.ts";
import type { CallContext, SubgraphAnswer, SubgraphRequest } from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

/** Receives a subscription: any number of events, then one end. */
export interface SubscriptionHandler {
  readonly event: (event: SubgraphAnswer) => void;
  /** The subgraph refused the subscription, or its connection was lost. */
  readonly failed: (reason: readonly GraphQLFormattedError[]) => void;
  readonly completed: () => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

/** The close code of graphql-transport-ws for an invalid message. */
const INVALID_MESSAGE = 4400;

class UpstreamWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { handshakeTimeout: CONNECT_TIMEOUT_MS });
  }

  /** graphql-ws takes a parsed message as it is; its own parser would round long numbers. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "message") return super.emit(event, ...args);
    let message: unknown;
    try {
      message = parseExactJson(String(args[0]));
    } catch {
      this.close(INVALID_MESSAGE, "Invalid message");
      return true;
    }
    return super.emit(event, message, true);
  }
}

/** Subscribes at subgraphs. All subscriptions at one subgraph share a WebSocket, which closes when the last one ends. */
export class SubgraphSockets {
  readonly #clients = new Map<string, Client>();

  /** Starts a subscription and returns the function that ends it at the subgraph. */
  subscribe(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
    handler: SubscriptionHandler,
  ): () => void {
    return this.#clientOf(subgraph.url).subscribe(
      { ...request, variables: { ...request.variables }, extensions: { headers: call.headers } },
      {
        next: (payload) => handler.event(eventOf(subgraph.name, payload)),
        complete: handler.completed,
        error: (reason) =>
          handler.failed(
            Array.isArray(reason) ? readErrors(reason) : [lossOf(subgraph.name, reason)],
          ),
      },
    );
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
    return readEvent(subgraph, payload);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { data: null, errors: [formatted(subgraph, error)] };
  }
}

const lossOf = (subgraph: string, reason: unknown): GraphQLFormattedError =>
  formatted(subgraph, upstreamError(subgraph, reason));

const formatted = (service: string, { code, message }: AppError): GraphQLFormattedError => ({
  message,
  extensions: { code, service },
});
