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
import { endWithToken } from "./end-with-token.ts";
import { executeOperation } from "./execute-operation.ts";
import { formatGraphqlError } from "./format-error.ts";

const PATH = "/graphql";
const UNAUTHORIZED = 4401;
// RFC 6455's code for a server that cannot at the moment; clients come again.
const TRY_AGAIN_LATER = 1013;

export interface GraphqlSocketOptions<Context extends { request: RequestContext }> {
  readonly schema: GraphQLSchema;
  readonly server: HttpServer;
  readonly logger: Logger;
  /** What resolvers receive: the request context, and whatever lives for one request (loaders). */
  readonly createContext: (request: RequestContext) => Context;
}

/**
 * graphql-ws on /graphql of the same HTTP server. Each operation has its own caller and request
 * context: from its own headers, else from the connection's parameters.
 */
export function serveGraphqlSocket<Context extends { request: RequestContext }>({
  schema,
  server,
  logger,
  createContext,
}: GraphqlSocketOptions<Context>): () => Promise<void> {
  const sockets = createStrictSockets({
    server: server.app.server,
    path: PATH,
    maxPayload: 4 * 1024 * 1024,
  });
  const accepted = new WeakMap<SubscribePayload, RequestContext>();
  const disposable = useServer(
    {
      schema,
      execute: (args: ExecutionArgs) => runInContext(contextOf(args), () => executeOperation(args)),
      subscribe: (args: ExecutionArgs) => runInContext(contextOf(args), () => subscribed(args)),
      onConnect: (socket) => refuseBadToken(socket, server, logger),
      onSubscribe: async (socket, _id, payload) => {
        try {
          accepted.set(payload, await server.contextOf(headersOf(socket, payload)));
          return undefined;
        } catch (error) {
          // Thrown on, it would end the whole connection and the operations of others with it.
          return [asGraphqlError(error)];
        }
      },
      context: (_socket, _id, payload) => {
        const request = accepted.get(payload);
        if (request === undefined) throw new Error("an operation runs that was not accepted");
        return createContext(request);
      },
      onError: (_socket, _id, _payload, errors) =>
        errors.map((error) => asFormattedError(error, logger, "GRAPHQL_VALIDATION_FAILED")),
      onNext: (_socket, _id, _payload, args, { errors, data }) =>
        errors === undefined
          ? undefined
          : runInContext(contextOf(args), () => ({
              data: data ?? null,
              errors: errors.map((error) => asFormattedError(error, logger)),
            })),
    },
    sockets,
  );
  return async () => {
    await disposable.dispose();
  };
}

/** A connection may come without a token, since operations can bring theirs, but not with a bad one. */
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
    if (!isRefusal) logger.warn({ err: error }, "a socket's token could not be judged");
    const connection = (socket.extra as Extra).socket;
    if (isRefusal) connection.close(UNAUTHORIZED, "Unauthorized");
    else connection.close(TRY_AGAIN_LATER, "Try again later");
    return false;
  }
}

/** The connection's parameters stand for an operation's headers, unless it brings its own. */
const headersOf = ({ connectionParams }: Context, payload?: SubscribePayload): HeaderValues => ({
  ...(connectionParams as HeaderValues | undefined),
  ...(payload?.extensions?.["headers"] as HeaderValues | undefined),
});

/** A subscription does not outlive the token it was asked for with. */
async function subscribed(args: ExecutionArgs): ReturnType<typeof subscribe> {
  const result = await subscribe(args);
  const expiresAt = contextOf(args).caller?.expiresAt;
  if (expiresAt === undefined || !(Symbol.asyncIterator in result)) return result;
  return endWithToken(result, expiresAt) as typeof result;
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
