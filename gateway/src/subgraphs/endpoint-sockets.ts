import type { GraphQLFormattedError } from "graphql";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { settleAll } from "@allfunds/platform/settle-all";
import type { Endpoint } from "@allfunds/platform/upstream";
import { type Client, createClient } from "graphql-ws";
import { type ClientOptions, WebSocket } from "ws";
import { readErrors } from "./read-answer.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphRequest } from "./subgraph-request.ts";
import type { SubgraphPolicy } from "./traffic-policy.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

/** The close code of graphql-transport-ws for an invalid message. */
const INVALID_MESSAGE = 4400;

/** The length of the message of an event, by its payload. */
const sizes = new WeakMap<object, number>();

/** The length of the message that brought an event's payload, in characters. */
export const sizeOf = (payload: unknown): number =>
  (typeof payload === "object" && payload !== null && sizes.get(payload)) || 0;

class ExactWebSocket extends WebSocket {
  constructor(address: string, protocols: string | string[], options: ClientOptions) {
    super(address, protocols, { ...options, handshakeTimeout: CONNECT_TIMEOUT_MS });
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

/** The class of sockets to an endpoint; graphql-ws makes them itself. */
const socketTo = (endpoint: Endpoint, headers: Readonly<Record<string, string>>) =>
  class extends ExactWebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { ...endpoint.connectOptions(), headers: { ...headers } });
    }
  };

/** The same for subscriptions that share a socket. */
function socketKey({ endpoint, subgraph, policy, headers }: SocketRoute): string {
  const caller = policy.subscriptions.socketPerCaller ? headers["authorization"] : undefined;
  return `${subgraph.name} ${subgraph.url} ${endpoint.name} ${caller ?? ""}`;
}

function socketUrl({ address: { origin, pathname, socketPath } }: Endpoint): string {
  return socketPath === undefined
    ? origin.replace(/^http/, "ws") + pathname
    : `ws+unix:${socketPath}:${pathname || "/"}`;
}

/** What comes of a subscription at one endpoint: any number of events, then one of the others. */
export interface EndpointHandler {
  readonly next: (payload: unknown) => void;
  readonly completed: () => void;
  /** The subgraph refused it, or ended it with errors. */
  readonly refused: (reason: readonly GraphQLFormattedError[]) => void;
  /** The connection failed before it was acknowledged, so nothing was subscribed to. */
  readonly unsent: (reason: Error) => void;
  readonly lost: (reason: Error) => void;
  /** The graph no longer has the subgraph. */
  readonly retired: (reason: Error) => void;
}

/** Where subscriptions go, and with what. */
export interface SocketRoute {
  readonly endpoint: Endpoint;
  readonly subgraph: SubgraphAddress;
  readonly policy: SubgraphPolicy;
  /** Of the operation, by the rules of the subgraph. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The socket of subscriptions at one endpoint. */
interface SharedSocket {
  readonly subgraph: SubgraphAddress;
  readonly client: Client;
  subscriptions: number;
  /** Whether subscriptions have been sent. */
  isAcknowledged: boolean;
  isLost: boolean;
  isRetired: boolean;
}

/** One WebSocket for each endpoint, or for each caller there, which closes when its last subscription ends. */
export class EndpointSockets {
  readonly #sockets = new Map<string, SharedSocket>();

  /** Subscribes at an endpoint, and returns the function that ends it. */
  subscribe(route: SocketRoute, request: SubgraphRequest, on: EndpointHandler): () => void {
    const { endpoint, headers } = route;
    const key = socketKey(route);
    const socket = this.#sockets.get(key) ?? this.#open(key, route);
    endpoint.sockets += 1;
    socket.subscriptions += 1;
    let isOpen = true;
    const left = (): void => {
      if (!isOpen) return;
      isOpen = false;
      endpoint.sockets -= 1;
      socket.subscriptions -= 1;
      if (socket.subscriptions === 0 && this.#sockets.get(key) === socket)
        this.#sockets.delete(key);
    };
    const end = socket.client.subscribe(
      { ...request, variables: { ...request.variables }, extensions: { headers } },
      {
        next: on.next,
        complete: () => {
          left();
          on.completed();
        },
        error: (reason) => {
          left();
          if (Array.isArray(reason)) on.refused(readErrors(reason));
          else reportLoss(endpoint, socket, reason, on);
        },
      },
    );
    return () => {
      left();
      end();
    };
  }

  /** Closes the sockets to the endpoints of other subgraphs. */
  keepOnly(subgraphs: readonly SubgraphAddress[]): void {
    const isKept = ({ subgraph: { name, url } }: SharedSocket): boolean =>
      subgraphs.some((kept) => kept.name === name && kept.url === url);
    for (const [key, socket] of this.#sockets) {
      if (isKept(socket)) continue;
      this.#sockets.delete(key);
      socket.isRetired = true;
      socket.client.terminate();
    }
  }

  async close(): Promise<void> {
    await settleAll([...this.#sockets.values()].map(async ({ client }) => client.dispose()));
  }

  #open(key: string, { endpoint, subgraph, policy, headers }: SocketRoute): SharedSocket {
    const { connectionParams, socketPerCaller } = policy.subscriptions;
    const client = createClient({
      url: socketUrl(endpoint),
      webSocketImpl: socketTo(endpoint, policy.headers.set),
      connectionParams: { ...connectionParams, ...(socketPerCaller ? headers : {}) },
      connectionAckWaitTimeout: CONNECT_TIMEOUT_MS,
      // Events between two connections would be lost unnoticed.
      retryAttempts: 0,
      keepAlive: PING_EVERY_MS,
      on: {
        ...endWhenSilent(() => client.terminate()),
        connected: () => {
          socket.isAcknowledged = true;
        },
      },
    });
    const socket: SharedSocket = {
      subgraph,
      client,
      subscriptions: 0,
      isAcknowledged: false,
      isLost: false,
      isRetired: false,
    };
    this.#sockets.set(key, socket);
    return socket;
  }
}

function reportLoss(
  endpoint: Endpoint,
  socket: SharedSocket,
  reason: unknown,
  on: EndpointHandler,
): void {
  const loss = reason instanceof Error ? reason : new Error("the connection was closed");
  if (socket.isRetired) return on.retired(loss);
  // Each of its subscriptions reports the loss, which is one failure of the endpoint.
  if (!socket.isLost) endpoint.fault(loss);
  socket.isLost = true;
  if (socket.isAcknowledged) on.lost(loss);
  else on.unsent(loss);
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
