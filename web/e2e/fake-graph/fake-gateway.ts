import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { callerOf, type Caller } from "./caller.ts";
import { createPublisher } from "./publisher.ts";
import { fetchActor, forwardToIdentity, isForIdentity } from "./identity-proxy.ts";
import type { Fund, Transaction } from "./books.ts";
import { createResolvers } from "./resolvers.ts";
import { typeDefs } from "./schema.ts";
import type { Switches } from "./switches.ts";
import { createTickets } from "./tickets.ts";

export interface FakeGateway {
  url: string;
  switches: Switches;
  /** Methods of the GraphQL requests that arrived over HTTP. */
  methods: string[];
  /** How many subscriptions have begun so far. */
  subscriptions(): number;
  /** Cuts every open WebSocket, as a restart of the gateway would. */
  cutSockets(): void;
  /** Closes every open WebSocket, as when its token expires. */
  endTokens(): void;
  /** Completes every open subscription while the sockets stay. */
  endSubscriptions(): void;
  stop(): Promise<void>;
}

const refusal = {
  errors: [{ message: "Sign in first.", extensions: { code: "UNAUTHENTICATED" } }],
};

/**
 * The gateway's two protocols, GraphQL over HTTP and graphql-ws, with books in memory. Operations that
 * the issuer owns are forwarded to it.
 */
export async function startFakeGateway(funds: Fund[], identityUrl?: string): Promise<FakeGateway> {
  const schema = buildSchema(typeDefs);
  const switches: Switches = { figuresFail: false, limit: undefined };
  const methods: string[] = [];
  const tickets = createTickets();
  const view = (transaction: Transaction): object => rootValue.viewTransaction(transaction);
  const publisher = createPublisher(view);
  const nameOf = async (id: string, { authorization }: Caller): Promise<object | null> =>
    identityUrl === undefined ? null : fetchActor(identityUrl, authorization, id);
  const rootValue = createResolvers(funds, publisher, switches, nameOf);

  const server = createServer((request, response) => {
    if (request.url === "/health/ready") return respond(response, 200, { status: "ok" });
    methods.push(request.method ?? "");
    const caller = callerOf(request.headers.authorization);
    if (caller === undefined) return respond(response, 401, refusal);
    if (request.url === "/ticket") return respond(response, 200, { ticket: tickets.issue() });
    void readJson(request).then(async (operation) => {
      if (identityUrl !== undefined && isForIdentity(operation.query)) {
        const answer = await forwardToIdentity(
          identityUrl,
          request.headers.authorization ?? "",
          operation,
        );
        return respond(response, 200, answer);
      }
      const { query: source, variables: variableValues } = operation;
      const contextValue = caller;
      respond(
        response,
        200,
        await graphql({ schema, source, rootValue, variableValues, contextValue }),
      );
    });
  });
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  const disposable = useServer(
    {
      schema,
      roots: { subscription: rootValue },
      onConnect: ({ connectionParams }) => tickets.take(connectionParams?.["ticket"]),
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    switches,
    methods,
    endTokens: () => sockets.clients.forEach((socket) => socket.close(4401, "token expired")),
    cutSockets: () => sockets.clients.forEach((socket) => socket.terminate()),
    subscriptions: publisher.subscriptions,
    endSubscriptions: publisher.end,
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
