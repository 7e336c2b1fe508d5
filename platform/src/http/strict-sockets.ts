import { AppError } from "@allfunds/contract/errors";
import { WebSocket, WebSocketServer, type ServerOptions } from "ws";
import { parseStrictJson } from "../strict-json.ts";
import { refuseAmbiguousHeaders } from "./strict-requests.ts";

/** The close code of graphql-transport-ws for an invalid message. */
const INVALID_MESSAGE = 4400;
// The longest reason of a close frame.
const MOST_REASON_BYTES = 123;

/** A socket that parses messages as strictly as bodies; the first refused message closes it. */
class StrictSocket extends WebSocket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "message") return super.emit(event, ...args);
    try {
      // ws emits Buffers, because binaryType is "nodebuffer" by default.
      parseStrictJson((args[0] as Buffer).toString());
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = `${error.code}: ${error.message.replace("The body", "The message")}`;
      this.close(INVALID_MESSAGE, reason.slice(0, MOST_REASON_BYTES));
      return true;
    }
    return super.emit(event, ...args);
  }
}

/** Creates a WebSocket server for graphql-ws that checks the handshake's headers and every message. */
export const createStrictSockets = (options: ServerOptions): WebSocketServer =>
  new WebSocketServer({
    ...options,
    WebSocket: StrictSocket,
    verifyClient: ({ req }, answer) => {
      try {
        refuseAmbiguousHeaders(req);
        answer(true);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const body = JSON.stringify({ code: error.code, message: error.message });
        answer(false, error.status, body, { "Content-Type": "application/json" });
      }
    },
  });
