import type { Logger } from "@allfunds/platform/logging";
import type { WebSocket, WebSocketServer } from "ws";

/**
 * What goes wrong on a client's socket (a message that is too large, a torn frame) goes to our log.
 * graphql-ws prints it to the console instead, with a stack; the socket has closed itself by then.
 */
export function logSocketErrors(sockets: WebSocketServer, logger: Logger): void {
  sockets.on("connection", (socket: WebSocket) => {
    // Its listener is added after this one, in the same turn.
    queueMicrotask(() => {
      socket.removeAllListeners("error");
      socket.on("error", (error) => logger.debug({ err: error }, "a client's socket failed"));
    });
  });
}
