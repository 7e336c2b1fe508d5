import { createHash } from "node:crypto";
import { parseExactJson } from "@allfunds/platform/exact-json";
import { addGauge } from "@allfunds/platform/telemetry";
import type { GraphQLFormattedError } from "graphql";
import { Counter, type Registry } from "prom-client";
import { LruCache } from "../cache/lru-cache.ts";
import type {
  CallContext,
  SubgraphAnswer,
  SubgraphRequest,
} from "../subgraphs/subgraph-request.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { positionsIn } from "./answer-life.ts";
import type { FollowedBooks } from "./followed-books.ts";
import { type AnswerStore, LONGEST_LIFE_MS, outcomeOf, type StoredAnswer } from "./answer-store.ts";
import { type CacheHint, readCacheControl } from "./cache-hint.ts";

/** A request for the fields of a query's root, or for entities one by one. */
interface Lookup {
  readonly request: SubgraphRequest;
  readonly call: CallContext;
  readonly identity: NonNullable<CallContext["identity"]>;
  /** Absent for fields of the root. */
  readonly representations: readonly unknown[] | undefined;
  readonly keys: readonly string[];
  readonly scope: CacheHint["scope"];
  readonly text: string;
}

/** Texts of which it is remembered that their answers may be cached. */
const MAX_HINTED = 10_000;

/**
 * Answers of subgraphs that may be shown for a while, by their Cache-Control: for each subgraph, selection,
 * arguments, entity and identity of the caller. An answer is not shown once one of its books has moved on, by the
 * ledger's feed or by what its caller has seen, nor after a mutation of the tenant outside the books.
 */
export class AnswerCache {
  readonly #store: AnswerStore;
  readonly #books: FollowedBooks;
  readonly #hinted = new LruCache<string, CacheHint["scope"]>(MAX_HINTED);
  readonly #refreshing = new Set<string>();
  readonly #lookups: Counter<"result">;
  readonly #invalidations: Counter;

  constructor(store: AnswerStore, books: FollowedBooks, registry: Registry) {
    this.#store = store;
    this.#books = books;
    this.#lookups = new Counter({
      name: "gateway_answer_cache_lookups_total",
      help: "Look-ups of subgraphs' answers: hit, stale (shown and read again), miss, behind (the caller has seen a later position), moved (a book has moved on)",
      labelNames: ["result"],
      registers: [registry],
    });
    this.#invalidations = new Counter({
      name: "gateway_answer_cache_invalidations_total",
      help: "Mutations after which no answer of a tenant is shown any more, because they may have changed more than books",
      registers: [registry],
    });
    const { memory } = store;
    if (memory !== undefined)
      addGauge(
        registry,
        "gateway_answer_cache_bytes",
        "Memory of the answers that this process keeps, in bytes; absent when Redis keeps them",
        memory,
      );
  }

  /** The subgraph behind the cache. */
  source(name: string, source: SubgraphSource): SubgraphSource {
    return {
      fetch: async (request, call) => {
        if (request.query.startsWith("mutation")) return this.#mutate(name, source, request, call);
        const { identity } = call;
        // What is read for an event must be newer than the event.
        if (identity === undefined || call.notBefore !== undefined)
          return noted(call, await source.fetch(request, call));
        const text = textOf(name, request);
        const scope = this.#hinted.get(text);
        if (scope === undefined) {
          const kept =
            call.life?.isKept === true ? { ...call, notBefore: performance.now() } : call;
          return noted(call, this.#learn(text, await source.fetch(request, kept)));
        }
        return this.#read(source, lookupOf(text, scope, identity, request, call));
      },
    };
  }

  /**
   * What was read before the end of a mutation is not shown after it: of the books that it wrote, else of its
   * whole tenant. Whether it succeeded may be unknown.
   */
  async #mutate(
    name: string,
    source: SubgraphSource,
    request: SubgraphRequest,
    call: CallContext,
  ): Promise<SubgraphAnswer> {
    let answer: SubgraphAnswer | undefined;
    try {
      return (answer = await source.fetch(request, call));
    } finally {
      if (call.identity !== undefined) {
        const { tenantId } = call.identity;
        const written = answer === undefined || answer.errors ? [] : positionsIn(answer);
        if (!this.#books.noteWritten(name, tenantId, written)) {
          this.#invalidations.inc();
          await this.#store.beginEpoch(tenantId);
        }
      }
    }
  }

  /** Notes that answers to a text may be cached, from the next one on. */
  #learn(text: string, answer: SubgraphAnswer): SubgraphAnswer {
    const hint = readCacheControl(answer.sent?.cacheControl);
    if (hint !== undefined) this.#hinted.set(text, hint.scope);
    return answer;
  }

  async #read(source: SubgraphSource, lookup: Lookup): Promise<SubgraphAnswer> {
    const { request, representations, keys } = lookup;
    const stored = await this.#store.read(lookup.identity.tenantId, keys);
    if (stored === undefined) return noted(lookup.call, await source.fetch(request, lookup.call));
    // A request under way may have read before the epoch began.
    const call = { ...lookup.call, notBefore: performance.now() };
    const { tenantId } = lookup.identity;
    const shown = {
      epoch: stored.epoch,
      required: lookup.call.positions,
      isCurrent: (answer: StoredAnswer) => this.#books.isCurrent(tenantId, answer),
    };
    const found = stored.answers.map((answer) => {
      const outcome = outcomeOf(answer, shown);
      this.#lookups.inc({ result: outcome });
      return outcome === "hit" || outcome === "stale" ? { answer, outcome } : undefined;
    });
    if (call.cached !== undefined) call.cached.hits += found.filter(Boolean).length;
    for (const hit of found)
      for (const [book, position] of hit?.answer?.positions ?? []) call.seen?.note(book, position);
    for (const hit of found)
      if (hit?.answer !== undefined) call.life?.kept(hit.answer, lookup.scope);
    const stale = indexesOf(found, (hit) => hit?.outcome === "stale");
    if (stale.length > 0) this.#refresh(source, lookup, stale, stored.epoch);
    const missing = indexesOf(found, (hit) => hit === undefined);
    const values = found.map((hit) =>
      hit?.answer === undefined ? undefined : parseExactJson(hit.answer.json),
    );
    if (representations === undefined)
      return missing.length === 0
        ? { data: values[0] as Record<string, unknown> }
        : this.#fetch(source, lookup, missing, stored.epoch, call);
    if (missing.length === 0) return { data: { _entities: values } };
    const answer = await this.#fetch(source, lookup, missing, stored.epoch, call);
    return mergedAnswer(answer, values, missing);
  }

  /** Fetches what is missing, and keeps it. */
  async #fetch(
    source: SubgraphSource,
    { request, representations, keys, scope, text }: Lookup,
    indexes: readonly number[],
    epoch: string,
    call: CallContext,
  ): Promise<SubgraphAnswer> {
    const variables =
      representations === undefined
        ? request.variables
        : { ...request.variables, representations: indexes.map((index) => representations[index]) };
    const readAt = Date.now();
    const answer = noted(call, await source.fetch({ ...request, variables }, call));
    const hint = readCacheControl(answer.sent?.cacheControl);
    if (hint?.scope !== scope) {
      this.#hinted.delete(text);
      return answer;
    }
    const values = valuesOf(answer, representations !== undefined, indexes.length);
    if (values === undefined) return answer;
    const positions = positionsIn(answer);
    const life = { positions, readAt, storedAt: Date.now(), ...livesOf(hint), epoch };
    const kept = values.map((value, at): [string, StoredAnswer] => [
      keys[indexes[at] ?? 0] ?? "",
      { json: JSON.stringify(value), ...life },
    ]);
    await this.#store.write(new Map(kept));
    return answer;
  }

  /** Reads stale answers again while they are shown; each at most once at a time. */
  #refresh(source: SubgraphSource, lookup: Lookup, stale: readonly number[], epoch: string): void {
    const indexes = stale.filter((index) => !this.#refreshing.has(lookup.keys[index] ?? ""));
    if (indexes.length === 0) return;
    const keys = indexes.map((index) => lookup.keys[index] ?? "");
    for (const key of keys) this.#refreshing.add(key);
    const { traceId, headers } = lookup.call;
    // The client does not wait for it, and may have gone.
    const now = performance.now();
    const call = { traceId, headers, signal: undefined, arrivedAt: now, notBefore: now };
    this.#fetch(source, lookup, indexes, epoch, call)
      .catch(() => undefined)
      .finally(() => {
        for (const key of keys) this.#refreshing.delete(key);
      });
  }
}

function noted({ life }: CallContext, answer: SubgraphAnswer): SubgraphAnswer {
  life?.fetched(answer);
  return answer;
}

/** Equal for requests that differ in the entities and in the name of the operation alone. */
function textOf(subgraph: string, { query, variables, operationName }: SubgraphRequest): string {
  const { representations: _, ...others } = variables;
  const unnamed = operationName === undefined ? query : query.replace(operationName, "");
  const text = JSON.stringify([subgraph, unnamed, others]);
  // Clients choose the variables, and thousands of texts are remembered.
  return createHash("sha256").update(text).digest("base64url");
}

function lookupOf(
  text: string,
  scope: CacheHint["scope"],
  identity: NonNullable<CallContext["identity"]>,
  request: SubgraphRequest,
  call: CallContext,
): Lookup {
  const { representations } = request.variables;
  const isOfEntities = Array.isArray(representations);
  const whose = scope === "PUBLIC" ? identity.tenantId : identity.key();
  const keyOf = (entity: unknown): string =>
    createHash("sha256")
      .update(JSON.stringify([whose, text, entity]))
      .digest("base64url");
  return {
    request,
    call,
    identity,
    text,
    scope,
    representations: isOfEntities ? (representations as readonly unknown[]) : undefined,
    keys: isOfEntities ? representations.map(keyOf) : [keyOf(null)],
  };
}

/** The values to keep; undefined when some of them may be wrong or absent. */
function valuesOf(
  { data, errors }: SubgraphAnswer,
  isOfEntities: boolean,
  count: number,
): readonly unknown[] | undefined {
  if (errors !== undefined || data === undefined || data === null) return undefined;
  if (!isOfEntities) return [data];
  const entities = data["_entities"];
  return Array.isArray(entities) && entities.length === count ? entities : undefined;
}

const livesOf = ({ maxAgeMs, staleMs }: CacheHint) => ({
  maxAgeMs: Math.min(maxAgeMs, LONGEST_LIFE_MS),
  staleMs: Math.max(0, Math.min(staleMs, LONGEST_LIFE_MS - maxAgeMs)),
});

function indexesOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number[] {
  return items.flatMap((item, index) => (holds(item) ? [index] : []));
}

/** What was kept, with the fetched entities in their places. */
function mergedAnswer(
  { data, errors }: SubgraphAnswer,
  values: readonly unknown[],
  missing: readonly number[],
): SubgraphAnswer {
  const fetched = data?.["_entities"];
  const located = errors?.map((error) => atIndex(error, missing));
  const whole = Array.isArray(fetched) && fetched.length === missing.length;
  const entities = [...values];
  if (whole) for (const [at, index] of missing.entries()) entities[index] = fetched[at];
  return {
    // A list of another length is refused, as that of the subgraph would be.
    data: { _entities: Array.isArray(fetched) && !whole ? [] : entities },
    ...(located === undefined ? {} : { errors: located }),
  };
}

function atIndex(error: GraphQLFormattedError, missing: readonly number[]): GraphQLFormattedError {
  const [root, entity, ...below] = error.path ?? [];
  const index = typeof entity === "number" ? missing[entity] : undefined;
  if (root === undefined || index === undefined) return error;
  return { ...error, path: [root, index, ...below] };
}
