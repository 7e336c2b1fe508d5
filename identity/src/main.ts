import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { startIdentity } from "./start-identity.ts";

const config = readConfig();
const logger = createLogger("identity", config.LOG_LEVEL);
const { issuer, webUrl, audience, demo, dataDir } = config;
logger.info({ issuer, webUrl, audience, demo, dataDir }, "configuration");

const { server, closers } = await startIdentity(config, logger);
await runService({ logger, server, host: config.HOST, port: config.port, closers });
