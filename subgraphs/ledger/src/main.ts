import { createAuthentication } from "@allfunds/platform/auth";
import { describeConfig } from "@allfunds/platform/config";
import { runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { loadLedgerConfig } from "./config.ts";
import { startLedger } from "./start-ledger.ts";

const config = loadLedgerConfig();
const logger = createLogger("ledger", config.LOG_LEVEL);
logger.info({ config: describeConfig(config) }, "starting");

const { server, closers } = await startLedger(
  config.DATABASE_URL_LEDGER,
  logger,
  createAuthentication(config, logger),
);
await runService({ logger, server, host: config.HOST, port: config.LEDGER_PORT, closers });
