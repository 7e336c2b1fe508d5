import type { FetchNode } from "@apollo/query-planner";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import { type Answer, isAnswer, mergeData, ownValue, setOwn } from "../answer/answer.ts";
import type { Variables } from "../operation/operation-request.ts";
import type { CallContext, SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import { invalidAnswer } from "../subgraphs/read-answer.ts";
import { errorsOf, type SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { responseKeys } from "../subgraphs/upstream-error.ts";
import { pathsTo, type Place } from "./place.ts";
import { readRequired, rewriteData } from "./representation.ts";

/** State shared by the fetches of one run. */
export interface FetchContext {
  readonly schema: GraphQLSchema;
  readonly services: Readonly<Record<string, SubgraphSource>>;
  readonly variables: Variables;
  readonly call: CallContext;
  /** Collects the errors of subgraphs. */
  readonly errors: Error[];
}

/** Calls one subgraph and merges its answer into the objects at the place. */
export async function runFetch(
  context: FetchContext,
  fetch: FetchNode,
  place: Place,
): Promise<void> {
  if (place.objects.length === 0) return;
  if (fetch.requires === undefined) return fetchFields(context, fetch, place);
  return fetchEntities(context, fetch, fetch.requires, place);
}

async function fetchFields(context: FetchContext, fetch: FetchNode, place: Place): Promise<void> {
  const data = await send(context, fetch, place, variablesOf(context, fetch));
  if (data === undefined) return;
  rewriteData(context.schema, fetch.outputRewrites, data);
  for (const object of place.objects) mergeData(context.schema, object, data);
}

async function fetchEntities(
  context: FetchContext,
  fetch: FetchNode,
  requires: NonNullable<FetchNode["requires"]>,
  place: Place,
): Promise<void> {
  const { schema } = context;
  const representations: Answer[] = [];
  /** For each representation, the index of its object at the place. */
  const objectIndexes: number[] = [];
  for (const [index, object] of place.objects.entries()) {
    const representation = readRequired(schema, object, requires);
    if (representation === null || !isNamed(representation)) continue;
    rewriteData(schema, fetch.inputRewrites, representation);
    representations.push(representation);
    objectIndexes.push(index);
  }
  if (representations.length === 0) return;

  const variables = { ...variablesOf(context, fetch), representations };
  const data = await send(context, fetch, place, variables, objectIndexes);
  if (data === undefined) return;
  const entities = data["_entities"];
  if (entities === undefined || entities === null) return;
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    const reason = invalidAnswer(fetch.serviceName, "not one entity for each representation");
    const failed = errorsOf(reason, { query: fetch.operation, variables });
    context.errors.push(...locatedErrors(failed, fetch.serviceName, place, objectIndexes));
    return;
  }
  for (const [index, entity] of entities.entries()) {
    const object = place.objects[objectIndexes[index] ?? -1];
    if (object === undefined) continue;
    if (entity === null) leaveNull(object, fetch);
    if (!isAnswer(entity)) continue;
    if (!isNamed(entity)) entity["__typename"] = object["__typename"];
    rewriteData(schema, fetch.outputRewrites, entity);
    mergeData(schema, object, entity);
  }
}

/** A subgraph that does not have an entity answers null for it: so are the fields only it resolves. */
function leaveNull(object: Answer, { operation }: FetchNode): void {
  for (const key of responseKeys(operation))
    if (ownValue(object, key) === undefined) setOwn(object, key, null);
}

const isNamed = (object: Answer): boolean => Boolean(object["__typename"]);

/** The operation's variables that this fetch uses. */
function variablesOf({ variables }: FetchContext, { variableUsages }: FetchNode): Answer {
  const used: Answer = {};
  for (const name of variableUsages ?? [])
    if (Object.hasOwn(variables, name) && variables[name] !== undefined)
      used[name] = variables[name];
  return used;
}

async function send(
  { services, call, errors }: FetchContext,
  { serviceName, operation, operationName }: FetchNode,
  place: Place,
  variables: Answer,
  objectIndexes?: readonly number[],
): Promise<Answer | undefined> {
  const service = services[serviceName];
  if (service === undefined) throw new Error(`the plan names an unknown subgraph: ${serviceName}`);
  const request: SubgraphRequest = {
    query: operation,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
  };
  const answer = await service.fetch(request, call);
  if (answer.errors !== undefined)
    errors.push(...locatedErrors(answer.errors, serviceName, place, objectIndexes));
  return isAnswer(answer.data) ? answer.data : undefined;
}

type Path = readonly (string | number)[];

/**
 * A subgraph's errors with the client's paths and the name of the subgraph. Its path may be the third entity
 * of its request, where the client's is the metrics of the fifth fund.
 */
function locatedErrors(
  errors: readonly GraphQLFormattedError[],
  service: string,
  place: Place,
  objectIndexes: readonly number[] | undefined,
): GraphQLError[] {
  const paths = objectIndexes === undefined ? undefined : pathsTo(place);
  const clientPath = (path: Path): Path => {
    const [, entity, ...below] = path;
    if (paths === undefined || typeof entity !== "number") return [...place.path, ...path];
    return [...(paths[objectIndexes?.[entity] ?? -1] ?? []), ...below];
  };
  return errors.map(({ message, path, extensions }) => {
    const code = extensions?.["code"] ?? "DOWNSTREAM_SERVICE_ERROR";
    return new GraphQLError(message || `The ${service} service failed without a message.`, {
      path: path === undefined ? null : clientPath(path),
      extensions: { ...extensions, code, serviceName: service },
    });
  });
}
