import type { FetchNode } from "@apollo/query-planner";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import { type Answer, copyOf, isAnswer, mergeData, ownValue, setOwn } from "../answer/answer.ts";
import type { Variables } from "../operation/operation-request.ts";
import type { FetchObserver } from "../explanation/observed-fetch.ts";
import type {
  CallContext,
  SubgraphAnswer,
  SubgraphRequest,
} from "../subgraphs/subgraph-request.ts";
import { invalidAnswer } from "../subgraphs/read-answer.ts";
import { errorsOf, type SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { MAX_LOCATIONS, responseKeys } from "../subgraphs/upstream-error.ts";
import { type ContextGroup, contextGroups } from "./contextual-arguments.ts";
import { pathsTo, type Place } from "./place.ts";
import { readRequired, rewriteData } from "./representation.ts";

/** State shared by the fetches of one run. */
export interface FetchContext {
  readonly schema: GraphQLSchema;
  readonly services: Readonly<Record<string, SubgraphSource>>;
  readonly variables: Variables;
  readonly call: CallContext;
  /** For fetches that read what others of the plan read as well: sources that read an entity once. */
  readonly reading?: ((fetch: FetchNode) => SubgraphSource | undefined) | undefined;
  /** Collects the errors of subgraphs. */
  readonly errors: Error[];
  /** Whether each object gets an entity of its own where several are the same one. */
  readonly separates?: boolean;
  /** Those who note what is fetched, and how. */
  readonly observers?: readonly FetchObserver[];
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
  const groups = contextGroups(context.schema, fetch, place) ?? [undefined];
  await Promise.all(groups.map((group) => fetchGroup(context, fetch, requires, place, group)));
}

/** Fetches the entities of the objects at a place, or of those that share the values around them. */
async function fetchGroup(
  context: FetchContext,
  fetch: FetchNode,
  requires: NonNullable<FetchNode["requires"]>,
  place: Place,
  group: ContextGroup | undefined,
): Promise<void> {
  const { schema } = context;
  const asked = representationsOf(context, fetch, requires, place, group);
  if (asked.representations.length === 0) return;

  const { representations, objectIndexes } = asked;
  const variables = { ...variablesOf(context, fetch), ...group?.variables, representations };
  const data = await send(context, fetch, place, variables, objectIndexes);
  const entities = data?.["_entities"];
  if (entities === undefined || entities === null) return;
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    const reason = invalidAnswer(fetch.serviceName, "not one entity for each representation");
    const failed = errorsOf(reason, { query: fetch.operation, variables });
    context.errors.push(...locatedErrors(failed, fetch.serviceName, place, objectIndexes));
    return;
  }
  for (const [index, entity] of entities.entries()) {
    if (isAnswer(entity)) {
      if (!isNamed(entity)) entity["__typename"] = representations[index]?.["__typename"];
      rewriteData(schema, fetch.outputRewrites, entity);
    }
    const objects = distinctAt(place, objectIndexes[index] ?? []);
    const separates = context.separates === true && objects.length > 1;
    for (const object of objects) {
      if (entity === null) leaveNull(object, fetch);
      else if (isAnswer(entity)) mergeData(schema, object, separates ? copied(entity) : entity);
    }
  }
}

/** The objects at some indexes of a place, each once; most entities have one. */
function distinctAt({ objects }: Place, indexes: readonly number[]): readonly Answer[] {
  const found = indexes.map((index) => objects[index]).filter((one) => one !== undefined);
  return found.length < 2 ? found : [...new Set(found)];
}

interface Asked {
  readonly representations: readonly Answer[];
  /** For each representation, the indexes of its objects at the place. */
  readonly objectIndexes: readonly (readonly number[])[];
}

/** The distinct representations of the objects at a place, or of a group of them. */
function representationsOf(
  { schema }: FetchContext,
  fetch: FetchNode,
  requires: NonNullable<FetchNode["requires"]>,
  place: Place,
  group: ContextGroup | undefined,
): Asked {
  const representations: Answer[] = [];
  const objectIndexes: number[][] = [];
  const known = new Map<string, number[]>();
  // What one fetch sent for several objects they share, with everything below.
  const visited = new Map<Answer, number[] | undefined>();
  for (const [index, object] of place.objects.entries()) {
    if (group?.indexes.has(index) === false) continue;
    if (visited.has(object)) {
      visited.get(object)?.push(index);
      continue;
    }
    visited.set(object, undefined);
    const representation = readRequired(schema, object, requires);
    if (representation === null) leaveNull(object, fetch);
    if (representation === null || representation === undefined || !isNamed(representation))
      continue;
    rewriteData(schema, fetch.inputRewrites, representation);
    const text = place.objects.length === 1 ? "" : JSON.stringify(representation);
    const indexes = known.get(text);
    if (indexes !== undefined) {
      indexes.push(index);
      visited.set(object, indexes);
      continue;
    }
    const first = [index];
    known.set(text, first);
    visited.set(object, first);
    representations.push(representation);
    objectIndexes.push(first);
  }
  return { representations, objectIndexes };
}

/** A subgraph that does not have an entity answers null for it: so are the fields only it resolves. */
function leaveNull(object: Answer, { operation }: FetchNode): void {
  for (const key of responseKeys(operation))
    if (ownValue(object, key) === undefined) setOwn(object, key, null);
}

const copied = (entity: Answer): Answer => copyOf(entity) as Answer;

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
  { services, reading, call, errors, observers = [] }: FetchContext,
  fetch: FetchNode,
  place: Place,
  variables: Answer,
  objectIndexes?: Asked["objectIndexes"],
): Promise<Answer | undefined> {
  const { serviceName, operation, operationName } = fetch;
  const service = reading?.(fetch) ?? services[serviceName];
  if (service === undefined) throw new Error(`the plan names an unknown subgraph: ${serviceName}`);
  const request: SubgraphRequest = {
    query: operation,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
  };
  const answer =
    observers.length === 0
      ? await service.fetch(request, call)
      : await observed(
          observers.map((one) => one.fetching(fetch, place.path, objectIndexes?.length)),
          call,
          (counted) => service.fetch(request, counted),
        );
  if (answer.errors !== undefined)
    errors.push(...locatedErrors(answer.errors, serviceName, place, objectIndexes));
  return isAnswer(answer.data) ? answer.data : undefined;
}

async function observed(
  begun: readonly ReturnType<FetchObserver["fetching"]>[],
  call: CallContext,
  sendWith: (call: CallContext) => Promise<SubgraphAnswer>,
): Promise<SubgraphAnswer> {
  const cached = { hits: 0 };
  let answer: SubgraphAnswer | undefined;
  try {
    answer = await sendWith({ ...call, cached });
    return answer;
  } finally {
    const errors = answer === undefined ? 1 : (answer.errors?.length ?? 0);
    for (const ended of begun) ended({ cacheHits: cached.hits, errors, ftv1: answer?.ftv1 });
  }
}

type Path = readonly (string | number)[];

/**
 * A subgraph's errors with the client's paths and the name of the subgraph. Its path may be the third entity
 * of its request, where the client's are the metrics of the fifth fund and of the sixth.
 */
function locatedErrors(
  errors: readonly GraphQLFormattedError[],
  service: string,
  place: Place,
  objectIndexes: Asked["objectIndexes"] | undefined,
): GraphQLError[] {
  const paths = objectIndexes === undefined ? undefined : pathsTo(place);
  const clientPaths = (path: Path): (Path | null)[] => {
    const [, entity, ...below] = path;
    if (paths === undefined) return [[...place.path, ...path]];
    if (typeof entity !== "number") return [null];
    const indexes = (objectIndexes?.[entity] ?? []).slice(0, MAX_LOCATIONS);
    return indexes.map((index) => [...(paths[index] ?? []), ...below]);
  };
  return errors.flatMap(({ message, path, extensions }) => {
    const code = extensions?.["code"] ?? "DOWNSTREAM_SERVICE_ERROR";
    const text = message || `The ${service} service failed without a message.`;
    const options = { extensions: { ...extensions, code, serviceName: service } };
    if (path === undefined) return [new GraphQLError(text, options)];
    return clientPaths(path).map((at) => new GraphQLError(text, { ...options, path: at }));
  });
}
