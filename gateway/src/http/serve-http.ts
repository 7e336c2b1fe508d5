import {
  currentContext,
  INCLUDE_TRACE_HEADER,
  newTraceId,
  TRACE_FORMAT,
} from "@allfunds/platform/context";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { refuseLargeRequest } from "@allfunds/platform/graphql/document-text";
import { type HttpServer, requestContext, signalWhenGone } from "@allfunds/platform/http";
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyRequest } from "fastify";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { isAnswer } from "../answer/answer.ts";
import { rateLimitHeaders, standingOf } from "../guard/budget/spend-budget.ts";
import type { Guard } from "../guard/guard.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import { publicError } from "../operation/public-error.ts";
import { reasonsOf } from "../operation/refusal.ts";
import { callContextOf } from "../subgraphs/subgraph-request.ts";
import { standardVariant, variantOf } from "../supergraph/variants.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { serveStreams, type StreamOptions } from "../streams/serve-streams.ts";
import { ApolloGatewayAdapter, type HttpContext } from "./apollo-gateway.ts";
import { challengeFor } from "./http-errors.ts";
import { refuseBatch, refuseEncodedBody } from "./refuse-body.ts";

export interface ServeHttpOptions extends StreamOptions {
  readonly server: HttpServer;
}

/** Serves queries and mutations over HTTP at /graphql: POST, and GET for queries. Returns the function that stops it. */
export async function serveHttp(options: ServeHttpOptions): Promise<() => Promise<void>> {
  const { server, source, guard, logger } = options;
  const asPublic = (formatted: GraphQLFormattedError, thrown: unknown) =>
    publicError(formatted, thrown, currentContext()?.traceId ?? newTraceId(), logger);
  const apollo = new ApolloServer<HttpContext>({
    gateway: new ApolloGatewayAdapter(source, options.executor),
    // The guard decides for each caller.
    introspection: true,
    parseOptions: { maxTokens: guard.options.limits.tokens },
    // The guard validates, after it has refused documents too large to validate quickly.
    dangerouslyDisableValidation: true,
    persistedQueries: { cache: options.persistedQueries },
    documentStore: options.documents,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: asPublic,
    plugins: [fastifyApolloDrainPlugin(server.app), checkEachRequest(source, guard, asPublic)],
    logger,
  });
  await apollo.start();
  refuseEncodedBody(server.app);
  refuseBatch(server.app);
  const answerOnce = fastifyApolloHandler(apollo, {
    context: async (request, reply) => ({
      request: requestContext(request),
      address: requestContext(request).clientAddress ?? request.ip,
      variant:
        (request.params as { readonly variant?: string }).variant ??
        standardVariant(requestContext(request), options.variants),
      variables: exactVariables(request),
      call: {
        ...callContextOf(
          requestContext(request),
          request.headers.authorization,
          performance.now() - reply.elapsedTime,
        ),
        gone: () => signalWhenGone(reply.raw),
      },
    }),
  });
  const handler = serveStreams(server, options, answerOnce);
  for (const url of ["/graphql", "/graphql/:variant"])
    server.app.route({
      url,
      method: ["GET", "POST"],
      preHandler: refuseLargeRequest,
      handler,
    });
  return async () => apollo.stop();
}

/** The variables of a GET request; undefined where there are none, or where Apollo Server refuses them. */
function exactVariables({ method, query }: FastifyRequest): HttpContext["variables"] {
  const { variables: text } = query as { readonly variables?: unknown };
  if (method !== "GET" || typeof text !== "string") return undefined;
  try {
    const variables = parseExactJson(text);
    return isAnswer(variables) ? variables : undefined;
  } catch {
    return undefined;
  }
}

type FormatError = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

/** Runs the guard once Apollo Server has resolved the operation. */
const checkEachRequest = (
  source: SupergraphSource,
  guard: Guard,
  asPublic: FormatError,
): ApolloServerPlugin<HttpContext> => ({
  async requestDidStart() {
    let reasons: readonly GraphQLError[] = [];
    return {
      async didResolveOperation(context) {
        const { schema, document, request, contextValue } = context;
        try {
          const operation: OperationRequest = {
            graph: variantOf(source.graphOf(schema), contextValue.variant),
            document,
            source: context.source,
            operationName: request.operationName,
            variables: contextValue.variables ?? request.variables ?? {},
            transport: "http",
            context: contextValue.request,
            address: contextValue.address,
            explains: request.extensions?.["explainPlan"] === true,
            traces: request.http?.headers.get(INCLUDE_TRACE_HEADER) === TRACE_FORMAT,
          };
          contextValue.checked = { request: operation, found: await guard.check(operation) };
        } catch (error) {
          reasons = reasonsOf(error);
          throw reasons[0] ?? error;
        }
      },
      async willSendResponse({ request, response, contextValue }) {
        const standing = contextValue.checked?.found.spending?.standing ?? standingOf(reasons[0]);
        if (standing !== undefined)
          for (const [name, value] of Object.entries(rateLimitHeaders(standing, reasons[0])))
            response.http.headers.set(name.toLowerCase(), value);
        const challenge = challengeFor(
          reasons[0]?.extensions["code"],
          request.http?.headers.get("authorization"),
        );
        if (challenge !== undefined) response.http.headers.set("www-authenticate", challenge);
        // Apollo Server accepts one thrown error; the client receives all of them.
        if (reasons.length > 1 && response.body.kind === "single")
          response.body.singleResult.errors = reasons.map((reason) =>
            asPublic(reason.toJSON(), reason),
          );
      },
    };
  },
});
