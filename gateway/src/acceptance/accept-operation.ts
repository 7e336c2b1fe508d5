import { AppError } from "@allfunds/contract/errors";
import { type RequestContext, TRACE_FORMAT } from "@allfunds/platform/context";
import { refuseLargeDocument } from "@allfunds/platform/graphql/document-text";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { type DocumentNode, type ExecutionArgs, GraphQLError, parse } from "graphql";
import { persistedQueryKey } from "../cache/persisted-queries.ts";
import type { Documents } from "../cache/documents.ts";
import type { Execution } from "../execution/run-plan.ts";
import type { Guard } from "../guard/guard.ts";
import type { Findings } from "../operation/findings.ts";
import { digestOf, type OperationRequest } from "../operation/operation-request.ts";
import { codedError, reasonsOf, Refused } from "../operation/refusal.ts";
import {
  chanceOf,
  planInParts,
  planOperation,
  type PlannedOperation,
} from "../planning/plan-operation.ts";
import { callContextOf } from "../subgraphs/subgraph-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import { standardVariant, variantOf, type VariantPolicy } from "../supergraph/variants.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";

export interface AcceptOptions {
  readonly source: SupergraphSource;
  readonly guard: Guard;
  /** Shared by all transports. */
  readonly persistedQueries: KeyValueCache;
  readonly documents: Documents;
  readonly variants: VariantPolicy;
}

/** An operation as its client sent it. */
export interface SentOperation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Who sent it, and how it gets its answers. */
export interface OperationClient {
  readonly context: RequestContext;
  readonly address: string;
  readonly authorization: string | undefined;
  readonly transport: OperationRequest["transport"];
  /** The variant of the graph that the path names. */
  readonly variant?: string | undefined;
  /** Whether the client takes the answer to a query in parts, those of deferred fragments later. */
  readonly inParts?: boolean;
  /** What it asked for by Apollo's header for traces. */
  readonly includeTrace?: string | string[] | undefined;
}

/** An accepted operation on its way to its answers. */
export interface AcceptedOperation {
  readonly request: RequestContext;
  readonly execution: Execution;
}

/** Turns an operation of a socket or a stream into one ready to run, or returns the reasons of its refusal. */
export async function acceptOperation(
  sent: SentOperation,
  client: OperationClient,
  options: AcceptOptions,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const { guard } = options;
    const inForce = (): Graph => graphFor(client, options);
    const request = await requestOf(sent, client, options);
    const { graph, document, operationName, context, variables } = request;
    const found = await guard.check(request);
    const contextValue: AcceptedOperation = {
      request: context,
      execution: {
        graph,
        operation: await planFor(client, request, found),
        variables,
        call: callContextOf(context, client.authorization),
        found,
        request,
        renewed: async () => renewal(inForce(), request, found),
        refusalOfEvent: async () =>
          refusalOf(guard.checkEvent({ ...request, graph: inForce() }, found)),
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

async function planFor(
  { inParts }: OperationClient,
  { graph, source, operationName, context }: OperationRequest,
  found: Findings,
): Promise<PlannedOperation> {
  const planned = [graph, found, source, operationName, chanceOf(context.traceId)] as const;
  const parted = inParts === true ? await planInParts(...planned) : undefined;
  return parted ?? planOperation(...planned);
}

const renewals = new WeakMap<OperationRequest, Graph>();

/** The operation planned for a graph, once when that is another than before. */
async function renewal(
  graph: Graph,
  request: OperationRequest,
  found: Findings,
): Promise<{ graph: Graph; operation: PlannedOperation } | undefined> {
  if (graph === (renewals.get(request) ?? request.graph)) return undefined;
  const { source, operationName, context } = request;
  const chance = chanceOf(context.traceId);
  const operation = await planOperation(graph, found, source, operationName, chance);
  renewals.set(request, graph);
  return { graph, operation };
}

/** The graph in force, as the client is served it. */
const graphFor = (
  { context, variant }: Pick<OperationClient, "context" | "variant">,
  { source, variants }: AcceptOptions,
): Graph => variantOf(source.current, variant ?? standardVariant(context, variants));

async function requestOf(
  sent: SentOperation,
  client: OperationClient,
  options: AcceptOptions,
): Promise<OperationRequest> {
  const { context, address, transport } = client;
  const { guard, persistedQueries, documents } = options;
  const graph = graphFor(client, options);
  const text = await sourceOf(sent, persistedQueries);
  return {
    graph,
    document: await readDocument(documents, text, guard.options.limits.tokens),
    source: text,
    operationName: sent.operationName ?? undefined,
    variables: sent.variables ?? {},
    transport,
    context: { ...context, clientAddress: address },
    address,
    explains: sent.extensions?.["explainPlan"] === true,
    traces: client.includeTrace === TRACE_FORMAT,
  };
}

const refusalOf = async (check: Promise<void>): Promise<readonly GraphQLError[] | undefined> =>
  check.then(() => undefined, reasonsOrFailure);

/** The reasons of a refusal, or any other failure as a GraphQL error: thrown here, it would end the connection. */
export function reasonsOrFailure(error: unknown): readonly GraphQLError[] {
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

/** The text of an operation: as sent, else the persisted query of its hash, as over HTTP. */
async function sourceOf(
  { query, extensions }: SentOperation,
  persistedQueries: KeyValueCache,
): Promise<string> {
  if (query !== "") return query;
  const persisted = extensions?.["persistedQuery"] as { sha256Hash?: unknown } | null | undefined;
  const hash = persisted?.sha256Hash;
  const persistedText =
    typeof hash === "string" ? await persistedQueries.get(persistedQueryKey(hash)) : undefined;
  if (persistedText !== undefined) return persistedText;
  throw new AppError("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
}

/** The document of a text, parsed once. Throws Refused when it does not parse. */
async function readDocument(
  documents: Documents,
  source: string,
  maxTokens: number,
): Promise<DocumentNode> {
  refuseLargeDocument(source);
  const key = digestOf(source);
  const cached = await documents.get(key);
  if (cached !== undefined) return cached;
  const document = parseDocument(source, maxTokens);
  await documents.set(key, document);
  return document;
}

function parseDocument(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new Refused([codedError(error, "GRAPHQL_PARSE_FAILED")]);
  }
}
