import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { createAnnouncer } from "./announcer.ts";
import type { Fund, Transaction } from "./books.ts";
import { createResolvers, type Switches } from "./resolvers.ts";
import { typeDefs } from "./schema.ts";

export interface StandIn {
  url: string;
  switches: Switches;
  /** Methods of the GraphQL requests that arrived over HTTP. */
  methods: string[];
  /** Cuts every open WebSocket, as a restart of the gateway would. */
  cutSockets(): void;
  /** Completes every open subscription while the sockets stay. */
  endSubscriptions(): void;
  stop(): Promise<void>;
}

/** The gateway's two protocols, GraphQL over HTTP and graphql-ws, over books kept in memory. */
export async function startStandIn(funds: Fund[], port = 0): Promise<StandIn> {
  const schema = buildSchema(typeDefs);
  const switches: Switches = { figuresFail: false };
  const methods: string[] = [];
  const view = (transaction: Transaction): object => rootValue.viewTransaction(transaction);
  const announcer = createAnnouncer(view);
  const rootValue = createResolvers(funds, announcer, switches);

  const server = createServer((request, response) => {
    if (request.url === "/health/ready") return respond(response, 200, { status: "ok" });
    methods.push(request.method ?? "");
    void readJson(request).then(async ({ query, variables }) => {
      const result = await graphql({
        schema,
        source: query,
        rootValue,
        variableValues: variables,
      });
      respond(response, 200, result);
    });
  });
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  const disposable = useServer({ schema, roots: { subscription: rootValue } }, sockets);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    switches,
    methods,
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
