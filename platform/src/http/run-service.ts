import type { Logger } from "../logging.ts";
import type { HttpServer } from "./http-server.ts";

export interface ServiceParts {
  readonly logger: Logger;
  readonly server: HttpServer;
  readonly host: string;
  readonly port: number;
  /** Closed in this order once requests have ended; each gets the rest of the time there is. */
  readonly closers?: readonly (() => unknown)[];
}

const SHUTDOWN_LIMIT_MS = 8_000;

/**
 * Listens, and stops in order on SIGTERM, SIGINT or when the parent that started it is gone:
 * not ready, no new requests, running ones finish, then the closers. Exit code 0 within 10 s.
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
      logger.warn("shutdown took too long, leaving now");
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
    logger.info("stopped");
    process.exit(0);
  };

  process.once("SIGTERM", () => void stop("SIGTERM"));
  process.once("SIGINT", () => void stop("SIGINT"));
  // A supervisor that dies takes the channel with it: nothing of ours is left behind.
  process.once("disconnect", () => void stop("the supervisor is gone"));
  process.on("unhandledRejection", (error) => {
    logger.fatal({ err: error }, "unhandled rejection");
    process.exit(1);
  });

  await server.app.listen({ host: parts.host, port: parts.port });
  logger.info({ host: parts.host, port: parts.port }, "listening");
}
