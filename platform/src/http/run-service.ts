import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError, type CommonConfig } from "../config.ts";
import type { Logger } from "../logging.ts";
import { stopTracing } from "../telemetry/start-tracing.ts";
import type { HttpServer } from "./http-server.ts";

export interface ServiceParts {
  readonly logger: Logger;
  readonly server: HttpServer;
  readonly config: Pick<CommonConfig, "HOST" | "SHUTDOWN_DRAIN_SECONDS" | "SHUTDOWN_GRACE_SECONDS">;
  readonly port: number;
  /** The variable of the port, for the report of one that is in use. */
  readonly portName: string;
  /** Called in this order once requests have ended; together they share the shutdown limit. */
  readonly closers?: readonly (() => unknown)[];
}

/** What is left at the end of the shutdown for coded answers to what did not finish, and for the closers. */
const lastAnswersMs = (graceMs: number): number => Math.min(1_000, graceMs / 4);

/**
 * Listens, and stops on SIGTERM, SIGINT or when the parent process is gone. It reports not ready, goes on serving
 * until the balancer has seen that, refuses new requests, closes sockets with 1001, finishes running requests or
 * answers them with SHUTTING_DOWN a second before its limit, then calls the closers. It exits with code 0 within the configured times. Throws a ConfigError when it cannot
 * listen.
 */
export async function runService(parts: ServiceParts): Promise<void> {
  const { logger, server, config } = parts;
  let stopping = false;

  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, "stopping");
    server.readiness.startDraining();
    await sleep(config.SHUTDOWN_DRAIN_SECONDS * 1_000);
    const graceMs = config.SHUTDOWN_GRACE_SECONDS * 1_000;
    setTimeout(() => server.refuseUnfinished(), graceMs - lastAnswersMs(graceMs)).unref();
    setTimeout(() => {
      logger.warn("shutdown took too long, exiting now");
      process.exit(0);
    }, graceMs).unref();
    await server.app
      .close()
      .catch((error: unknown) => logger.error({ err: error }, "server did not close cleanly"));
    for (const close of parts.closers ?? []) {
      try {
        await close();
      } catch (error) {
        logger.error({ err: error }, "a part did not close cleanly");
      }
    }
    await stopTracing();
    logger.info("stopped");
    process.exit(0);
  };

  process.once("SIGTERM", () => void stop("SIGTERM"));
  process.once("SIGINT", () => void stop("SIGINT"));
  // The IPC channel closes when the supervisor dies, so no service outlives it.
  process.once("disconnect", () => void stop("the supervisor is gone"));
  process.on("unhandledRejection", (error) => {
    logger.fatal({ err: error }, "unhandled rejection");
    process.exit(1);
  });

  await listen(parts);
  logger.info({ host: config.HOST, port: parts.port }, "listening");
}

const LISTEN_FAULTS: Readonly<Record<string, readonly [variable: "HOST" | "port", fault: string]>> =
  {
    EADDRINUSE: ["port", "is in use"],
    EACCES: ["port", "needs more rights"],
    EADDRNOTAVAIL: ["HOST", "is no address of this machine"],
    ENOTFOUND: ["HOST", "is not known"],
  };

async function listen({ server, config, port, portName }: ServiceParts): Promise<void> {
  try {
    await server.app.listen({ host: config.HOST, port });
  } catch (error) {
    const known = LISTEN_FAULTS[(error as { code?: string }).code ?? ""];
    if (known === undefined) throw error;
    const [variable, fault] = known;
    const name = variable === "port" ? portName : variable;
    throw new ConfigError("the service", [`${name}: ${config.HOST}:${port} ${fault}`]);
  }
}
