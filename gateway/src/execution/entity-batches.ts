import type { GraphQLFormattedError } from "graphql";
import { copyOf } from "../answer/answer.ts";
import type {
  CallContext,
  SubgraphAnswer,
  SubgraphRequest,
} from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";

/** One request for entities, and those who wait for some of them. */
interface Batch {
  readonly request: SubgraphRequest;
  readonly call: CallContext;
  readonly representations: unknown[];
  readonly answered: PromiseWithResolvers<SubgraphAnswer>;
  notBefore: number;
  readers: number;
}

/** Where an entity is read: its place in a batch. */
interface EntityRead {
  readonly batch: Batch;
  readonly index: number;
}

/** The reads with one selection and equal variables, by representation. */
interface Group {
  readonly reads: Map<string, EntityRead>;
  /** Not sent yet. */
  open: Batch | undefined;
}

/**
 * A subgraph whose requests for entities are sent together when they come in one turn of the event loop. With
 * `remembers`, an entity that was read is not read again with the same selection.
 */
export function batchedSource(source: SubgraphSource, remembers = false): SubgraphSource {
  const groups = new Map<string, Group>();

  const flush = (key: string, group: Group, batch: Batch): void => {
    group.open = undefined;
    if (!remembers) groups.delete(key);
    const { request, call, representations, notBefore, answered } = batch;
    const variables = { ...request.variables, representations };
    source
      .fetch({ ...request, variables }, { ...call, notBefore })
      .then(answered.resolve, answered.reject);
  };

  const batchOf = (key: string, group: Group, request: SubgraphRequest, call: CallContext) => {
    if (group.open !== undefined) return group.open;
    const answered = Promise.withResolvers<SubgraphAnswer>();
    const batch: Batch = { request, call, representations: [], answered, notBefore: 0, readers: 0 };
    group.open = batch;
    setImmediate(flush, key, group, batch);
    return batch;
  };

  return {
    fetch: async (request, call) => {
      const { representations, ...others } = request.variables;
      if (!Array.isArray(representations)) return source.fetch(request, call);
      const key = JSON.stringify([withoutName(request), others]);
      const group = groups.get(key) ?? { reads: new Map<string, EntityRead>(), open: undefined };
      groups.set(key, group);
      const reads = representations.map((representation): EntityRead => {
        const text = JSON.stringify(representation);
        const known = group.reads.get(text);
        if (known !== undefined) return known;
        const batch = batchOf(key, group, request, call);
        const read = { batch, index: batch.representations.push(representation) - 1 };
        group.reads.set(text, read);
        return read;
      });
      return answerOf(reads, call, remembers);
    },
  };
}

/** The planner numbers equal requests of one plan, so that their texts differ by name. */
const withoutName = ({ query, operationName }: SubgraphRequest): string =>
  operationName === undefined ? query : query.replace(operationName, "");

/** The answer for some entities, from the batches that they were read in. */
async function answerOf(
  reads: readonly EntityRead[],
  call: CallContext,
  remembers: boolean,
): Promise<SubgraphAnswer> {
  const batches = [...new Set(reads.map(({ batch }) => batch))];
  for (const batch of batches) {
    batch.readers += 1;
    batch.notBefore = Math.max(batch.notBefore, call.notBefore ?? 0);
  }
  const answers = new Map<Batch, SubgraphAnswer>();
  for (const batch of batches) answers.set(batch, await batch.answered.promise);
  const errors = batches.flatMap((batch) => errorsFor(batch, answers.get(batch), reads));
  const ftv1 = batches.map((batch) => answers.get(batch)?.ftv1).find((one) => one !== undefined);
  return {
    data: { _entities: entitiesOf(reads, answers, remembers) },
    ...(ftv1 === undefined ? {} : { ftv1 }),
    ...(errors.length === 0 ? {} : { errors }),
  };
}

/** Undefined where a subgraph sent no entities; an empty list, which is refused, where it sent a wrong number. */
function entitiesOf(
  reads: readonly EntityRead[],
  answers: ReadonlyMap<Batch, SubgraphAnswer>,
  remembers: boolean,
): unknown {
  const entities: unknown[] = [];
  let isAnswered = false;
  for (const { batch, index } of reads) {
    const sent = answers.get(batch)?.data?.["_entities"];
    if (sent === undefined || sent === null) {
      entities.push(undefined);
      continue;
    }
    if (!Array.isArray(sent) || sent.length !== batch.representations.length) return [];
    isAnswered = true;
    // Merging changes entities, and others may read this one.
    entities.push(remembers || batch.readers > 1 ? copyOf(sent[index]) : sent[index]);
  }
  return isAnswered ? entities : undefined;
}

/** A batch's errors at the indexes of the reads; those of other entities are left to them. */
function errorsFor(
  batch: Batch,
  answer: SubgraphAnswer | undefined,
  reads: readonly EntityRead[],
): GraphQLFormattedError[] {
  return (answer?.errors ?? []).flatMap((error) => {
    const [root, entity, ...below] = error.path ?? [];
    if (typeof entity !== "number" || root === undefined) return [error];
    return reads.flatMap((read, index) =>
      read.batch === batch && read.index === entity
        ? [{ ...error, path: [root, index, ...below] }]
        : [],
    );
  });
}
