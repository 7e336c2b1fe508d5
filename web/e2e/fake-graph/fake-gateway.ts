import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { execute, graphql, type ExecutionResult } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { Fund, Transaction } from "./books.ts";
import { callerOf } from "./caller.ts";
import { createGraph, strictFieldResolver } from "./graph.ts";
import { fetchActor, forwardToIdentity } from "./identity-proxy.ts";
import { createPublisher } from "./publisher.ts";
import type { Switches } from "./state.ts";
import { createTickets } from "./tickets.ts";

export interface FakeGateway {
  url: string;
  switches: Switches;
  /** Methods of the GraphQL requests that arrived over HTTP. */
  methods: string[];
  /** Errors of the fake itself: a field it leaves out, a value or an operation the schema forbids. */
  faults: string[];
  /** How many subscriptions have begun so far. */
  subscriptions(): number;
  /** Publishes a posting to every subscription. */
  publish(transaction: Transaction): void;
  /** Cuts every open WebSocket, as a restart of the gateway would. */
  cutSockets(): void;
  /** Closes every open WebSocket, as when its token expires. */
  endTokens(): void;
  /** Stops reading from every WebSocket, as a frozen process does, or goes on. */
  freeze(frozen: boolean): void;
  /** Completes every open subscription while the sockets stay. */
  endSubscriptions(): void;
  /** Takes a fund out of the graph, so that the next test has the funds it began with. */
  dropFund(name: string): void;
  stop(): Promise<void>;
}

const UNAUTHENTICATED = {
  errors: [{ message: "Sign in first.", extensions: { code: "UNAUTHENTICATED" } }],
};

/**
 * The gateway's two protocols, GraphQL over HTTP and graphql-ws, with books in memory. Operations that
 * the fake graph has no resolvers for are forwarded to the issuer.
 */
export async function startFakeGateway(funds: Fund[], identityUrl?: string): Promise<FakeGateway> {
  const switches: Switches = {
    figuresFail: false,
    isAway: false,
    nulls: new Set(),
    limit: undefined,
    mayNotApprove: undefined,
    moved: new Map(),
    reversed: new Set(),
    longWords: false,
  };
  const methods: string[] = [];
  const faults: string[] = [];
  const tickets = createTickets();
  const publisher = createPublisher();
  const graph = createGraph(
    { funds, publisher, switches },
    async (id, { authorization }) =>
      identityUrl === undefined ? null : fetchActor(identityUrl, authorization, id),
    identityUrl !== undefined,
  );

  /** A coded error is part of a test. Any other error is a fault of the fake. */
  function recordFaults({ errors = [] }: ExecutionResult): void {
    for (const { message, extensions } of errors) if (!("code" in extensions)) faults.push(message);
  }

  async function respondTo(
    { query: source, variables: variableValues }: GraphqlRequest,
    authorization: string | undefined,
  ): Promise<[status: number, body: object]> {
    const contextValue = callerOf(authorization);
    if (contextValue === undefined) return [401, UNAUTHENTICATED];
    if (identityUrl !== undefined && !graph.has(source)) {
      const operation = { query: source, variables: variableValues };
      return [200, await forwardToIdentity(identityUrl, contextValue.authorization, operation)];
    }
    const { schema } = graph;
    const fieldResolver = strictFieldResolver;
    const result = await graphql({ schema, source, variableValues, contextValue, fieldResolver });
    recordFaults(result);
    return [200, result];
  }

  const server = createServer((request, response) => {
    if (request.url === "/health/ready") return respond(response, 200, { status: "ok" });
    const { authorization } = request.headers;
    if (request.url === "/ticket") {
      return callerOf(authorization) === undefined
        ? respond(response, 401, UNAUTHENTICATED)
        : respond(response, 200, { ticket: tickets.issue() });
    }
    methods.push(request.method ?? "");
    if (switches.isAway) return respond(response, 503, {});
    void readJson(request)
      .then((operation) => respondTo(operation, authorization))
      .catch((error: unknown): [number, object] => {
        faults.push(String(error));
        return [500, { errors: [{ message: String(error) }] }];
      })
      .then(([status, body]) => respond(response, status, body));
  });
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  const disposable = useServer(
    {
      schema: graph.schema,
      execute: (args) => execute({ ...args, fieldResolver: strictFieldResolver }),
      onConnect: ({ connectionParams }) => tickets.take(connectionParams?.["ticket"]),
      onNext: (_context, _id, _payload, _args, result) => recordFaults(result),
      onError: (_context, _id, _payload, errors) => {
        faults.push(...errors.map(({ message }) => message));
      },
    },
    sockets,
  );
  let isFrozen = false;
  sockets.on("connection", (socket) => {
    if (isFrozen) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    switches,
    methods,
    faults,
    subscriptions: publisher.subscriptions,
    endTokens: () => sockets.clients.forEach((socket) => socket.close(4401, "token expired")),
    publish: publisher.publish,
    cutSockets: () => sockets.clients.forEach((socket) => socket.terminate()),
    freeze: (frozen) => {
      isFrozen = frozen;
      for (const socket of sockets.clients) {
        if (frozen) socket.pause();
        else socket.resume();
      }
    },
    endSubscriptions: publisher.end,
    dropFund: (name) => {
      funds.splice(
        funds.findIndex((fund) => fund.name === name),
        1,
      );
    },
    stop: async () => {
      await disposable.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface GraphqlRequest {
  query: string;
  variables: Record<string, unknown>;
}

async function readJson(request: IncomingMessage): Promise<GraphqlRequest> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as GraphqlRequest;
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
