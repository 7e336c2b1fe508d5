import { flushCompileCache } from "node:module";
import { ConfigError, describeConfig, namingVariable, type CommonConfig } from "../config.ts";
import { createLogger, type Logger } from "../logging.ts";
import { joinMesh, Mesh } from "../mesh/mesh.ts";
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
  boundLookups();
  try {
    const config = readConfig();
    const logger = createLogger(name, config.LOG_LEVEL);
    logger.info({ config: describeConfig(config) }, "starting");
    await enterMesh(name, config, logger);
    await startTracing(name, config, logger);
    const service = await createService(config, logger);
    await runService({ ...service, logger, config, port: Number(config[port]), portName: port });
    // Otherwise only an orderly end would keep the compiled code for the next start.
    flushCompileCache();
  } catch (error) {
    const logger = createLogger(name);
    if (error instanceof ConfigError) logger.fatal(`cannot start: ${error.problems.join("; ")}`);
    else logger.fatal({ err: error }, "cannot start");
    process.exit(1);
  }
}

/**
 * Bounds a look-up of a name to two tries of a second each. The system's own limits are ten seconds and more, for
 * which a lost name server would hold the few threads of look-ups, and the end of the process, which waits for them.
 */
function boundLookups(): void {
  // oxlint-disable-next-line node/no-process-env -- only the resolver of the system reads it
  process.env["RES_OPTIONS"] ??= "timeout:1 attempts:2";
}

/** Serves and calls in mutual TLS from now on, when the environment has certificates. */
async function enterMesh(service: string, config: CommonConfig, logger: Logger): Promise<void> {
  const { MESH_CERTIFICATES: certificates, MESH_POLICY: policy } = config;
  if (certificates === undefined && policy === undefined) return;
  if (policy === undefined)
    throw new ConfigError(service, ["MESH_POLICY: must be set with MESH_CERTIFICATES"]);
  if (certificates === undefined)
    throw new ConfigError(service, ["MESH_CERTIFICATES: must be set with MESH_POLICY"]);
  await namingVariable("MESH_CERTIFICATES, MESH_POLICY", () =>
    joinMesh(new Mesh({ service, certificates, policy, logger })),
  );
}
