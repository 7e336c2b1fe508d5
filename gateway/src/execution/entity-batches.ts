import type { GraphQLFormattedError } from "graphql";
import { copyOf } from "../answer/answer.ts";
import type {
  CallContext,
  SubgraphAnswer,
  SubgraphRequest,
} from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";

interface Waiting {
  readonly request: SubgraphRequest;
  readonly call: CallContext;
  readonly representations: readonly unknown[];
  readonly answered: PromiseWithResolvers<SubgraphAnswer>;
}

/** A subgraph whose requests for entities are sent together when they come in one turn of the event loop. */
export function batchedSource(source: SubgraphSource): SubgraphSource {
  const batches = new Map<string, Waiting[]>();
  const flush = (key: string): void => {
    const batch = batches.get(key) ?? [];
    batches.delete(key);
    sendTogether(source, batch).catch((error: unknown) => {
      for (const { answered } of batch) answered.reject(error);
    });
  };
  return {
    fetch: async (request, call) => {
      const { representations, ...others } = request.variables;
      if (!Array.isArray(representations)) return source.fetch(request, call);
      const key = JSON.stringify([request.query, others]);
      const answered = Promise.withResolvers<SubgraphAnswer>();
      const batch = batches.get(key) ?? [];
      if (batch.length === 0) setImmediate(flush, key);
      batches.set(key, batch);
      batch.push({ request, call, representations, answered });
      return answered.promise;
    },
  };
}

async function sendTogether(source: SubgraphSource, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const { request, call } = first;
  if (batch.length === 1) return first.answered.resolve(await source.fetch(request, call));

  const places = new Map<string, number>();
  const representations: unknown[] = [];
  const indexes = batch.map((waiting) =>
    waiting.representations.map((representation) => {
      const text = JSON.stringify(representation);
      const place = places.get(text) ?? representations.push(representation) - 1;
      places.set(text, place);
      return place;
    }),
  );
  const notBefore = Math.max(...batch.map((waiting) => waiting.call.notBefore ?? 0));
  const answer = await source.fetch(
    { ...request, variables: { ...request.variables, representations } },
    { ...call, notBefore },
  );
  for (const [index, { answered }] of batch.entries())
    answered.resolve(partOf(answer, indexes[index] ?? [], representations.length));
}

/** The part of an answer for some of its representations. */
function partOf({ data, errors }: SubgraphAnswer, places: readonly number[], sent: number) {
  const entities = data?.["_entities"];
  const isWhole = Array.isArray(entities) && entities.length === sent;
  const own = isWhole ? places.map((place) => copyOf(entities[place])) : entities;
  const located = (errors ?? []).flatMap((error) => errorsAt(error, places));
  return {
    data: data === null || data === undefined ? null : { ...data, _entities: own },
    ...(located.length === 0 ? {} : { errors: located }),
  };
}

/** An error at its own index; one of other entities is left to them. */
function errorsAt(
  error: GraphQLFormattedError,
  places: readonly number[],
): GraphQLFormattedError[] {
  const [root, entity, ...below] = error.path ?? [];
  if (typeof entity !== "number" || root === undefined) return [error];
  return places.flatMap((place, index) =>
    place === entity ? [{ ...error, path: [root, index, ...below] }] : [],
  );
}
