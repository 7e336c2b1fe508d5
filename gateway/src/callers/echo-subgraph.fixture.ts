import { EventEmitter, on } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse, type GraphQLSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { Gate } from "../gate.fixture.ts";
import { PROBE_AGENT } from "../subgraphs/subgraph-upstreams.ts";

export const ECHO_SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@authenticated", "@requiresScopes", "@policy"])
  type Query {
    whoami: String! @authenticated
    figures: Int @requiresScopes(scopes: [["metrics:read"]])
  }
  type Mutation {
    write(text: String): String @requiresScopes(scopes: [["ledger:write"]])
    approve: String @requiresScopes(scopes: [["ledger:approve"]]) @policy(policies: [["mfa"]])
    fail: String @authenticated
  }
  type Subscription { news: News @requiresScopes(scopes: [["ledger:read"]]) }
  type News { by: String! what: String note: String @policy(policies: [["open"]]) figures: Int @requiresScopes(scopes: [["metrics:read"]]) }`;

/** A subgraph that answers with the token of the request. */
export interface EchoSubgraph {
  readonly origin: string;
  /** The headers of each request and subscription, newest last. */
  readonly received: IncomingHttpHeaders[];
  /** Active subscriptions. */
  subscriptions: number;
  /** Holds back the answers while it is closed. */
  readonly gate: Gate;
  /** Publishes an event to every subscription. */
  readonly publish: (what: string) => void;
  readonly close: () => Promise<void>;
}

type State = Pick<EchoSubgraph, "received" | "subscriptions" | "gate">;

export async function startEchoSubgraph(): Promise<EchoSubgraph> {
  const events = new EventEmitter();
  const state: State = { received: [], subscriptions: 0, gate: new Gate() };
  const schema = buildSubgraphSchema([
    { typeDefs: parse(ECHO_SDL), resolvers: resolversOf(events, state) as never },
  ]);
  const server = createServer((request, response) => {
    const isProbe = request.headers["user-agent"] === PROBE_AGENT;
    if (!isProbe) state.received.push(request.headers);
    void answer(schema, request, isProbe ? new Gate() : state.gate).then((text) =>
      response.setHeader("content-type", "application/json").end(text),
    );
  });
  const sockets = new WebSocketServer({ server, path: "/graphql" });
  const served = useServer(
    {
      schema,
      context: (_socket, _id, { extensions }) => {
        const headers = (extensions?.["headers"] ?? {}) as IncomingHttpHeaders;
        state.received.push(headers);
        return headers;
      },
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(state, {
    origin: `http://127.0.0.1:${port}`,
    publish: (what: string) => void events.emit("news", what),
    close: async () => {
      await served.dispose();
      server.close();
      server.closeAllConnections();
    },
  });
}

async function answer(
  schema: GraphQLSchema,
  request: IncomingMessage,
  gate: Gate,
): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(parts).toString()) as {
    query: string;
    variables: Record<string, unknown>;
  };
  await gate.passed();
  const contextValue = request.headers;
  return JSON.stringify(
    await graphql({ schema, source: query, variableValues: variables, contextValue }),
  );
}

const tokenOf = (headers: IncomingHttpHeaders): string => headers.authorization ?? "none";

const resolversOf = (events: EventEmitter, state: State): object => ({
  Query: {
    whoami: (_root: unknown, _args: unknown, headers: IncomingHttpHeaders) => tokenOf(headers),
    figures: () => 7,
  },
  Mutation: {
    write: (_root: unknown, { text }: { text?: string }) => text ?? "written",
    approve: () => "approved",
    fail: () => {
      throw new Error("no");
    },
  },
  Subscription: {
    news: {
      subscribe: (_root: unknown, _args: unknown, headers: IncomingHttpHeaders) =>
        newsOf(events, state, tokenOf(headers)),
    },
  },
});

/** The events as an iterator that ends at once, even while it waits: an `async function*` would not. */
function newsOf(events: EventEmitter, state: State, by: string): AsyncIterableIterator<object> {
  state.subscriptions += 1;
  const published = on(events, "news");
  let open = true;
  return {
    next: async () => {
      const { value, done } = (await published.next()) as IteratorResult<[string], undefined>;
      if (done === true) return { done, value: undefined };
      return { done: false, value: { news: { by, what: value[0], note: "noted", figures: 7 } } };
    },
    return: async () => {
      if (open) state.subscriptions -= 1;
      open = false;
      await published.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
