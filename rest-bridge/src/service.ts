import { AuditReporter, reportTo, type AuditEvent } from "@allfunds/platform/audit";
import { createAuthentication, type Authentication } from "@allfunds/platform/auth";
import { EDGE_BOUNDS, type HttpServer, type LimitBounds } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { issuerOf, originsOf, publicUrlOf, tokenUrlOf, type Config } from "./config.ts";
import { allEndpoints, analyticsEndpoints, metricsEndpoints } from "./endpoints.ts";
import { GatewayClient } from "./gateway/gateway-client.ts";
import { createBridgeServer } from "./server/bridge-server.ts";

/** For tests: what takes the events of the audit log, and how many requests are admitted. */
interface Tuning {
  readonly audit?: (event: AuditEvent) => void;
  readonly admission?: LimitBounds;
}

/** Wires the bridge: one server for all endpoints, and one for each group with a port of its own. */
export async function createService(config: Config, logger: Logger, tuning: Tuning = {}) {
  const gateway = new GatewayClient({
    url: config.GATEWAY_URL,
    queryTimeoutMs: config.GATEWAY_QUERY_TIMEOUT_MS,
    mutationTimeoutMs: config.GATEWAY_MUTATION_TIMEOUT_MS,
  });
  const usedProofs = await sharedProofs(config, logger);
  const authentication = createAuthentication(config, logger, {
    edge: { origins: originsOf(config), usedProofs },
  });
  const reporter = createAuditReporter(authentication, config, logger);
  const shared = {
    gateway,
    logger,
    authentication,
    issuer: issuerOf(config),
    tokenUrl: tokenUrlOf(config),
    explorerClientId: config.REST_EXPLORER_CLIENT_ID,
    publicUrl: publicUrlOf(config),
    audit: tuning.audit ?? reporter?.record,
    admission: tuning.admission ?? EDGE_BOUNDS,
    bodyLimit: config.REST_BODY_LIMIT,
    trustedProxies: config.TRUSTED_PROXIES,
    corsOrigins: config.CORS_ORIGINS,
  };
  const server = createBridgeServer({ ...shared, service: "rest-bridge", endpoints: allEndpoints });
  gateway.observe(server.registry);
  const analytics = createBridgeServer({
    ...shared,
    service: "rest-bridge-analytics",
    endpoints: analyticsEndpoints,
  });
  const metrics = createBridgeServer({
    ...shared,
    service: "rest-bridge-metrics",
    endpoints: metricsEndpoints,
  });
  listenWith(server, analytics, { host: config.HOST, port: config.REST_ANALYTICS_PORT });
  listenWith(server, metrics, { host: config.HOST, port: config.REST_METRICS_PORT });
  const closers = [
    () => gateway.close(),
    async () => reporter?.stop(),
    async () => usedProofs?.close(),
  ];
  return { server, closers };
}

/** The used proofs of all replicas; undefined, and no client of Redis loaded, without one. */
async function sharedProofs({ REDIS_URL: url }: Config, logger: Logger) {
  if (url === undefined) return undefined;
  const { RedisUsedProofs } = await import("@allfunds/platform/redis");
  return new RedisUsedProofs(url, logger);
}

/** Reports to the issuer's audit log; undefined while the bridge has no credentials of its own. */
function createAuditReporter(
  authentication: Pick<Authentication, "systemCredentials">,
  { IDENTITY_URL }: Config,
  logger: Logger,
): AuditReporter | undefined {
  const credentials = authentication.systemCredentials("audit:write");
  if (credentials === undefined) return undefined;
  return new AuditReporter({ send: reportTo(IDENTITY_URL, credentials), logger });
}

/** Lets a second server listen, drain and close with the main one. */
function listenWith(
  main: HttpServer,
  second: HttpServer,
  address: { readonly host: string; readonly port: number },
): void {
  main.app.addHook("onReady", async () => {
    await second.app.listen(address);
  });
  main.app.addHook("preClose", async () => {
    second.readiness.startDraining();
    await second.app.close();
  });
}
