import { describeConfig } from "@allfunds/platform/config";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { createService } from "./service.ts";

const config = readConfig();
const logger = createLogger("identity", config.LOG_LEVEL);
logger.info({ config: describeConfig(config) }, "starting");
const { server, closers } = await createService(config, logger);
await runService({ logger, server, host: config.HOST, port: config.IDENTITY_PORT, closers });
