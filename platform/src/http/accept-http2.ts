import type { Server } from "node:http";
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { Counter, Gauge, type Registry } from "prom-client";

export interface Http2Options {
  readonly registry: Registry;
  /** Largest request head in bytes. */
  readonly maxHeaderBytes: number;
  /** The longest wait for the first bytes of a connection, in milliseconds. */
  readonly firstBytesMs: number;
  /** The longest time for a request to arrive, in milliseconds. */
  readonly requestMs: number;
  /** How long a connection without any frame stays open, in milliseconds. */
  readonly idleMs: number;
}

/** The most requests of one connection at the same time. */
const MOST_STREAMS = 100;
const MOST_CONNECTIONS = 5_000;
/** What one connection may take of memory, in megabytes as Node counts them. */
const CONNECTION_MEGABYTES = 10;
/** A client that takes nothing of an answer for so long is disconnected. */
const STUCK_MS = 30_000;
const STUCK_CHECK_MS = 5_000;
/** The most bytes of answers that wait for one client: it may hold the windows of a hundred streams closed. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** The most frames of one connection in a window that cost a client nothing, by their kind. */
const MOST_IN_WINDOW = { settings: 50, pings: 100, resets: 200 };
const WINDOW_MS = 10_000;
type Flood = keyof typeof MOST_IN_WINDOW;

/** How a client without TLS begins HTTP/2; no method of HTTP/1.1 begins so. */
const PREFACE = Buffer.from("PRI");

/**
 * Serves HTTP/2 beside HTTP/1.1 on the ports of servers: without TLS by prior knowledge, with TLS where both sides
 * agree on it. Requests go to the listeners of the server. A connection is ended when it sends more settings,
 * pings or resets than a client needs, or takes nothing of its answers.
 */
export class Http2Acceptor {
  readonly #options: Http2Options;
  readonly #connections: Http2Connections;
  readonly #closers: (() => void)[] = [];

  constructor(options: Http2Options) {
    this.#options = options;
    this.#connections = new Http2Connections(options);
  }

  accept(server: Server): void {
    const { maxHeaderBytes, requestMs, firstBytesMs } = this.#options;
    const http2 = createServer({
      maxSessionMemory: CONNECTION_MEGABYTES,
      settings: {
        enablePush: false,
        maxConcurrentStreams: MOST_STREAMS,
        maxHeaderListSize: maxHeaderBytes,
      },
    });
    http2.on("session", (session) => this.#connections.admit(session));
    http2.on("request", (request, response) => {
      limitArrival(request, response, requestMs);
      server.emit("request", request, response);
    });
    this.#closers.push(divideConnections(server, http2, firstBytesMs));
  }

  /** Ends each connection once its requests have been answered. */
  close(): void {
    for (const close of this.#closers) close();
    this.#connections.close();
  }
}

/** Gives each connection to HTTP/2 or HTTP/1.1; returns the function that ends those that have not begun either. */
function divideConnections(server: Server, http2: Http2Server, firstBytesMs: number): () => void {
  const event = server instanceof TlsServer ? "secureConnection" : "connection";
  const http1 = server.listeners(event).at(-1) as (socket: Socket) => void;
  const undecided = new Set<Socket>();
  server.removeListener(event, http1);
  server.on(event, (socket: Socket) => {
    // A mesh may have refused it.
    if (socket.destroyed) return;
    const give = (isHttp2: boolean): void => {
      undecided.delete(socket);
      if (!isHttp2) return http1.call(server, socket);
      // Sessions end with the client's side of the connection; that of HTTP/1.1 may end before the answer.
      socket.allowHalfOpen = false;
      http2.emit("connection", socket);
    };
    // With TLS both sides have agreed before.
    if ("alpnProtocol" in socket) return give(socket.alpnProtocol === "h2");
    undecided.add(socket);
    socket.once("close", () => undecided.delete(socket));
    decideByFirstBytes(socket, firstBytesMs, give);
  });
  return () => {
    for (const socket of undecided) socket.destroy();
  };
}

/** Reads as much of a connection as decides its protocol, and puts it back. */
function decideByFirstBytes(
  socket: Socket,
  limitMs: number,
  give: (isHttp2: boolean) => void,
): void {
  let read = Buffer.alloc(0);
  const end = (): void => void socket.destroy();
  const timer = setTimeout(end, limitMs).unref();
  const stop = (): void => {
    clearTimeout(timer);
    socket.off("readable", take).off("end", end).off("error", end).off("close", stop);
  };
  const take = (): void => {
    const part = socket.read() as Buffer | null;
    if (part === null) return;
    read = Buffer.concat([read, part]);
    const isHttp2 = PREFACE.subarray(0, read.length).equals(read.subarray(0, PREFACE.length));
    if (isHttp2 && read.length < PREFACE.length) return;
    stop();
    socket.unshift(read);
    give(isHttp2);
  };
  socket.on("readable", take).on("end", end).on("error", end).on("close", stop);
}

/** Cancels a request that does not arrive in time, as HTTP/1.1 does. */
function limitArrival(
  request: Http2ServerRequest,
  { stream }: Http2ServerResponse,
  limitMs: number,
): void {
  if (stream.endAfterHeaders) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limitMs).unref();
  request.once("end", () => clearTimeout(timer));
  stream.once("close", () => clearTimeout(timer));
}

/** An answer that waits for its client. */
interface Waiting {
  bytes: number;
  since: number;
}

/** The open connections, each within its bounds. */
class Http2Connections {
  readonly #idleMs: number;
  readonly #open = new Set<ServerHttp2Session>();
  readonly #streams = new Map<ServerHttp2Stream, Waiting>();
  readonly #check: NodeJS.Timeout;
  readonly #ended: Counter<"reason">;

  constructor({ registry, idleMs }: Http2Options) {
    this.#idleMs = idleMs;
    this.#check = setInterval(() => this.#endStuck(performance.now()), STUCK_CHECK_MS).unref();
    this.#ended = new Counter({
      name: "http2_connections_ended_total",
      help: "HTTP/2 connections that the server ended, by what they sent too much of, or because they took nothing or were too many",
      labelNames: ["reason"],
      registers: [registry],
    });
    const open: Gauge = new Gauge({
      name: "http2_connections",
      help: "Open HTTP/2 connections",
      registers: [registry],
      collect: () => open.set(this.#open.size),
    });
  }

  admit(session: ServerHttp2Session): void {
    // Its client has gone, or broke the protocol: Node ends it.
    session.on("error", () => undefined);
    if (this.#open.size >= MOST_CONNECTIONS) return this.#end(session, "many");
    this.#open.add(session);
    session.once("close", () => this.#open.delete(session));
    const note = floodLimit((flood) => this.#end(session, flood));
    session.on("remoteSettings", () => note("settings"));
    session.on("ping", () => note("pings"));
    session.on("stream", (stream: ServerHttp2Stream) => {
      this.#streams.set(stream, { bytes: 0, since: performance.now() });
      stream.on("error", () => undefined);
      stream.once("aborted", () => note("resets"));
      stream.once("close", () => this.#streams.delete(stream));
    });
    session.setTimeout(this.#idleMs, () => session.close());
  }

  close(): void {
    clearInterval(this.#check);
    for (const session of this.#open) session.close();
  }

  #endStuck(now: number): void {
    const held = new Map<ServerHttp2Session, number>();
    for (const [stream, waiting] of this.#streams) {
      const bytes = stream.writableLength;
      const session = stream.session as ServerHttp2Session | undefined;
      if (session !== undefined) held.set(session, (held.get(session) ?? 0) + bytes);
      if (bytes === 0 || bytes !== waiting.bytes) Object.assign(waiting, { bytes, since: now });
      else if (now - waiting.since > STUCK_MS && session !== undefined) this.#end(session, "stuck");
    }
    for (const [session, bytes] of held)
      if (bytes > MOST_WAITING_BYTES) this.#end(session, "waiting");
  }

  #end(session: ServerHttp2Session, reason: Flood | "stuck" | "waiting" | "many"): void {
    if (session.destroyed) return;
    this.#ended.inc({ reason });
    session.destroy(new Error(`ended: ${reason}`), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}

/** Counts frames of one connection, and reports a kind that comes too often. */
function floodLimit(report: (flood: Flood) => void): (flood: Flood) => void {
  let windowStart = 0;
  let counts = { settings: 0, pings: 0, resets: 0 };
  return (flood) => {
    const now = performance.now();
    if (now - windowStart > WINDOW_MS) {
      windowStart = now;
      counts = { settings: 0, pings: 0, resets: 0 };
    }
    counts[flood] += 1;
    if (counts[flood] > MOST_IN_WINDOW[flood]) report(flood);
  };
}
