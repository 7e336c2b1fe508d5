import type { IncomingMessage } from "node:http";
import { type RequestContext, runInContext, traceIdFrom } from "@allfunds/platform/context";
import { keepExactNumber } from "@allfunds/platform/exact-json";
import { createStrictSockets, type HttpServer } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from "graphql";
import type { Context, SubscribePayload } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocket, type WebSocketServer } from "ws";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Executor } from "../execution/executor.ts";
import { publicError } from "../operation/public-error.ts";
import { acceptOperation, type AcceptOptions, type SocketOperation } from "./accept-operation.ts";
import { closeRefused, closeWithToken } from "./close-socket.ts";
import { SocketLimit } from "./limit-sockets.ts";
import {
  headerTexts,
  openSession,
  type SessionExtra,
  type SessionOptions,
} from "./socket-session.ts";

export interface ServeWebSocketOptions extends AcceptOptions, SessionOptions {
  readonly server: HttpServer;
  readonly executor: Executor;
  readonly logger: Logger;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly audit: AuditLog | undefined;
  /** Largest message in bytes. */
  readonly maxPayload: number;
  /** The most open sockets of one caller. */
  readonly maxSockets: number;
}

type SocketReviver = (key: string, value: unknown) => unknown;

const INIT_TIMEOUT_MS = 5_000;

/** Serves graphql-ws at /graphql: subscriptions, queries and mutations. Returns the function that closes every socket with 1001. */
export function serveWebSocket(options: ServeWebSocketOptions): () => Promise<void> {
  const { executor, logger } = options;
  const limit = new SocketLimit(options.maxSockets);
  const sockets = createStrictSockets({
    server: options.server.app.server,
    path: "/graphql",
    maxPayload: options.maxPayload,
  });
  logSocketErrors(sockets, logger);
  const served = useServer(
    {
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      jsonMessageReviver: keepExactNumber as SocketReviver,
      onConnect: (socket) => admit(socket, options, limit),
      onSubscribe: (socket, _id, payload) => acceptOperation(socket, payload, options),
      execute: (args: ExecutionArgs) =>
        runInContext(operationOf(args).request, () =>
          executor.execute(operationOf(args).execution),
        ),
      subscribe: (args: ExecutionArgs) =>
        runInContext(operationOf(args).request, () =>
          executor.subscribe(operationOf(args).execution),
        ),
      onNext: (_socket, _id, _payload, args, result) =>
        withPublicErrors(result, operationOf(args).request, logger),
      onError: (socket, _id, payload, errors) => {
        const traceId = traceIdFrom(traceparentOf(socket, payload));
        return errors.map((error) => publicError(error.toJSON(), error, traceId, logger));
      },
    },
    sockets,
  );
  return async () => served.dispose();
}

/** Admits a client with a valid token until the token expires, and closes the socket of any other. */
async function admit(
  socket: Context,
  options: ServeWebSocketOptions,
  limit: SocketLimit,
): Promise<boolean> {
  const extra = socket.extra as SessionExtra;
  const address = options.addressOf(extra.request);
  try {
    const session = await openSession(socket.connectionParams, address, options);
    if (extra.socket.readyState !== WebSocket.OPEN) return false;
    if (session.caller !== undefined) {
      limit.admit(extra.socket, session.caller);
      closeWithToken(extra.socket, session.caller.expiresAt);
    }
    extra.session = session;
    return true;
  } catch (error) {
    const headers = headerTexts(socket.connectionParams);
    options.audit?.unidentified(error, { headers, address, transport: "websocket" });
    closeRefused(extra.socket, error);
    return false;
  }
}

const traceparentOf = (
  { connectionParams }: Context,
  { extensions }: SubscribePayload,
): string | undefined =>
  headerTexts(extensions?.["headers"])["traceparent"] ??
  headerTexts(connectionParams)["traceparent"];

const operationOf = (args: ExecutionArgs): SocketOperation => args.contextValue as SocketOperation;

interface SocketResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

const withPublicErrors = (
  { data, errors, extensions }: SocketResult,
  { traceId }: RequestContext,
  logger: Logger,
): FormattedExecutionResult => ({
  data: data ?? null,
  ...(errors === undefined
    ? {}
    : { errors: errors.map((error) => publicError(error.toJSON(), error, traceId, logger)) }),
  ...(extensions === undefined ? {} : { extensions }),
});

/**
 * Logs the errors of clients' sockets, such as a message that is too large. graphql-ws prints them to the
 * console instead, with a stack. The socket has closed itself by then.
 */
function logSocketErrors(sockets: WebSocketServer, logger: Logger): void {
  sockets.on("connection", (socket: WebSocket) => {
    // graphql-ws adds its listener after this one, in the same turn.
    queueMicrotask(() => {
      socket.removeAllListeners("error");
      socket.on("error", (error) => logger.debug({ err: error }, "client socket failed"));
    });
  });
}
