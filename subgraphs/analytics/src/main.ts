import { describeConfig } from "@allfunds/platform/config";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { startTracing } from "@allfunds/platform/telemetry";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

const config = readConfig();
const logger = createLogger("analytics", config.LOG_LEVEL);
logger.info({ config: describeConfig(config) }, "starting");
await startTracing("analytics", config, logger);
const service = await createService(config, logger);
await runService({ logger, ...service, host: config.HOST, port: config.ANALYTICS_PORT });
