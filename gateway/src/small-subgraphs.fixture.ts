import { EventEmitter, on } from "node:events";
import type { Socket } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { AppError } from "@allfunds/contract/errors";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, requestContext } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { parse } from "graphql";
import { Gate } from "./gate.fixture.ts";
import { PROBE_AGENT } from "./subgraphs/subgraph-upstreams.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@cost", "@listSize"])`;

/** Three small subgraphs with the relations of the real ones: an owner of funds and two that extend them. */
export const SMALL_SUBGRAPHS = {
  ledger: `${LINK}
    type Query { fund(id: ID!): Fund funds(first: Int! = 3): [Fund!]! @listSize(slicingArguments: ["first"]) broken: Int! held: Boolean }
    type Mutation { renameFund(id: ID!, name: String!): Fund! refuse: Fund! }
    type Subscription { fundChanged(count: Int): Fund! never: Fund! feed(after: ID): Batch! }
    type Batch { cursor: ID! funds: [Fund!]! }
    type Fund @key(fields: "id") { id: ID! name: String! position: Int! comments(limit: Int = 9): [String!]! }`,
  metrics: `${LINK}
    type Fund @key(fields: "id") { id: ID! position: Int! @external metrics: Metrics @requires(fields: "position") }
    type Metrics { value: Int! }`,
  analytics: `${LINK}
    type Fund @key(fields: "id") {
      id: ID!
      comments(limit: Int = 9): [String!]! @external
      insight: String @cost(weight: 5)
      digest: String @requires(fields: "comments(limit: 3)")
    }`,
} as const;

export type SmallSubgraphName = keyof typeof SMALL_SUBGRAPHS;

/** A subgraph under the control of a test. */
export interface SmallSubgraph {
  readonly name: SmallSubgraphName;
  readonly origin: string;
  readonly port: number;
  /** The context of each request, newest last. */
  readonly requests: RequestContext[];
  /** Active subscriptions. */
  subscriptions: number;
  /** The position that its book is at; a request that names a later one is refused. */
  reached: number;
  /** Holds back the answers while it is closed. */
  readonly gate: Gate;
  /** Requests whose client disconnected before the answer. */
  aborted: number;
  /** Requests that were answered. */
  answered: number;
  /** Publishes `fundChanged` for a fund, and writes it to the feed. */
  readonly change: (id: string) => void;
  /** Ends it as a killed process ends. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Reference {
  readonly id: string;
  readonly position?: number;
  readonly comments?: readonly string[];
}

/** What a subgraph publishes; several that share it are replicas. */
export class Changes extends EventEmitter {
  readonly log: string[] = [];

  add(id: string): void {
    this.log.push(id);
    this.emit("change", id);
  }
}

export async function startSmallSubgraph(
  name: SmallSubgraphName,
  port = 0,
  changes = new Changes(),
): Promise<SmallSubgraph> {
  changes.setMaxListeners(0);
  const state: State = {
    requests: [],
    subscriptions: 0,
    reached: 0,
    gate: new Gate(),
    aborted: 0,
    answered: 0,
  };
  const logger = createLogger(name, "silent");
  const server = createHttpServer({ service: name, logger, authentication: OPEN_TO_ALL });
  const probes = new Set<string>();
  server.app.addHook("onRequest", (request, reply, done) => {
    if (request.headers["user-agent"] === PROBE_AGENT)
      return done(void probes.add(requestContext(request).traceId));
    reply.raw.once("close", () => {
      if (reply.raw.writableFinished) state.answered += 1;
      else state.aborted += 1;
    });
    done();
  });
  const resolvers = resolversOf(name, changes, state) as never;
  const closeGraphql = await serveGraphql({
    schema: buildSubgraphSchema([{ typeDefs: parse(SMALL_SUBGRAPHS[name]), resolvers }]),
    server,
    logger,
    createContext: (request) => {
      if (!probes.delete(request.traceId)) state.requests.push(request);
      return { request };
    },
    awaitPositions: async ({ positions, seen }) => {
      if ((positions?.get(BOOK) ?? 0) > state.reached)
        throw new AppError("CONSISTENCY_TIMEOUT", "The figures are behind the ledger.");
      seen?.note(BOOK, state.reached);
    },
  });
  const sockets = new Set<Socket>();
  server.app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await server.app.listen({ host: "127.0.0.1", port });
  const bound = new URL(server.app.listeningOrigin).port;
  return Object.assign(state, {
    name,
    port: Number(bound),
    origin: server.app.listeningOrigin,
    change: (id: string) => changes.add(id),
    kill: async () => {
      server.app.server.close();
      for (const socket of sockets) socket.destroy();
      await closeGraphql();
      await server.app.close();
    },
    close: async () => {
      await closeGraphql();
      await server.app.close();
    },
  });
}

/** The book of all funds. */
export const BOOK = "018f0000-0000-7000-8000-0000000000b0";

const fund = (id: string) => ({ id, name: `Fund ${id}`, position: Number(id) * 10 });

type State = Pick<
  SmallSubgraph,
  "requests" | "subscriptions" | "reached" | "gate" | "aborted" | "answered"
>;

function resolversOf(name: SmallSubgraphName, changes: Changes, state: State): object {
  if (name === "metrics") {
    return {
      Fund: {
        __resolveReference: async (reference: Reference) => (await state.gate.passed(), reference),
        metrics: ({ position }: Reference) => ({ value: (position ?? 0) + 1 }),
      },
    };
  }
  if (name === "analytics") {
    return {
      Fund: {
        __resolveReference: async (reference: Reference) => (await state.gate.passed(), reference),
        insight: ({ id }: Reference) => {
          if (id === "13") throw new AppError("INSUFFICIENT_DATA", "The fund has too little data.");
          return `Insight ${id}`;
        },
        digest: ({ comments }: Reference) => comments?.join("+"),
      },
    };
  }
  return {
    Query: {
      fund: async (_: unknown, { id }: { id: string }) => (await state.gate.passed(), fund(id)),
      funds: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (_item, index) => fund(String(index + 1))),
      broken: () => {
        throw new Error("secret detail at /etc/passwd");
      },
      held: async () => (await state.gate.passed(), true),
    },
    Mutation: {
      renameFund: async (
        _: unknown,
        { id, name: to }: { id: string; name: string },
        { request }: { request: RequestContext },
      ) => {
        await state.gate.passed();
        request.seen?.note(BOOK, (state.reached += 1));
        return { ...fund(id), name: to };
      },
      refuse: () => {
        throw new AppError("LEDGER_UNBALANCED", "Debits and credits differ.", {
          violations: [{ path: "entries", message: "differ by 1.00" }],
        });
      },
    },
    Subscription: {
      fundChanged: { subscribe: () => changed(changes, state), resolve: (id: string) => fund(id) },
      feed: {
        subscribe: (_: unknown, { after }: { after?: string }) =>
          feedBehind(Number(after ?? 0), changes, state),
        resolve: (position: number) => ({
          cursor: String(position),
          funds: [fund(changes.log[position - 1] ?? "")],
        }),
      },
      never: {
        subscribe: () => changed(new EventEmitter(), state),
        resolve: (id: string) => fund(id),
      },
    },
    Fund: {
      __resolveReference: ({ id }: Reference) => fund(id),
      comments: ({ id }: Reference, { limit }: { limit: number }) =>
        Array.from({ length: limit }, (_item, index) => `${id}.${index + 1}`),
    },
  };
}

/** The positions of the feed behind one, for ever. */
function feedBehind(after: number, changes: Changes, state: State): AsyncIterableIterator<number> {
  const news = changed(changes, state);
  let position = after;
  return {
    next: async () => {
      while (changes.log.length <= position)
        if ((await news.next()).done === true) return { done: true, value: undefined };
      position += 1;
      return { done: false, value: position };
    },
    return: async () => {
      await news.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The changes as an iterator that ends at once, so that tests see the cancellation upstream. */
function changed(changes: EventEmitter, state: State): AsyncIterableIterator<string> {
  state.subscriptions += 1;
  const events = on(changes, "change");
  let open = true;
  return {
    next: async () => {
      const { value, done } = (await events.next()) as IteratorResult<[string], undefined>;
      return done === true ? { done, value: undefined } : { done: false, value: value[0] };
    },
    return: async () => {
      if (open) state.subscriptions -= 1;
      open = false;
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
