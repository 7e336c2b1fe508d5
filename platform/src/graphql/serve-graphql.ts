import type {
  GatewayExecutionResult,
  GatewayGraphQLRequest,
  GatewayInterface,
  GatewayLoadResult,
} from "@apollo/server-gateway-interface";
import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import { INCLUDE_TRACE_HEADER, type RequestContext, TRACE_FORMAT } from "../context.ts";
import { requestContext } from "../http/request-context.ts";
import { signalWhenGone } from "../http/client-gone.ts";
import { cacheControlOf, usesCacheControl } from "./cache-control.ts";
import { refuseLargeRequest } from "./document-text.ts";
import { executeOperation } from "./execute-operation.ts";
import { formatGraphqlError } from "./format-error.ts";
import { serveGraphqlSocket, type GraphqlSocketOptions } from "./serve-graphql-socket.ts";

export interface ServeGraphqlOptions<
  Context extends { request: RequestContext },
> extends GraphqlSocketOptions<Context> {
  /** False for a graph without subscriptions, which then accepts no sockets. */
  readonly sockets?: boolean;
}

/**
 * Serves a subgraph at /graphql: queries and mutations over HTTP by Apollo Server, and all operations over
 * graphql-ws unless `sockets` is false. Returns a function that closes it.
 */
export async function serveGraphql<Context extends { request: RequestContext }>(
  options: ServeGraphqlOptions<Context>,
): Promise<() => Promise<void>> {
  const { schema, server, logger, createContext } = options;
  // Loaded on use, so services without a graph do not load Apollo Server.
  const { ApolloServer } = await import("@apollo/server");
  const { fastifyApolloDrainPlugin, fastifyApolloHandler } =
    await import("@as-integrations/fastify");
  const { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } =
    await import("@apollo/server/plugin/disabled");
  const apollo = new ApolloServer<Context>({
    gateway: new ApolloExecution(schema, options.awaitPositions),
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => formatGraphqlError(formatted, thrown, logger),
    plugins: [
      fastifyApolloDrainPlugin(server.app),
      // Both would inspect every field of every response for hints and traces that are not used.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ...(usesCacheControl(schema) ? [stateCacheControl()] : []),
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
    preHandler: refuseLargeRequest,
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) =>
        Promise.resolve(
          createContext({
            ...requestContext(request),
            signal: signalWhenGone(reply.raw, requestContext(request).timeoutMs),
          }),
        ),
    }),
  });
  // Closes the sockets first, because open sockets would block the server's close.
  if (options.sockets !== false) server.app.addHook("preClose", serveGraphqlSocket(options));
  return async () => apollo.stop();
}

/** Sends how long an answer without errors may be shown. */
const stateCacheControl = (): ApolloServerPlugin => ({
  async requestDidStart() {
    return {
      async willSendResponse({ schema, document, operationName, response: { body, http } }) {
        if (document === undefined || body.kind !== "single") return;
        if (body.singleResult.errors !== undefined) return;
        const header = cacheControlOf(schema, document, operationName ?? undefined);
        if (header !== undefined) http.headers.set("cache-control", header);
      },
    };
  },
});

/** The scope of those who may read the times of an operation's fields. */
const TRACE_SCOPE = "admin";

/** Whether a request is for the times of its fields, too, as Apollo's gateways do, and its caller may read them. */
const isTraced = (
  { http }: Pick<GatewayGraphQLRequest, "http">,
  { scopes }: Pick<RequestContext, "scopes">,
): boolean =>
  http?.headers.get(INCLUDE_TRACE_HEADER) === TRACE_FORMAT && scopes.includes(TRACE_SCOPE);

/** Presents a schema as a gateway, because Apollo Server delegates execution only to gateways. */
class ApolloExecution implements GatewayInterface {
  readonly #schema: GraphQLSchema;
  readonly #awaitPositions: GraphqlSocketOptions<never>["awaitPositions"];

  constructor(
    schema: GraphQLSchema,
    awaitPositions: GraphqlSocketOptions<never>["awaitPositions"],
  ) {
    this.#schema = schema;
    this.#awaitPositions = awaitPositions;
  }

  onSchemaLoadOrUpdate(callback: Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0]) {
    // Only plugins for supergraphs read the SDL, and none is installed.
    callback({ apiSchema: this.#schema, coreSupergraphSdl: "" });
    return () => undefined;
  }

  async load(): Promise<GatewayLoadResult> {
    return {
      executor: async ({ schema, document, request, context }) => {
        const { request: received } = context as { readonly request: RequestContext };
        if (received.positions !== undefined) await this.#awaitPositions?.(received);
        const operation = {
          schema,
          document,
          operationName: request.operationName,
          variableValues: request.variables,
          contextValue: context,
        };
        const result = isTraced(request, received)
          ? // Loaded on use: few requests are traced.
            await (await import("./trace-fields.ts")).executeTraced(operation)
          : await executeOperation(operation);
        return result as GatewayExecutionResult;
      },
    };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
