import { createAuthentication } from "@allfunds/platform/auth";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { startAudit } from "./access/start-audit.ts";
import { createBridge } from "./app.ts";
import { loadBridgeConfig, tokenUrlOf } from "./config.ts";
import { allEndpoints, analyticsEndpoints, metricsEndpoints } from "./endpoints/endpoints.ts";
import { GatewayClient } from "./gateway/gateway-client.ts";
import { serveBeside } from "./serve-beside.ts";

const config = loadBridgeConfig();
const logger = createLogger("rest-bridge", config.LOG_LEVEL);
const gateway = new GatewayClient({
  url: config.GATEWAY_URL,
  queryTimeoutMs: config.GATEWAY_QUERY_TIMEOUT_MS,
  mutationTimeoutMs: config.GATEWAY_MUTATION_TIMEOUT_MS,
});
const authentication = createAuthentication(config, logger);
const audit = startAudit(authentication, config.IDENTITY_URL, logger);

const shared = {
  gateway,
  logger,
  authentication,
  tokenUrl: tokenUrlOf(config),
  audit: audit?.record,
  bodyLimit: config.REST_BODY_LIMIT,
  trustedProxies: config.TRUSTED_PROXIES,
};

const server = createBridge({ ...shared, service: "rest-bridge", endpoints: allEndpoints });
const analytics = createBridge({
  ...shared,
  service: "rest-bridge-analytics",
  endpoints: analyticsEndpoints,
});
const metrics = createBridge({
  ...shared,
  service: "rest-bridge-metrics",
  endpoints: metricsEndpoints,
});

await serveBeside(server, analytics, { host: config.HOST, port: config.REST_ANALYTICS_PORT });
await serveBeside(server, metrics, { host: config.HOST, port: config.REST_METRICS_PORT });
await runService({
  logger,
  server,
  host: config.HOST,
  port: config.REST_PORT,
  closers: [() => gateway.close(), async () => audit?.stop()],
});
