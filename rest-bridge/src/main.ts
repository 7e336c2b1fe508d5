import { createLogger, runService } from "@allfunds/platform";
import { createBridge } from "./app.ts";
import { loadBridgeConfig } from "./config.ts";

const config = loadBridgeConfig();
const logger = createLogger("rest-bridge", config.LOG_LEVEL);
const server = createBridge({ logger, bodyLimit: config.REST_BODY_LIMIT });

await runService({ logger, server, host: config.HOST, port: config.REST_PORT });
