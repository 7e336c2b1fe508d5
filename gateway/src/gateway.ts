import { createHttpServer, type HttpServer } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { MemoryCache } from "./cache/memory-cache.ts";
import { Executor } from "./execution/executor.ts";
import { withTrustedDocuments } from "./cache/with-trusted-documents.ts";
import type { AuditTrail } from "./audit/audit-trail.ts";
import { clientAddressOf } from "./callers/client-address.ts";
import type { ContextOf } from "./callers/context-of.ts";
import { identifyRequest } from "./callers/identify-request.ts";
import type { AccessPolicy } from "./guard/auth/caller-access.ts";
import type { BudgetPolicy } from "./guard/budget/spend-budget.ts";
import type { CostPolicy } from "./guard/cost/cost-policy.ts";
import { Guard } from "./guard/guard.ts";
import type { IntrospectionPolicy } from "./guard/limit-introspection.ts";
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
import { serveTickets } from "./tickets/serve-tickets.ts";
import { Tickets } from "./tickets/tickets.ts";
import { serveWebSocket } from "./websocket/serve-web-socket.ts";

export interface GatewayOptions {
  readonly supergraphFile: string;
  readonly routing: (subgraphNames: readonly string[]) => Routing;
  readonly logger: Logger;
  readonly bodyLimit: number;
  readonly introspection: IntrospectionPolicy;
  readonly limits: Limits;
  /** Absent, any document is run. */
  readonly trust?: TrustPolicy | undefined;
  /** Absent, the supergraph's access rules are not enforced. */
  readonly access?: AccessPolicy | undefined;
  /** Who a request comes from. */
  readonly contextOf: ContextOf;
  /** Rejects while callers cannot be told apart. */
  readonly callersReady?: () => Promise<void>;
  /** Addresses of the proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Tickets for WebSockets; kept by this process unless given. */
  readonly tickets?: Tickets;
  /** Where changes and refusals are told. */
  readonly audit?: AuditTrail | undefined;
  /** Absent, operations are not costed. */
  readonly cost?: CostPolicy | undefined;
  /** Absent, clients may spend what they like. */
  readonly budget?: BudgetPolicy | undefined;
  readonly requestTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly eventTimeoutMs: number;
  readonly queueLimit: number;
  /** WebSockets one caller may have open at a time. */
  readonly mostSockets: number;
  readonly persistedQueries?: KeyValueCache;
}

/** Tokens far larger than any good one still get an answer that says so. */
const MAX_HEADER_BYTES = 128 * 1024;

export interface Gateway {
  readonly server: HttpServer;
  /** What to close after the last request, in order. */
  readonly closers: readonly (() => Promise<void>)[];
}

/** Puts the gateway together: graph, ways to the subgraphs, executor, and the two ways in. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, bodyLimit, contextOf, audit, trustedProxies = [] } = options;
  const tickets = options.tickets ?? new Tickets();
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
    contextOf: identifyRequest(contextOf, audit),
    maxHeaderBytes: MAX_HEADER_BYTES,
    trustedProxies,
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
    audit,
    contextOf,
    tickets,
    addressOf: clientAddressOf(trustedProxies),
    persistedQueries,
    maxPayload: bodyLimit,
    mostSockets: options.mostSockets,
  });
  serveTickets(server, tickets, options.budget);
  server.readiness.add("supergraph", () => undefined);
  if (options.callersReady !== undefined) server.readiness.add("issuer", options.callersReady);
  server.readiness.inform("subgraphs", async () => reachability(source.current, http));
  server.app.addHook("preClose", closeSockets);

  return {
    server,
    closers: [stopHttp, async () => sockets.close(), async () => http.close()],
  };
}
