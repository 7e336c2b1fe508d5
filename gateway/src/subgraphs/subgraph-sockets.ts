import type { GraphQLFormattedError } from "graphql";
import { type Client, createClient, type FormattedExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { CallContext, SubgraphRequest } from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

/** Receives a subscription: any number of events, then one end. */
export interface SubscriptionHandler {
  readonly event: (event: FormattedExecutionResult) => void;
  /** The subgraph refused the subscription, or its connection was lost. */
  readonly failed: (reason: readonly GraphQLFormattedError[]) => void;
  readonly completed: () => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

class UpstreamWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { handshakeTimeout: CONNECT_TIMEOUT_MS });
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
        next: handler.event,
        complete: handler.completed,
        error: (reason) =>
          handler.failed(areGraphqlErrors(reason) ? reason : [lossOf(subgraph.name, reason)]),
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

const areGraphqlErrors = (reason: unknown): reason is readonly GraphQLFormattedError[] =>
  Array.isArray(reason);

function lossOf(subgraph: string, reason: unknown): GraphQLFormattedError {
  const error = upstreamError(subgraph, reason);
  return { message: error.message, extensions: { code: error.code, service: subgraph } };
}
