import {
  runInContext,
  traceIdFrom,
  type HttpServer,
  type Logger,
  type RequestContext,
} from "@allfunds/platform";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { GraphQLError, type ExecutionArgs, type FormattedExecutionResult } from "graphql";
import type { Context, SubscribePayload } from "graphql-ws";
import { useServer, type Extra } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { callContextOf } from "../execution/call-context.ts";
import type { Execution, Executor } from "../execution/executor.ts";
import { planOperation } from "../execution/plan-operation.ts";
import type { ContextOf } from "../context-of.ts";
import { publicError } from "../execution/public-error.ts";
import type { Guard } from "../guard/guard.ts";
import { reasonsOf } from "../guard/refused.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { logSocketErrors } from "./log-socket-errors.ts";
import { sourceOf } from "./source-of.ts";
import { readDocument } from "./read-document.ts";

export interface ServeWebSocketOptions {
  readonly server: HttpServer;
  readonly source: SupergraphSource;
  readonly executor: Executor;
  readonly guard: Guard;
  readonly logger: Logger;
  /** Who an operation with these headers comes from. */
  readonly contextOf: ContextOf;
  /** Where persisted queries are remembered, those of HTTP included. */
  readonly persistedQueries: KeyValueCache;
  /** Largest message in bytes. */
  readonly maxPayload: number;
}

/** What an operation carries from its acceptance to its answers. */
interface SocketOperation {
  readonly request: RequestContext;
  readonly execution: Execution;
}

/** Serves graphql-ws at /graphql: subscriptions, queries and mutations. Returns what closes every socket with 1001. */
export function serveWebSocket(options: ServeWebSocketOptions): () => Promise<void> {
  const { executor, logger } = options;
  const sockets = new WebSocketServer({
    server: options.server.app.server,
    path: "/graphql",
    maxPayload: options.maxPayload,
  });
  logSocketErrors(sockets, logger);
  const served = useServer(
    {
      onSubscribe: (socket, _id, payload) => accept(socket, payload, options),
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
        const traceId = traceIdFrom(headersOf(socket, payload)["traceparent"]);
        return errors.map((error) => publicError(error.toJSON(), error, traceId, logger));
      },
    },
    sockets,
  );
  return async () => served.dispose();
}

/** Turns a message into an operation ready to run, or says why not. */
async function accept(
  socket: Context,
  payload: SubscribePayload,
  options: ServeWebSocketOptions,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const { source, guard } = options;
    const request = await options.contextOf(headersOf(socket, payload));
    const graph = source.current;
    const text = await sourceOf(payload, options.persistedQueries);
    const document = readDocument(graph, text, guard.options.limits.tokens);
    const operationName = payload.operationName ?? undefined;
    const variables = payload.variables ?? {};
    const call = callContextOf(request);
    const found = await guard.check({
      graph,
      document,
      source: text,
      operationName,
      variables,
      transport: "websocket",
      context: request,
      address: addressOf(socket),
    });
    const operation = planOperation(graph, found, text, operationName);
    const contextValue: SocketOperation = {
      request,
      execution: { graph, operation, variables, call, found },
    };
    return {
      schema: graph.apiSchema,
      document,
      contextValue,
      ...(operationName === undefined ? {} : { operationName }),
    };
  } catch (error) {
    return reasonsOrFailure(error);
  }
}

/** A failure that is no refusal is answered as one too: thrown here, it would end the whole connection. */
function reasonsOrFailure(error: unknown): readonly GraphQLError[] {
  try {
    return reasonsOf(error);
  } catch {
    return [asGraphqlError(error)];
  }
}

const addressOf = (socket: Context): string =>
  (socket.extra as Extra).request.socket.remoteAddress ?? "";

/** The headers of one operation: the connection's parameters stand for them, an operation may bring its own. */
const headersOf = (socket: Context, payload: SubscribePayload): Record<string, string> => ({
  ...texts(socket.connectionParams),
  ...texts(payload.extensions?.["headers"]),
});

/** Only texts can be headers, whatever else a client sends in their place. */
const texts = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" ? [[name.toLowerCase(), value]] : [],
    ),
  );

const operationOf = (args: ExecutionArgs): SocketOperation => args.contextValue as SocketOperation;

const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError("Unexpected failure", {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });

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
