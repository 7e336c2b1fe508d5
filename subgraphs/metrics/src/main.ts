import { describeConfig } from "@allfunds/platform/config";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

const config = readConfig();
const logger = createLogger("metrics", config.LOG_LEVEL);
logger.info({ config: describeConfig(config) }, "starting");
const service = await createService(config, logger);
await runService({ logger, ...service, host: config.HOST, port: config.METRICS_PORT });
