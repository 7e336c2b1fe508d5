import type { IncomingMessage } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import { WebSocket, WebSocketServer, type ServerOptions } from "ws";
import { parseStrictExactJson } from "../strict-json.ts";
import { refuseAmbiguousHeaders } from "./strict-requests.ts";

/** The close code of graphql-transport-ws for an invalid message. */
const INVALID_MESSAGE = 4400;
// The longest reason of a close frame.
const MOST_REASON_BYTES = 123;

/** The most bytes that may wait to be sent when another message is sent: before connection_ack, and after it. */
const MOST_WAITING_BYTES = { before: 64 * 1024, after: 4 * 1024 * 1024 };
/** The most pings of one socket in a window, as frames or as messages. */
const MOST_PINGS = 100;
const PING_WINDOW_MS = 10_000;
/** A client that reads nothing for so long is closed. */
const STUCK_MS = 30_000;
const STUCK_CHECK_MS = 5_000;

const PING = /^\s*\{\s*"type"\s*:\s*"p[io]ng"/;
const ACKNOWLEDGEMENT = '{"type":"connection_ack"';

/**
 * A socket that parses messages as strictly as bodies; the first refused message closes it. It is terminated
 * when too much waits to be sent, when its client reads nothing for long, or when it pings too often.
 */
class StrictSocket extends WebSocket {
  isAcknowledged = false;
  #windowStart = 0;
  #pings = 0;
  #waitingSince: number | undefined;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "ping") return this.#answerPing(args[0] as Buffer);
    if (event !== "message") return super.emit(event, ...args);
    // ws emits Buffers, because binaryType is "nodebuffer" by default.
    const text = (args[0] as Buffer).toString();
    if (PING.test(text) && !this.#mayPing()) return true;
    try {
      // What is done with the message decides about its numbers.
      parseStrictExactJson(text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = `${error.code}: ${error.message.replace("The body", "The message")}`;
      this.close(INVALID_MESSAGE, reason.slice(0, MOST_REASON_BYTES));
      return true;
    }
    return super.emit(event, ...args);
  }

  override send(data: Parameters<WebSocket["send"]>[0], ...rest: unknown[]): void {
    if (typeof data === "string" && data.startsWith(ACKNOWLEDGEMENT)) this.isAcknowledged = true;
    if (!this.#mayWait()) return;
    this.#waitingSince ??= performance.now();
    const sent = rest.findLast((one) => typeof one === "function") as
      | ((error?: Error) => void)
      | undefined;
    super.send(data, (error) => {
      this.#waitingSince = this.bufferedAmount > 0 ? performance.now() : undefined;
      sent?.(error);
    });
  }

  /** Terminates the socket when its client has not read for long. */
  endIfStuck(): void {
    const since = this.#waitingSince;
    if (since !== undefined && performance.now() - since > STUCK_MS) this.terminate();
  }

  #answerPing(data: Buffer): boolean {
    if (this.readyState === WebSocket.OPEN && this.#mayPing() && this.#mayWait()) this.pong(data);
    return true;
  }

  #mayWait(): boolean {
    const most = this.isAcknowledged ? MOST_WAITING_BYTES.after : MOST_WAITING_BYTES.before;
    if (this.bufferedAmount <= most) return true;
    this.terminate();
    return false;
  }

  #mayPing(): boolean {
    const now = performance.now();
    if (now - this.#windowStart > PING_WINDOW_MS) {
      this.#windowStart = now;
      this.#pings = 0;
    }
    this.#pings += 1;
    if (this.#pings <= MOST_PINGS) return true;
    this.terminate();
    return false;
  }
}

/**
 * Leaves it to the caller of `listen` that its server could not: ws passes the error on, and graphql-ws prints it.
 */
class StrictSockets extends WebSocketServer {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "error" && this.options.server?.listening === false) return true;
    return super.emit(event, ...args);
  }
}

/** The most open sockets of a server: in all, and those without a connection_ack. */
export interface SocketNumbers {
  readonly open: number;
  readonly unacknowledged: number;
}

const NUMBERS: SocketNumbers = { open: 20_000, unacknowledged: 1_000 };

/** Creates a WebSocket server for graphql-ws that checks the handshake's headers and every message, and bounds its sockets. */
export function createStrictSockets(
  options: ServerOptions,
  numbers: SocketNumbers = NUMBERS,
): WebSocketServer {
  if (options.server !== undefined) ignoreForeignUpgrades(options.server);
  const server = new StrictSockets({
    ...options,
    WebSocket: StrictSocket,
    autoPong: false,
    verifyClient: ({ req }, answer) => {
      try {
        admit(req, server.clients, numbers);
        answer(true);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const body = JSON.stringify({ code: error.code, message: error.message });
        answer(false, error.status, body, { "Content-Type": "application/json" });
      }
    },
  });
  const check = setInterval(() => {
    for (const socket of server.clients) if (socket instanceof StrictSocket) socket.endIfStuck();
  }, STUCK_CHECK_MS).unref();
  server.once("close", () => clearInterval(check));
  return server;
}

/**
 * Answers a request that offers another protocol, such as `Upgrade: h2c` of curl and Java, as if it offered none
 * (RFC 9110, section 7.8); it would be refused as a wrong handshake otherwise.
 */
function ignoreForeignUpgrades(server: NonNullable<ServerOptions["server"]>): void {
  Object.assign(server, {
    shouldUpgradeCallback: ({ headers }: IncomingMessage): boolean =>
      headers.upgrade?.toLowerCase() === "websocket",
  });
}

/** Throws MALFORMED_REQUEST for an ambiguous handshake, and RATE_LIMITED when too many sockets are open. */
function admit(
  request: IncomingMessage,
  clients: ReadonlySet<WebSocket>,
  numbers: SocketNumbers,
): void {
  refuseAmbiguousHeaders(request);
  if (clients.size < Math.min(numbers.open, numbers.unacknowledged)) return;
  let unacknowledged = 0;
  for (const socket of clients)
    if (socket instanceof StrictSocket && !socket.isAcknowledged) unacknowledged += 1;
  if (clients.size >= numbers.open || unacknowledged >= numbers.unacknowledged)
    throw new AppError("RATE_LIMITED", "Too many sockets are open. Try again later.");
}
