import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { askerOf, type Asker } from "./asker.ts";
import { createAnnouncer } from "./announcer.ts";
import { askActor, askIdentity, isForIdentity } from "./ask-identity.ts";
import type { Fund, Transaction } from "./books.ts";
import { createResolvers, type Switches } from "./resolvers.ts";
import { typeDefs } from "./schema.ts";
import { createTickets } from "./tickets.ts";

export interface StandIn {
  url: string;
  switches: Switches;
  /** Methods of the GraphQL requests that arrived over HTTP. */
  methods: string[];
  /** Cuts every open WebSocket, as a restart of the gateway would. */
  cutSockets(): void;
  /** Closes every open WebSocket, as at the end of its token. */
  endTokens(): void;
  /** Completes every open subscription while the sockets stay. */
  endSubscriptions(): void;
  stop(): Promise<void>;
}

const refusal = {
  errors: [{ message: "Sign in first.", extensions: { code: "UNAUTHENTICATED" } }],
};

/**
 * The gateway's two protocols, GraphQL over HTTP and graphql-ws, over books kept in memory. What
 * belongs to the issuer's part of the graph is asked of the issuer itself.
 */
export async function startStandIn(funds: Fund[], identityUrl?: string): Promise<StandIn> {
  const schema = buildSchema(typeDefs);
  const switches: Switches = { figuresFail: false, limit: undefined };
  const methods: string[] = [];
  const tickets = createTickets();
  const view = (transaction: Transaction): object => rootValue.viewTransaction(transaction);
  const announcer = createAnnouncer(view);
  const nameOf = async (id: string, { authorization }: Asker): Promise<object | null> =>
    identityUrl === undefined ? null : askActor(identityUrl, authorization, id);
  const rootValue = createResolvers(funds, announcer, switches, nameOf);

  const server = createServer((request, response) => {
    if (request.url === "/health/ready") return respond(response, 200, { status: "ok" });
    methods.push(request.method ?? "");
    const asker = askerOf(request.headers.authorization);
    if (asker === undefined) return respond(response, 401, refusal);
    if (request.url === "/ticket") return respond(response, 200, { ticket: tickets.issue() });
    void readJson(request).then(async (asked) => {
      if (identityUrl !== undefined && isForIdentity(asked.query)) {
        const answer = await askIdentity(identityUrl, request.headers.authorization ?? "", asked);
        return respond(response, 200, answer);
      }
      const { query: source, variables: variableValues } = asked;
      const contextValue = asker;
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
    endSubscriptions: announcer.end,
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
