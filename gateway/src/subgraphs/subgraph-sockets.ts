import { createClient, type Client, type FormattedExecutionResult } from "graphql-ws";
import { WebSocket } from "ws";
import type { GraphQLFormattedError } from "graphql";
import type { CallContext } from "../execution/call-context.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphRequest } from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

/** What arrives on a subscription, in this order: any number of events, then one end. */
export interface SubgraphSubscriber {
  readonly event: (event: FormattedExecutionResult) => void;
  /** The subgraph refused the subscription or was lost. */
  readonly failed: (reason: readonly GraphQLFormattedError[]) => void;
  readonly completed: () => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

class ImpatientWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { handshakeTimeout: CONNECT_TIMEOUT_MS });
  }
}

/** Subscribes at subgraphs: all subscriptions at one subgraph share one WebSocket, closed when the last one ends. */
export class SubgraphSockets {
  readonly #clients = new Map<string, Client>();

  /** Starts a subscription; the function it returns ends it at the subgraph. */
  subscribe(
    subgraph: SubgraphAddress,
    request: SubgraphRequest,
    call: CallContext,
    subscriber: SubgraphSubscriber,
  ): () => void {
    return this.#clientOf(subgraph.url).subscribe(
      { ...request, variables: { ...request.variables }, extensions: { headers: call.headers } },
      {
        next: subscriber.event,
        complete: subscriber.completed,
        error: (reason) =>
          subscriber.failed(areGraphqlErrors(reason) ? reason : [lossOf(subgraph.name, reason)]),
      },
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(async (client) => client.dispose()));
  }

  #clientOf(url: string): Client {
    const known = this.#clients.get(url);
    if (known !== undefined) return known;
    const client: Client = createClient({
      url: url.replace(/^http/, "ws"),
      webSocketImpl: ImpatientWebSocket,
      connectionAckWaitTimeout: CONNECT_TIMEOUT_MS,
      // Events between two connections would be lost unseen, so the client is told and asks again itself.
      retryAttempts: 0,
      keepAlive: PING_EVERY_MS,
      on: endWhenSilent(() => client.terminate()),
    });
    this.#clients.set(url, client);
    return client;
  }
}

/** A peer that is gone without closing (a killed machine) shows only by not answering a ping. */
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
