import { ConfigError, describeConfig, type CommonConfig } from "../config.ts";
import { createLogger, type Logger } from "../logging.ts";
import { startTracing } from "../telemetry/start-tracing.ts";
import { runService, type ServiceParts } from "./run-service.ts";

export interface StartOptions<Config extends CommonConfig> {
  readonly name: string;
  /** Throws a ConfigError that names each variable at fault. */
  readonly readConfig: () => Config;
  readonly createService: (
    config: Config,
    logger: Logger,
  ) => Pick<ServiceParts, "server" | "closers"> | Promise<Pick<ServiceParts, "server" | "closers">>;
  /** The variable of the port. */
  readonly port: keyof Config & string;
}

/**
 * Starts a service and serves until it is stopped. What makes the start impossible is one line of the log,
 * which names the variable, and exit code 1.
 */
export async function startService<Config extends CommonConfig>({
  name,
  readConfig,
  createService,
  port,
}: StartOptions<Config>): Promise<void> {
  try {
    const config = readConfig();
    const logger = createLogger(name, config.LOG_LEVEL);
    logger.info({ config: describeConfig(config) }, "starting");
    await startTracing(name, config, logger);
    const service = await createService(config, logger);
    await runService({ ...service, logger, config, port: Number(config[port]), portName: port });
  } catch (error) {
    const logger = createLogger(name);
    if (error instanceof ConfigError) logger.fatal(`cannot start: ${error.problems.join("; ")}`);
    else logger.fatal({ err: error }, "cannot start");
    process.exit(1);
  }
}
