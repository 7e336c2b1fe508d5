import type { IncomingMessage } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import { INCLUDE_TRACE_HEADER, runInContext, traceIdFrom } from "@allfunds/platform/context";
import { keepExactNumber } from "@allfunds/platform/exact-json";
import { createStrictSockets, type HttpServer } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import type { ExecutionArgs, GraphQLError } from "graphql";
import type { Context, SubscribePayload } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocket, type WebSocketServer } from "ws";
import type { ConnectionLimit } from "../acceptance/limit-connections.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Executor } from "../execution/executor.ts";
import { answerText, publicError, publicResult } from "../operation/public-error.ts";
import {
  acceptOperation,
  type AcceptedOperation,
  type AcceptOptions,
  reasonsOrFailure,
} from "../acceptance/accept-operation.ts";
import { closeRefused, closeWithToken } from "./close-socket.ts";
import {
  headerTexts,
  openSession,
  operationHeaders,
  sessionOf,
  type SessionExtra,
  type SessionOptions,
} from "./socket-session.ts";
import { sendText, WrittenAnswers } from "./written-answers.ts";

export interface ServeWebSocketOptions extends AcceptOptions, SessionOptions {
  readonly server: HttpServer;
  readonly executor: Executor;
  readonly logger: Logger;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly audit: AuditLog | undefined;
  /** Largest message in bytes. */
  readonly maxPayload: number;
  readonly connections: ConnectionLimit;
}

type SocketReviver = (key: string, value: unknown) => unknown;

const INIT_TIMEOUT_MS = 5_000;

/** Serves graphql-ws at /graphql: subscriptions, queries and mutations. Returns the function that closes every socket with 1001. */
export function serveWebSocket(options: ServeWebSocketOptions): () => Promise<void> {
  const { executor, logger } = options;
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
      onConnect: (socket) => admit(socket, options),
      onSubscribe: (socket, id, payload) => acceptOn(socket, id, payload, options),
      execute: (args: ExecutionArgs) =>
        runInContext(operationOf(args).request, () =>
          answersOf(operationOf(args).execution, executor),
        ),
      subscribe: (args: ExecutionArgs) =>
        runInContext(operationOf(args).request, () => subscribed(operationOf(args), options)),
      onNext: (_socket, _id, _payload, args, result) =>
        publicResult(result, operationOf(args).request.traceId, logger),
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
async function admit(socket: Context, options: ServeWebSocketOptions): Promise<boolean> {
  const extra = socket.extra as SessionExtra;
  const address = options.addressOf(extra.request);
  try {
    const session = await openSession(socket.connectionParams, address, options);
    if (extra.socket.readyState !== WebSocket.OPEN) return false;
    if (session.caller !== undefined) {
      options.connections.admit(extra.socket, session.caller);
      closeWithToken(extra.socket, session.caller);
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

const MAX_OPERATIONS = 200;

/** Accepts an operation of a socket, or returns the reasons of its refusal: thrown, they would end the connection. */
async function acceptOn(
  socket: Context,
  id: string,
  payload: SubscribePayload,
  options: ServeWebSocketOptions,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    limitOperations(socket);
    const session = sessionOf(socket);
    const headersOfOperation = operationHeaders(session, payload.extensions);
    // The connection was opened with a proof where the token needs one.
    const context = await options.contextOf(headersOfOperation, "proven");
    const { address, headers } = session;
    const authorization = headers["authorization"];
    const { [INCLUDE_TRACE_HEADER]: includeTrace } = headersOfOperation;
    const transport = "websocket";
    const client = { context, address, authorization, transport, includeTrace } as const;
    const inParts = options.executor.givesParts;
    const accepted = await acceptOperation(payload, { ...client, inParts }, options);
    if (isRefusal(accepted)) return accepted;
    const { socket: webSocket } = socket.extra as SessionExtra;
    const operation = accepted.contextValue as AcceptedOperation;
    return { ...accepted, contextValue: { ...operation, socket: webSocket, id } };
  } catch (error) {
    return reasonsOrFailure(error);
  }
}

const isRefusal = (
  accepted: ExecutionArgs | readonly GraphQLError[],
): accepted is readonly GraphQLError[] => Array.isArray(accepted);

/** An accepted operation, and where its answers go. */
interface SocketOperation extends AcceptedOperation {
  readonly socket: WebSocket;
  readonly id: string;
}

/** One answer, or its parts where fragments are deferred. */
const answersOf = (execution: AcceptedOperation["execution"], executor: Executor) =>
  execution.operation.deferLabels === undefined
    ? executor.execute(execution)
    : executor.executeInParts(execution);

function subscribed(
  { execution, request, socket, id }: SocketOperation,
  { executor, logger }: ServeWebSocketOptions,
): WrittenAnswers {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return new WrittenAnswers(executor.subscribe(execution), (answer) =>
    sendText(socket, `${head}${answerText(answer, request.traceId, logger)}}`),
  );
}

/** Limits the operations of one socket, because each of them uses resources at a subgraph. */
function limitOperations({ subscriptions }: Context): void {
  if (Object.keys(subscriptions).length <= MAX_OPERATIONS) return;
  throw new AppError(
    "RATE_LIMITED",
    `At most ${MAX_OPERATIONS} operations may run on one socket at a time. Complete one first.`,
  );
}

const traceparentOf = (
  { connectionParams }: Context,
  { extensions }: SubscribePayload,
): string | undefined =>
  headerTexts(extensions?.["headers"])["traceparent"] ??
  headerTexts(connectionParams)["traceparent"];

const operationOf = (args: ExecutionArgs): SocketOperation => args.contextValue as SocketOperation;

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
