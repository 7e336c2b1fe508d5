import type { FetchNode } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import type { SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { isAnswer, type Answer } from "./answer.ts";
import type { CallContext } from "./call-context.ts";
import { locatedErrors } from "./located-errors.ts";
import { mergeData } from "./merge-data.ts";
import type { Place } from "./place.ts";
import { readRequired } from "./read-required.ts";
import { rewriteData } from "./rewrite-data.ts";
import type { Variables } from "./variables.ts";

/** What the fetches of one run share. */
export interface FetchContext {
  readonly schema: GraphQLSchema;
  readonly services: Readonly<Record<string, SubgraphSource>>;
  readonly variables: Variables;
  readonly call: CallContext;
  /** Takes what goes wrong at a subgraph. */
  readonly errors: Error[];
}

/** Asks one subgraph, and adds what it says to the objects at the place. */
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
  const data = await ask(context, fetch, place, variablesOf(context, fetch));
  if (data === undefined) return;
  rewriteData(context.schema, fetch.outputRewrites, data);
  for (const object of place.objects) mergeData(object, data);
}

async function fetchEntities(
  context: FetchContext,
  fetch: FetchNode,
  requires: NonNullable<FetchNode["requires"]>,
  place: Place,
): Promise<void> {
  const { schema } = context;
  const representations: Answer[] = [];
  /** Which of the place's objects each one stands for. */
  const standsFor: number[] = [];
  for (const [index, object] of place.objects.entries()) {
    const representation = readRequired(schema, object, requires);
    if (representation === null || !isNamed(representation)) continue;
    rewriteData(schema, fetch.inputRewrites, representation);
    representations.push(representation);
    standsFor.push(index);
  }
  if (representations.length === 0) return;

  const variables = { ...variablesOf(context, fetch), representations };
  const data = await ask(context, fetch, place, variables, standsFor);
  if (data === undefined) return;
  const entities = data["_entities"];
  if (!Array.isArray(entities) || entities.length !== representations.length)
    throw new Error(`${fetch.serviceName} did not answer with the entities it was asked for`);
  for (const [index, entity] of entities.entries()) {
    const object = place.objects[standsFor[index] ?? -1];
    if (!isAnswer(entity) || object === undefined) continue;
    if (!isNamed(entity)) entity["__typename"] = object["__typename"];
    rewriteData(schema, fetch.outputRewrites, entity);
    mergeData(object, entity);
  }
}

const isNamed = (object: Answer): boolean => Boolean(object["__typename"]);

/** The operation's variables that this part of it uses. */
function variablesOf({ variables }: FetchContext, { variableUsages }: FetchNode): Answer {
  const used: Answer = {};
  for (const name of variableUsages ?? [])
    if (Object.hasOwn(variables, name) && variables[name] !== undefined)
      used[name] = variables[name];
  return used;
}

async function ask(
  { services, call, errors }: FetchContext,
  { serviceName, operation, operationName }: FetchNode,
  place: Place,
  variables: Answer,
  standsFor?: readonly number[],
): Promise<Answer | undefined> {
  const service = services[serviceName];
  if (service === undefined) throw new Error(`the plan names an unknown subgraph: ${serviceName}`);
  const request: SubgraphRequest = {
    query: operation,
    variables,
    ...(operationName === undefined ? {} : { operationName }),
  };
  const answer = await service.ask(request, call);
  if (answer.errors !== undefined)
    errors.push(...locatedErrors(answer.errors, serviceName, place, standsFor));
  return isAnswer(answer.data) ? answer.data : undefined;
}
