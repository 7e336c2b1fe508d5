import { createHttpServer, type HttpServer, type Logger } from "@allfunds/platform";
import { renderProblem } from "./problem.ts";

export interface BridgeOptions {
  readonly logger: Logger;
  /** Largest request body in bytes. */
  readonly bodyLimit: number;
}

/** One server of the bridge. */
export function createBridge({ logger, bodyLimit }: BridgeOptions): HttpServer {
  return createHttpServer({
    service: "rest-bridge",
    logger,
    bodyLimit,
    renderError: renderProblem,
  });
}
