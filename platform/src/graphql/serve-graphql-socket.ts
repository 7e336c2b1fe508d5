import {
  GraphQLError,
  subscribe,
  type ExecutionArgs,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from "graphql";
import type { Context, SubscribePayload } from "graphql-ws";
import { useServer, type Extra } from "graphql-ws/use/ws";
import { runInContext, type HeaderValues, type RequestContext } from "../context.ts";
import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import type { HttpServer } from "../http/http-server.ts";
import { createStrictSockets } from "../http/strict-sockets.ts";
import type { Logger } from "../logging.ts";
import { takeTrace } from "../telemetry/event-trace.ts";
import { refuseLargeDocument } from "./document-text.ts";
import { endWithToken } from "./end-with-token.ts";
import { executeOperation } from "./execute-operation.ts";
import { formatGraphqlError } from "./format-error.ts";
import { SocketOperations } from "./socket-operations.ts";

const PATH = "/graphql";
const UNAUTHORIZED = 4401;
// The registered close code for a temporary condition, after which clients retry.
const TRY_AGAIN_LATER = 1013;

export interface GraphqlSocketOptions<Context extends { request: RequestContext }> {
  readonly schema: GraphQLSchema;
  readonly server: HttpServer;
  readonly logger: Logger;
  /** Creates what resolvers receive: the request context and objects of one request, such as loaders. */
  readonly createContext: (request: RequestContext) => Context;
  /** Resolves when the graph's data includes the positions that a request names, else throws CONSISTENCY_TIMEOUT. */
  readonly awaitPositions?: ((request: RequestContext) => Promise<void>) | undefined;
}

/**
 * Serves graphql-ws on /graphql of the same HTTP server. Each operation has its own caller and request
 * context, from its own headers or else from the connection's parameters.
 */
export function serveGraphqlSocket<Context extends { request: RequestContext }>({
  schema,
  server,
  logger,
  createContext,
  awaitPositions,
}: GraphqlSocketOptions<Context>): () => Promise<void> {
  const sockets = createStrictSockets({
    server: server.app.server,
    path: PATH,
    maxPayload: 4 * 1024 * 1024,
  });
  const operations = new SocketOperations();
  const disposable = useServer(
    {
      schema,
      execute: (args: ExecutionArgs) => runInContext(contextOf(args), () => executeOperation(args)),
      subscribe: (args: ExecutionArgs) => runInContext(contextOf(args), () => subscribed(args)),
      onConnect: (socket) => refuseBadToken(socket, server, logger),
      onSubscribe: async (socket, _id, payload) => {
        try {
          const request = await server.contextOf(headersOf(socket, payload));
          refuseLargeDocument(payload.query);
          if (request.positions !== undefined) await awaitPositions?.(request);
          operations.accept(socket, payload, request);
          return undefined;
        } catch (error) {
          // Returned, because a thrown error would end the connection and its other operations.
          return [asGraphqlError(error)];
        }
      },
      context: (_socket, _id, payload) => createContext(operations.contextOf(payload)),
      onComplete: (socket, _id, payload) => operations.end(socket, payload),
      onDisconnect: (socket) => operations.endAll(socket),
      onError: (socket, _id, payload, errors) => {
        operations.end(socket, payload);
        return errors.map((error) => asFormattedError(error, logger, "GRAPHQL_VALIDATION_FAILED"));
      },
      onNext: (_socket, _id, _payload, args, { errors, data }) => {
        const extensions = eventExtensions(args);
        if (errors === undefined && extensions === undefined) return undefined;
        return runInContext(contextOf(args), () => ({
          data: data ?? null,
          ...(errors === undefined
            ? {}
            : { errors: errors.map((error) => asFormattedError(error, logger)) }),
          ...(extensions === undefined ? {} : { extensions }),
        }));
      },
    },
    sockets,
  );
  return async () => {
    await disposable.dispose();
  };
}

/** Accepts a connection without a token, because operations can have their own; refuses an invalid token. */
async function refuseBadToken(
  socket: Context,
  server: HttpServer,
  logger: Logger,
): Promise<boolean> {
  if (socket.connectionParams?.["authorization"] === undefined) return true;
  try {
    await server.contextOf(headersOf(socket));
    return true;
  } catch (error) {
    const isRefusal = error instanceof AppError && error.status < 500;
    if (!isRefusal) logger.warn({ err: error }, "could not verify the token of a socket");
    const connection = (socket.extra as Extra).socket;
    if (isRefusal) connection.close(UNAUTHORIZED, "Unauthorized");
    else connection.close(TRY_AGAIN_LATER, "Try again later");
    return false;
  }
}

/** An operation's headers; the connection's parameters apply where it has none. */
const headersOf = ({ connectionParams }: Context, payload?: SubscribePayload): HeaderValues => ({
  ...(connectionParams as HeaderValues | undefined),
  ...(payload?.extensions?.["headers"] as HeaderValues | undefined),
});

/** Subscribes, and ends the subscription when its token expires. */
async function subscribed(args: ExecutionArgs): ReturnType<typeof subscribe> {
  const result = await subscribe(args);
  const expiresAt = contextOf(args).caller?.expiresAt;
  if (expiresAt === undefined || !(Symbol.asyncIterator in result)) return result;
  return endWithToken(result, expiresAt) as typeof result;
}

/** The trace that led to an event, for followers and gateways to continue. */
function eventExtensions({ contextValue }: ExecutionArgs): { traceparent: string } | undefined {
  const traceparent = takeTrace(contextValue as object);
  return traceparent === undefined ? undefined : { traceparent };
}

const contextOf = (args: ExecutionArgs): RequestContext =>
  (args.contextValue as { request: RequestContext }).request;

const asGraphqlError = (error: unknown): GraphQLError => {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
};

const asFormattedError = (
  thrown: GraphQLError,
  logger: Logger,
  codeWhenBare?: ErrorCode,
): GraphQLFormattedError => {
  const bare = thrown.originalError === undefined && thrown.extensions["code"] === undefined;
  const coded =
    bare && codeWhenBare !== undefined
      ? new GraphQLError(thrown.message, { extensions: { code: codeWhenBare } })
      : thrown;
  return formatGraphqlError(coded.toJSON(), coded, logger);
};
