import { fileURLToPath } from "node:url";
import { createAuthentication, OPEN_TO_ALL } from "@allfunds/platform/auth";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { startAudit } from "./audit/start-audit.ts";
import { RedisCache } from "./cache/redis-cache.ts";
import { readCommandLine } from "./command-line.ts";
import { budgetPolicyFrom, costPolicyFrom, limitsFrom, loadGatewayConfig } from "./config.ts";
import { createGateway } from "./gateway.ts";
import { isAuthenticated } from "./guard/auth/is-authenticated.ts";
import { OWN_POLICIES } from "./guard/auth/own-policies.ts";
import { MemoryBuckets } from "./guard/budget/memory-buckets.ts";
import { RedisBuckets } from "./guard/budget/redis-buckets.ts";
import { TrustedDocuments } from "./guard/trust/trusted-documents.ts";
import { OPEN_LIMITS } from "./guard/limits/limits.ts";
import { baseUrlsFromEnvironment } from "./supergraph/routing.ts";
import { RedisTicketStore } from "./tickets/redis-ticket-store.ts";
import { Tickets } from "./tickets/tickets.ts";

const config = loadGatewayConfig();
const flags = readCommandLine(process.argv.slice(2), config.GATEWAY_OPEN);
const logger = createLogger("gateway", config.LOG_LEVEL);

if (flags.open) logger.warn("open: nobody is asked for a token, no access rule is enforced");

const ownSupergraph = fileURLToPath(new URL("../supergraph.graphql", import.meta.url));
const foreignSupergraph = flags.supergraph ?? config.GATEWAY_SUPERGRAPH;
const redis = config.REDIS_URL === undefined ? undefined : new RedisCache(config.REDIS_URL, logger);

const buckets =
  config.REDIS_URL === undefined ? new MemoryBuckets() : new RedisBuckets(config.REDIS_URL, logger);

const ownDocuments = fileURLToPath(new URL("../trusted-documents.json", import.meta.url));
const mode = flags.open ? "off" : config.GATEWAY_TRUSTED_DOCUMENTS;
const trust =
  mode === "off"
    ? undefined
    : {
        mode,
        clients: config.GATEWAY_TRUSTED_CLIENTS,
        documents: await TrustedDocuments.load(
          config.GATEWAY_TRUSTED_DOCUMENTS_FILE ?? ownDocuments,
        ),
        logger,
      };

const tickets = new Tickets(
  config.REDIS_URL === undefined ? undefined : new RedisTicketStore(config.REDIS_URL, logger),
);

const authentication = flags.open ? undefined : createAuthentication(config, logger);
const audit =
  authentication === undefined
    ? undefined
    : startAudit(authentication, config.IDENTITY_URL, logger);

const gateway = await createGateway({
  supergraphFile: foreignSupergraph ?? ownSupergraph,
  routing: (names) => ({
    baseUrls: baseUrlsFromEnvironment(names),
    // The offset moves our own subgraphs; somebody else's addresses are taken as they are.
    portOffset: foreignSupergraph === undefined ? config.PORT_OFFSET : 0,
  }),
  logger,
  bodyLimit: config.GATEWAY_BODY_LIMIT,
  introspection: flags.open ? "on" : config.GATEWAY_INTROSPECTION,
  contextOf: (authentication ?? OPEN_TO_ALL).contextOf,
  ...(authentication === undefined ? {} : { callersReady: authentication.ready }),
  trustedProxies: config.TRUSTED_PROXIES,
  tickets,
  audit: audit?.trail,
  limits: flags.open ? OPEN_LIMITS : limitsFrom(config),
  trust,
  access: flags.open
    ? undefined
    : { ...OWN_POLICIES, deny: config.GATEWAY_ACCESS_DENIED, isAuthenticated },
  cost: flags.open ? undefined : costPolicyFrom(config),
  budget: flags.open ? undefined : budgetPolicyFrom(config, buckets),
  requestTimeoutMs: config.GATEWAY_REQUEST_TIMEOUT_MS,
  queryTimeoutMs: config.SUBGRAPH_QUERY_TIMEOUT_MS,
  mutationTimeoutMs: config.SUBGRAPH_MUTATION_TIMEOUT_MS,
  eventTimeoutMs: config.SUBSCRIPTION_EVENT_TIMEOUT_MS,
  queueLimit: config.SUBSCRIPTION_QUEUE_LIMIT,
  mostSockets: config.GATEWAY_SOCKETS_PER_CALLER,
  ...(redis === undefined ? {} : { persistedQueries: redis }),
});

await runService({
  logger,
  server: gateway.server,
  host: config.HOST,
  port: flags.port ?? config.GATEWAY_PORT,
  closers: [
    ...gateway.closers,
    async () => audit?.stop(),
    async () => tickets.close(),
    async () => redis?.close(),
    async () => buckets.close(),
  ],
});
