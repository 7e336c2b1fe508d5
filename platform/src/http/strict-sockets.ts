import { AppError } from "@allfunds/contract/errors";
import { WebSocket, WebSocketServer, type RawData, type ServerOptions } from "ws";
import { parseStrictJson } from "../strict-json.ts";
import { refuseAmbiguousHeaders } from "./strict-requests.ts";

/** Of graphql-transport-ws, for a message that is none. */
const INVALID_MESSAGE = 4400;
// What a close frame has room for.
const MOST_REASON_BYTES = 123;

/** A socket whose messages are read as strictly as a body; the first that is refused ends it. */
class StrictSocket extends WebSocket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "message") return super.emit(event, ...args);
    try {
      parseStrictJson(String(args[0] as RawData));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = `${error.code}: ${error.message.replace("The body", "The message")}`;
      this.close(INVALID_MESSAGE, reason.slice(0, MOST_REASON_BYTES));
      return true;
    }
    return super.emit(event, ...args);
  }
}

/** WebSockets for graphql-ws on an HTTP server: strict in their messages and in the headers they begin with. */
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
