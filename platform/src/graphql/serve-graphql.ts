import type { RequestContext } from "../context.ts";
import { requestContext } from "../http/http-server.ts";
import { ApolloExecution } from "./apollo-execution.ts";
import { formatGraphqlError } from "./format-error.ts";
import { serveGraphqlSocket, type GraphqlSocketOptions } from "./serve-graphql-socket.ts";

export interface ServeGraphqlOptions<
  Context extends { request: RequestContext },
> extends GraphqlSocketOptions<Context> {
  /** False for a graph without subscriptions whose callers are unknown: no socket is held open for them. */
  readonly sockets?: boolean;
}

/**
 * Serves a subgraph at /graphql: queries and mutations over HTTP by Apollo Server, everything over
 * graphql-ws on the same path unless told not to. Returns what closes it.
 */
export async function serveGraphql<Context extends { request: RequestContext }>(
  options: ServeGraphqlOptions<Context>,
): Promise<() => Promise<void>> {
  const { schema, server, logger, createContext } = options;
  // Not every service that stands on the platform serves a graph: this one pays for it, no other.
  const { ApolloServer } = await import("@apollo/server");
  const { fastifyApolloDrainPlugin, fastifyApolloHandler } =
    await import("@as-integrations/fastify");
  const { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } =
    await import("@apollo/server/plugin/disabled");
  const apollo = new ApolloServer<Context>({
    gateway: new ApolloExecution(schema),
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => formatGraphqlError(formatted, thrown, logger),
    plugins: [
      fastifyApolloDrainPlugin(server.app),
      // Both would look at every field of every answer, for hints nobody gives and traces nobody asks for.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
    stopOnTerminationSignals: false,
    logger,
  });
  await apollo.start();
  server.app.route({
    url: "/graphql",
    method: ["GET", "POST"],
    onRequest: (_request, reply, done) => {
      reply.header("cache-control", "no-store");
      done();
    },
    handler: fastifyApolloHandler(apollo, {
      context: (request) => Promise.resolve(createContext(requestContext(request))),
    }),
  });
  // Open sockets would hold the server's close for ever: they go first.
  if (options.sockets !== false) server.app.addHook("preClose", serveGraphqlSocket(options));
  return async () => apollo.stop();
}
