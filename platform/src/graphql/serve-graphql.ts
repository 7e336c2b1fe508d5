import { ApolloServer } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import {
  execute,
  GraphQLError,
  subscribe,
  type ExecutionArgs,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { contextFromHeaders, runInContext, type RequestContext } from "../context.ts";
import { requestContext, type HttpServer } from "../http/http-server.ts";
import type { ErrorCode } from "../errors.ts";
import type { Logger } from "../logging.ts";
import { formatGraphqlError } from "./format-error.ts";

export interface ServeGraphqlOptions<Context extends { request: RequestContext }> {
  readonly schema: GraphQLSchema;
  readonly server: HttpServer;
  readonly logger: Logger;
  /** What resolvers get: the request context plus whatever lives for one request (loaders). */
  readonly createContext: (request: RequestContext) => Context;
}

/**
 * Serves a subgraph at /graphql: queries and mutations over HTTP by Apollo Server, everything over
 * graphql-ws on the same path. Returns what closes it.
 */
export async function serveGraphql<Context extends { request: RequestContext }>(
  options: ServeGraphqlOptions<Context>,
): Promise<() => Promise<void>> {
  const { schema, server, logger, createContext } = options;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => formatGraphqlError(formatted, thrown, logger),
    plugins: [fastifyApolloDrainPlugin(server.app)],
    stopOnTerminationSignals: false,
    logger,
  });
  await apollo.start();
  server.app.route({
    url: "/graphql",
    method: ["GET", "POST"],
    handler: fastifyApolloHandler(apollo, {
      context: (request) => Promise.resolve(createContext(requestContext(request))),
    }),
  });
  // Open sockets would hold the server's close for ever: they go first.
  server.app.addHook("preClose", serveGraphqlWebSocket(options));
  return async () => apollo.stop();
}

/** graphql-ws on /graphql of the same HTTP server; every operation runs in its own request context. */
function serveGraphqlWebSocket<Context extends { request: RequestContext }>({
  schema,
  server,
  logger,
  createContext,
}: ServeGraphqlOptions<Context>): () => Promise<void> {
  const sockets = new WebSocketServer({
    server: server.app.server,
    path: "/graphql",
    maxPayload: 4 * 1024 * 1024,
  });
  const disposable = useServer(
    {
      schema,
      execute: (args: ExecutionArgs) => runInContext(contextOf(args), () => execute(args)),
      subscribe: (args: ExecutionArgs) => runInContext(contextOf(args), () => subscribe(args)),
      context: (socket, _id, payload) => {
        const headers = {
          ...socket.connectionParams,
          ...(payload.extensions?.["headers"] as Record<string, string> | undefined),
        };
        return createContext(contextFromHeaders(headers as Record<string, string>));
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

const contextOf = (args: ExecutionArgs): RequestContext =>
  (args.contextValue as { request: RequestContext }).request;

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
