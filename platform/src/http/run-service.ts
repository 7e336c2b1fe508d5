import type { Logger } from "../logging.ts";
import { stopTracing } from "../telemetry/start-tracing.ts";
import type { HttpServer } from "./http-server.ts";

export interface ServiceParts {
  readonly logger: Logger;
  readonly server: HttpServer;
  readonly host: string;
  readonly port: number;
  /** Called in this order once requests have ended; together they share the shutdown limit. */
  readonly closers?: readonly (() => unknown)[];
}

const SHUTDOWN_LIMIT_MS = 8_000;

/**
 * Listens, and stops on SIGTERM, SIGINT or when the parent process is gone. It reports not ready, refuses new
 * requests, finishes running ones, then calls the closers. It exits with code 0 within 10 s.
 */
export async function runService(parts: ServiceParts): Promise<void> {
  const { logger, server } = parts;
  let stopping = false;

  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, "stopping");
    server.readiness.startDraining();
    setTimeout(() => {
      logger.warn("shutdown took too long, exiting now");
      process.exit(0);
    }, SHUTDOWN_LIMIT_MS).unref();
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

  await server.app.listen({ host: parts.host, port: parts.port });
  logger.info({ host: parts.host, port: parts.port }, "listening");
}
