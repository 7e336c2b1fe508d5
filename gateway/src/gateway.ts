import {
  contextFromHeaders,
  createHttpServer,
  type HttpServer,
  type Logger,
} from "@allfunds/platform";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { MemoryCache } from "./cache/memory-cache.ts";
import { Executor } from "./execution/executor.ts";
import { withTrustedDocuments } from "./cache/with-trusted-documents.ts";
import type { ContextOf } from "./context-of.ts";
import type { AccessPolicy } from "./guard/auth/caller-access.ts";
import type { BudgetPolicy } from "./guard/budget/spend-budget.ts";
import type { CostPolicy } from "./guard/cost/cost-policy.ts";
import { Guard } from "./guard/guard.ts";
import type { Limits } from "./guard/limits/limits.ts";
import type { TrustPolicy } from "./guard/trust/require-trusted-document.ts";
import { renderGraphqlError } from "./http/render-error.ts";
import { serveHttp } from "./http/serve-http.ts";
import { reachability } from "./subgraphs/reachability.ts";
import { SubgraphHttp } from "./subgraphs/subgraph-http.ts";
import { SubgraphSockets } from "./subgraphs/subgraph-sockets.ts";
import { buildGraph } from "./supergraph/graph.ts";
import type { Routing } from "./supergraph/routing.ts";
import { SupergraphSource } from "./supergraph/supergraph-source.ts";
import { serveWebSocket } from "./websocket/serve-web-socket.ts";

export interface GatewayOptions {
  readonly supergraphFile: string;
  readonly routing: (subgraphNames: readonly string[]) => Routing;
  readonly logger: Logger;
  readonly bodyLimit: number;
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Absent, any document is run. */
  readonly trust?: TrustPolicy | undefined;
  /** Absent, the supergraph's access rules are not enforced. */
  readonly access?: AccessPolicy | undefined;
  /** Who a request comes from; by its headers alone unless given. */
  readonly contextOf?: ContextOf;
  /** Absent, operations are not costed. */
  readonly cost?: CostPolicy | undefined;
  /** Absent, clients may spend what they like. */
  readonly budget?: BudgetPolicy | undefined;
  readonly requestTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly eventTimeoutMs: number;
  readonly queueLimit: number;
  readonly persistedQueries?: KeyValueCache;
}

export interface Gateway {
  readonly server: HttpServer;
  /** What to close after the last request, in order. */
  readonly closers: readonly (() => Promise<void>)[];
}

/** Puts the gateway together: graph, ways to the subgraphs, executor, and the two ways in. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, bodyLimit } = options;
  const contextOf = options.contextOf ?? contextFromHeaders;
  const guard = new Guard(options);
  const source = await SupergraphSource.open(
    options.supergraphFile,
    (sdl) => buildGraph(sdl, options.routing),
    logger,
  );
  const http = new SubgraphHttp(options);
  const sockets = new SubgraphSockets();
  const executor = new Executor({ ...options, http, sockets });

  const server = createHttpServer({
    service: "gateway",
    logger,
    bodyLimit,
    renderError: renderGraphqlError,
    contextOf: ({ headers }) => contextOf(headers),
  });
  const remembered = options.persistedQueries ?? new MemoryCache();
  const persistedQueries =
    options.trust === undefined
      ? remembered
      : withTrustedDocuments(remembered, options.trust.documents);
  const stopHttp = await serveHttp({
    server,
    source,
    executor,
    guard,
    logger,
    persistedQueries,
  });
  const closeSockets = serveWebSocket({
    server,
    source,
    executor,
    guard,
    logger,
    contextOf,
    persistedQueries,
    maxPayload: bodyLimit,
  });
  server.readiness.add("supergraph", () => undefined);
  server.readiness.inform("subgraphs", async () => reachability(source.current, http));
  server.app.addHook("preClose", closeSockets);

  return {
    server,
    closers: [stopHttp, async () => sockets.close(), async () => http.close()],
  };
}
