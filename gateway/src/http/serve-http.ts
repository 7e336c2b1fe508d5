import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import {
  AppError,
  currentContext,
  newTraceId,
  requestContext,
  type HttpServer,
  type Logger,
} from "@allfunds/platform";
import { callContextOf } from "../execution/call-context.ts";
import type { Executor } from "../execution/executor.ts";
import { publicError, refusal } from "../execution/public-error.ts";
import { checkRequest } from "../execution/request-steps.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { ApolloGatewayAdapter, type HttpContext } from "./apollo-gateway.ts";

export interface ServeHttpOptions {
  readonly server: HttpServer;
  readonly source: SupergraphSource;
  readonly executor: Executor;
  readonly logger: Logger;
  readonly introspection: boolean;
  /** Most tokens a document may have; a longer one is not parsed to its end. */
  readonly maxTokens: number;
  /** Where persisted queries are remembered. */
  readonly persistedQueries: KeyValueCache;
}

/** Serves queries and mutations over HTTP at /graphql: POST, and GET for queries. Returns what ends it. */
export async function serveHttp(options: ServeHttpOptions): Promise<() => Promise<void>> {
  const { server, source, logger } = options;
  const apollo = new ApolloServer<HttpContext>({
    gateway: new ApolloGatewayAdapter(source, options.executor),
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    parseOptions: { maxTokens: options.maxTokens },
    persistedQueries: { cache: options.persistedQueries },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, thrown) =>
      publicError(formatted, thrown, currentContext()?.traceId ?? newTraceId(), logger),
    plugins: [fastifyApolloDrainPlugin(server.app), checkEachRequest(source)],
    logger,
  });
  await apollo.start();
  server.app.route({
    url: "/graphql",
    method: ["GET", "POST"],
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => ({ call: callContextOf(requestContext(request)) }),
    }),
  });
  return async () => apollo.stop();
}

/** The rules of every operation, at the point where Apollo Server has found which one to run. */
const checkEachRequest = (source: SupergraphSource): ApolloServerPlugin<HttpContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, request, contextValue }) {
        try {
          checkRequest({
            graph: source.graphOf(schema),
            document,
            operationName: request.operationName,
            variables: request.variables ?? {},
            transport: "http",
            call: contextValue.call,
          });
        } catch (error) {
          throw error instanceof AppError ? refusal(error) : error;
        }
      },
    };
  },
});
