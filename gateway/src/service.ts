import { fileURLToPath } from "node:url";
import { createAuthentication, issuerOf, OPEN_TO_ALL } from "@allfunds/platform/auth";
import { namingVariable } from "@allfunds/platform/config";
import { createHttpServer, EDGE_BOUNDS } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { RedisUsedProofs } from "@allfunds/platform/redis";
import type { Service } from "@allfunds/platform/service";
import { ConnectionLimit } from "./acceptance/limit-connections.ts";
import { AnswerCache } from "./answer-cache/answer-cache.ts";
import { type AnswerStore, MemoryAnswers, RedisAnswers } from "./answer-cache/answer-store.ts";
import { FeedFollower } from "./answer-cache/follow-feed.ts";
import { FollowedBooks } from "./answer-cache/followed-books.ts";
import { startAuditLog } from "./audit/audit-log.ts";
import { Documents } from "./cache/documents.ts";
import { MemoryPersistedQueries, RedisPersistedQueries } from "./cache/persisted-queries.ts";
import { clientAddressOf, identifyRequest, type ContextOf } from "./callers/identify-request.ts";
import { budgetPolicyOf, costPolicyOf, limitsOf, type Config } from "./config.ts";
import { serveDeveloperPage } from "./developer-page/serve-developer-page.ts";
import { Executor } from "./execution/executor.ts";
import { WholeAnswers } from "./execution/whole-answers.ts";
import type { runPlan } from "./execution/run-plan.ts";
import { OWN_ACCESS } from "./guard/auth/own-access.ts";
import { MemoryBuckets } from "./guard/budget/memory-buckets.ts";
import { RedisBuckets } from "./guard/budget/redis-buckets.ts";
import { OperationFigures } from "./figures/operation-figures.ts";
import { Guard, type GuardOptions } from "./guard/guard.ts";
import { loadPlugins } from "./guard/load-plugins.ts";
import type { TrustPolicy } from "./guard/trust/require-trusted-document.ts";
import { TrustedDocuments, withTrustedDocuments } from "./guard/trust/trusted-documents.ts";
import { renderGraphqlError } from "./http/http-errors.ts";
import { serveHttp } from "./http/serve-http.ts";
import { SubgraphHttp } from "./subgraphs/subgraph-http.ts";
import { SubgraphSockets } from "./subgraphs/subgraph-sockets.ts";
import { SubgraphUpstreams } from "./subgraphs/subgraph-upstreams.ts";
import {
  readTraffic,
  STANDARD_SUBGRAPH_POLICY,
  type SubgraphPolicy,
} from "./subgraphs/traffic-policy.ts";
import { warmPlans } from "./planning/plan-operation.ts";
import { buildGraph } from "./supergraph/graph.ts";
import {
  limitPlanning,
  newPlannerSource,
  refusePlanning,
  startPlanning,
} from "./supergraph/planner.ts";
import { baseUrlsFromEnvironment, type Routing } from "./supergraph/routing.ts";
import { variantOf, withVariants } from "./supergraph/variants.ts";
import { SupergraphSource } from "./supergraph/supergraph-source.ts";
import { serveTickets } from "./tickets/serve-tickets.ts";
import { RedisTicketStore } from "./tickets/ticket-stores.ts";
import { Tickets } from "./tickets/tickets.ts";
import { FieldUsage } from "./usage/field-usage.ts";
import { serveUsage } from "./usage/serve-usage.ts";
import { FileUsage, MemoryUsage, RedisUsage, type UsageStore } from "./usage/usage-stores.ts";
import { serveWebSocket } from "./websocket/serve-web-socket.ts";

const OWN_SUPERGRAPH = fileURLToPath(new URL("../supergraph.graphql", import.meta.url));
/** The project's variants, by name. */
const OWN_VARIANTS = { public: fileURLToPath(new URL("../api-public.graphql", import.meta.url)) };
const OWN_DOCUMENTS = fileURLToPath(new URL("../trusted-documents.json", import.meta.url));

/** What tests replace; everything else follows from the configuration. */
export interface Tuning extends Partial<GuardOptions> {
  readonly contextOf?: ContextOf;
  readonly routing?: (subgraphNames: readonly string[]) => Routing;
  /** How subgraphs are called, unless the configuration replaces it. */
  readonly traffic?: Partial<SubgraphPolicy>;
  /** How far the books of kept answers have moved. */
  readonly books?: FollowedBooks;
}

/** Wires the gateway: stores, callers, guard, graph, subgraphs and executor, then HTTP, WebSocket and tickets. */
export async function createService(
  config: Config,
  logger: Logger,
  tuning: Tuning = {},
): Promise<Service> {
  startPlanning();
  const { REDIS_URL: redisUrl } = config;
  const redisQueries =
    redisUrl === undefined ? undefined : new RedisPersistedQueries(redisUrl, logger);
  const buckets = redisUrl === undefined ? new MemoryBuckets() : new RedisBuckets(redisUrl, logger);
  const tickets = new Tickets(
    redisUrl === undefined ? undefined : new RedisTicketStore(redisUrl, logger),
  );

  if (config.GATEWAY_OPEN) logger.warn("open: no token is required, no access rule is enforced");
  const usedProofs = redisUrl === undefined ? undefined : new RedisUsedProofs(redisUrl, logger);
  const { GATEWAY_PUBLIC_URL: publicUrl = `http://localhost:${config.GATEWAY_PORT}` } = config;
  const edge = { origins: [publicUrl], usedProofs };
  const authentication = config.GATEWAY_OPEN
    ? undefined
    : createAuthentication(config, logger, { edge });
  const audit = authentication && startAuditLog(authentication, config.IDENTITY_URL, logger);
  const {
    contextOf = (authentication ?? OPEN_TO_ALL).contextOf,
    routing = routingOf(config),
    traffic,
    books = new FollowedBooks(),
    ...replaced
  } = tuning;

  const auditLog = tuning.audit ?? audit?.log;
  const server = createHttpServer({
    service: "gateway",
    logger,
    bodyLimit: config.GATEWAY_BODY_LIMIT,
    exactNumbers: true,
    renderError: renderGraphqlError,
    publicAnswers: { corsOrigins: config.CORS_ORIGINS },
    http2: true,
    admission: EDGE_BOUNDS,
    contextOf: identifyRequest(contextOf, auditLog),
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const figures = new OperationFigures(server.registry);
  const usage = new FieldUsage(await usageStoreOf(config, logger), logger);

  const plugins = await namingVariable("GATEWAY_PLUGINS", () =>
    loadPlugins(config.GATEWAY_PLUGINS ?? []),
  );
  const rules: GuardOptions = {
    limits: limitsOf(config),
    introspection: config.GATEWAY_OPEN ? "on" : config.GATEWAY_INTROSPECTION,
    trust: await namingVariable("GATEWAY_TRUSTED_DOCUMENTS_FILE", () =>
      trustPolicyOf(config, logger),
    ),
    access: config.GATEWAY_OPEN ? undefined : { ...OWN_ACCESS, deny: config.GATEWAY_ACCESS_DENIED },
    cost: costPolicyOf(config),
    budget: budgetPolicyOf(config, buckets),
    explain: config.GATEWAY_OPEN ? undefined : config.GATEWAY_EXPLAIN_SCOPE,
    audit: auditLog,
    figures,
    usage,
    plugins,
    ...replaced,
  };
  const guard = new Guard(rules);

  limitPlanning(config.GATEWAY_PLANNING_TIMEOUT_MS);
  const plannerSource = newPlannerSource();
  const variantFiles =
    config.GATEWAY_VARIANTS ?? (config.GATEWAY_SUPERGRAPH === undefined ? OWN_VARIANTS : {});
  const source = await namingVariable("GATEWAY_SUPERGRAPH", () =>
    SupergraphSource.open({
      file: config.GATEWAY_SUPERGRAPH ?? OWN_SUPERGRAPH,
      build: (sdl) => withVariants(buildGraph(sdl, routing, plannerSource), variantFiles),
      logger,
      warm: warmPlans,
    }),
  );
  await namingVariable("GATEWAY_STANDARD_VARIANT", () =>
    variantOf(source.current, config.GATEWAY_STANDARD_VARIANT),
  );
  const upstreams = new SubgraphUpstreams(
    await namingVariable("GATEWAY_TRAFFIC_FILE", () =>
      readTraffic(config.GATEWAY_TRAFFIC_FILE, {
        ...STANDARD_SUBGRAPH_POLICY,
        queryTimeoutMs: config.SUBGRAPH_QUERY_TIMEOUT_MS,
        mutationTimeoutMs: config.SUBGRAPH_MUTATION_TIMEOUT_MS,
        ...traffic,
      }),
    ),
    logger,
  );
  const http = new SubgraphHttp(upstreams);
  const sockets = new SubgraphSockets(upstreams);
  source.follow(({ subgraphs }) => {
    upstreams.keepOnly(subgraphs);
    sockets.keepOnly(subgraphs);
  });
  const answers = answerStoreOf(config, logger);
  const feed =
    answers &&
    new FeedFollower({
      books,
      sockets,
      credentials: authentication?.systemCredentials("feed:read"),
      logger,
      registry: server.registry,
    });
  source.follow((graph) => feed?.use(graph));
  feed?.start();
  const executor = new Executor({
    ...(config.GATEWAY_EXECUTOR === "apollo" ? { runPlan: await apolloExecutor() } : {}),
    http,
    sockets,
    logger,
    requestTimeoutMs: config.GATEWAY_REQUEST_TIMEOUT_MS,
    eventTimeoutMs: config.SUBSCRIPTION_EVENT_TIMEOUT_MS,
    queueLimits: {
      events: config.SUBSCRIPTION_QUEUE_LIMIT,
      bytes: config.SUBSCRIPTION_QUEUE_BYTES,
    },
    audit: rules.audit,
    plugins: rules.plugins,
    answers: answers && new AnswerCache(answers, books, server.registry),
    wholeAnswers: answers && new WholeAnswers(answers, books, server.registry),
    figures,
  });

  const cache = redisQueries ?? new MemoryPersistedQueries();
  const persistedQueries =
    rules.trust === undefined ? cache : withTrustedDocuments(cache, rules.trust.documents);
  const shared = {
    server,
    source,
    executor,
    guard,
    logger,
    persistedQueries,
    documents: new Documents(),
    variants: {
      standard: config.GATEWAY_STANDARD_VARIANT,
      wholeGraphClients: config.GATEWAY_WHOLE_GRAPH_CLIENTS,
    },
    connections: new ConnectionLimit(config.GATEWAY_SOCKETS_PER_CALLER),
  };
  const stopHttp = await serveHttp(shared);
  const closeSockets = serveWebSocket({
    ...shared,
    audit: rules.audit,
    contextOf,
    tickets,
    addressOf: clientAddressOf(config.TRUSTED_PROXIES),
    maxPayload: config.GATEWAY_BODY_LIMIT,
  });
  serveTickets(server, tickets, rules.budget);
  serveUsage(server, usage, config.GATEWAY_OPEN);
  if (config.GATEWAY_GRAPHIQL === "on")
    serveDeveloperPage(server, {
      issuer: config.GATEWAY_OPEN ? undefined : issuerOf(config),
      clientId: config.GATEWAY_GRAPHIQL_CLIENT_ID,
      resource: config.GRAPH_AUDIENCE,
    });
  server.app.addHook("preClose", closeSockets);
  server.app.addHook("preClose", (done) => {
    guard.close();
    refusePlanning(plannerSource);
    done();
  });

  server.readiness.add("supergraph", () => undefined);
  if (authentication !== undefined) server.readiness.add("issuer", authentication.ready);
  upstreams.observe(server.registry);
  server.readiness.inform("subgraphs", async () =>
    upstreams.reachability(source.current.subgraphs),
  );
  return {
    server,
    closers: [
      stopHttp,
      () => feed?.close(),
      () => sockets.close(),
      () => upstreams.close(),
      () => audit?.stop(),
      () => tickets.close(),
      () => usedProofs?.close(),
      () => redisQueries?.close(),
      () => buckets.close(),
      () => answers?.close(),
      () => usage.close(),
    ],
  };
}

function answerStoreOf(
  { GATEWAY_ANSWER_CACHE: mode, REDIS_URL: redisUrl }: Config,
  logger: Logger,
): AnswerStore | undefined {
  if (mode === "off") return undefined;
  return redisUrl === undefined ? new MemoryAnswers() : new RedisAnswers(redisUrl, logger);
}

async function usageStoreOf(
  { REDIS_URL: redisUrl, GATEWAY_USAGE_FILE: file }: Config,
  logger: Logger,
): Promise<UsageStore> {
  if (redisUrl !== undefined) return new RedisUsage(redisUrl, logger);
  if (file === undefined) return new MemoryUsage();
  return namingVariable("GATEWAY_USAGE_FILE", () => FileUsage.open(file));
}

/** Loaded only where it is used: its package takes long to load. */
async function apolloExecutor(): Promise<typeof runPlan> {
  const { runPlanWithApollo } = await import("./execution/run-plan-with-apollo.ts");
  return runPlanWithApollo;
}

const routingOf =
  (config: Config) =>
  (subgraphNames: readonly string[]): Routing => ({
    baseUrls: baseUrlsFromEnvironment(subgraphNames),
    // The offset moves the project's subgraphs; the addresses of another supergraph are used as they are.
    portOffset: config.GATEWAY_SUPERGRAPH === undefined ? config.PORT_OFFSET : 0,
  });

async function trustPolicyOf(config: Config, logger: Logger): Promise<TrustPolicy | undefined> {
  const mode = config.GATEWAY_OPEN ? "off" : config.GATEWAY_TRUSTED_DOCUMENTS;
  if (mode === "off") return undefined;
  return {
    mode,
    clients: config.GATEWAY_TRUSTED_CLIENTS,
    documents: await TrustedDocuments.load(config.GATEWAY_TRUSTED_DOCUMENTS_FILE ?? OWN_DOCUMENTS),
    logger,
  };
}
