import { describeConfig } from "@allfunds/platform/config";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { startTracing } from "@allfunds/platform/telemetry";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

const config = readConfig();
const logger = createLogger("gateway", config.LOG_LEVEL);
logger.info({ config: describeConfig(config) }, "starting");
await startTracing("gateway", config, logger);
const { server, closers } = await createService(config, logger);
await runService({ logger, server, host: config.HOST, port: config.GATEWAY_PORT, closers });
