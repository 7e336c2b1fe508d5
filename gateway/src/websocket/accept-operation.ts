import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { GraphQLError, type ExecutionArgs } from "graphql";
import type { Context, SubscribePayload } from "graphql-ws";
import type { ContextOf } from "../callers/context-of.ts";
import { callContextOf } from "../execution/call-context.ts";
import type { Execution } from "../execution/executor.ts";
import { planOperation } from "../execution/plan-operation.ts";
import type { Guard } from "../guard/guard.ts";
import type { OperationRequest } from "../guard/operation-request.ts";
import { reasonsOf } from "../guard/refused.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { readDocument } from "./read-document.ts";
import { operationHeaders, sessionOf } from "./socket-session.ts";
import { sourceOf } from "./source-of.ts";

export interface AcceptOptions {
  readonly source: SupergraphSource;
  readonly guard: Guard;
  /** Who an operation with these headers comes from. */
  readonly contextOf: ContextOf;
  /** Where persisted queries are remembered, those of HTTP included. */
  readonly persistedQueries: KeyValueCache;
}

/** What an operation carries from its acceptance to its answers. */
export interface SocketOperation {
  readonly request: RequestContext;
  readonly execution: Execution;
}

const MOST_OPERATIONS = 200;

/** Turns a message into an operation ready to run, or says why not. */
export async function acceptOperation(
  socket: Context,
  payload: SubscribePayload,
  options: AcceptOptions,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const { source, guard } = options;
    refuseCrowd(socket);
    const request = await requestOf(socket, payload, options);
    const { graph, document, operationName, context, variables } = request;
    const found = await guard.check(request);
    const contextValue: SocketOperation = {
      request: context,
      execution: {
        graph,
        operation: planOperation(graph, found, request.source, operationName),
        variables,
        call: callContextOf(context, sessionOf(socket).headers["authorization"]),
        found,
        request,
        refusalOfEvent: async () =>
          refusalOf(guard.checkEvent({ ...request, graph: source.current }, found)),
      },
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

async function requestOf(
  socket: Context,
  payload: SubscribePayload,
  { source, guard, contextOf, persistedQueries }: AcceptOptions,
): Promise<OperationRequest> {
  const session = sessionOf(socket);
  const context = await contextOf(operationHeaders(session, payload.extensions));
  const graph = source.current;
  const text = await sourceOf(payload, persistedQueries);
  return {
    graph,
    document: readDocument(graph, text, guard.options.limits.tokens),
    source: text,
    operationName: payload.operationName ?? undefined,
    variables: payload.variables ?? {},
    transport: "websocket",
    context: { ...context, clientAddress: session.address },
    address: session.address,
  };
}

/** One socket carries many operations, but each of them holds something at a subgraph. */
function refuseCrowd({ subscriptions }: Context): void {
  if (Object.keys(subscriptions).length <= MOST_OPERATIONS) return;
  throw new AppError(
    "RATE_LIMITED",
    `At most ${MOST_OPERATIONS} operations may run on one socket at a time.`,
  );
}

const refusalOf = async (check: Promise<void>): Promise<readonly GraphQLError[] | undefined> =>
  check.then(() => undefined, reasonsOrFailure);

/** A failure that is no refusal is answered as one too: thrown here, it would end the whole connection. */
function reasonsOrFailure(error: unknown): readonly GraphQLError[] {
  try {
    return reasonsOf(error);
  } catch {
    return [asGraphqlError(error)];
  }
}

const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError("Unexpected failure", {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });
