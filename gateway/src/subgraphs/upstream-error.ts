import { AppError } from "@allfunds/contract/errors";
import { EndpointFailure } from "@allfunds/platform/upstream";
import { LruCache } from "../cache/lru-cache.ts";
import { type GraphQLFormattedError, Kind, parse, type SelectionSetNode } from "graphql";

const TIMEOUTS = new Set([
  "TimeoutError",
  "HeadersTimeoutError",
  "BodyTimeoutError",
  "ConnectTimeoutError",
]);

/** The coded error of a subgraph that is unavailable, does not answer in time, or answers with too much. */
export function upstreamError(subgraph: string, cause: unknown): AppError {
  const detail = `${subgraph}: ${cause instanceof Error ? cause.message : String(cause)}`;
  const code = codeOf(cause);
  return new AppError(code, SENTENCES[code](subgraph), { cause, detail });
}

const SENTENCES = {
  UPSTREAM_TIMEOUT: (subgraph: string) => `The ${subgraph} service did not answer in time.`,
  UPSTREAM_INVALID: (subgraph: string) =>
    `The ${subgraph} service sent an answer that is too long.`,
  UPSTREAM_UNAVAILABLE: (subgraph: string) => `The ${subgraph} service is not available.`,
} as const;

function codeOf(cause: unknown): keyof typeof SENTENCES {
  if (cause instanceof EndpointFailure) {
    if (cause.kind === "silent") return "UPSTREAM_TIMEOUT";
    if (cause.kind === "oversized") return "UPSTREAM_INVALID";
    return codeOf(cause.cause);
  }
  return cause instanceof Error && TIMEOUTS.has(cause.name)
    ? "UPSTREAM_TIMEOUT"
    : "UPSTREAM_UNAVAILABLE";
}

/** A list of thousands needs no thousand errors. */
export const MAX_LOCATIONS = 20;

/**
 * Errors for the fields that are null because their subgraph failed as a whole: each field, of the first entities.
 * Paths are those of the subgraph's answer; the executor maps them to the client's.
 */
export function locateUpstreamError(
  failure: AppError,
  query: string,
  representations: number | undefined,
): GraphQLFormattedError[] {
  const keys = responseKeys(query);
  const entities = Math.max(1, Math.floor(MAX_LOCATIONS / keys.length));
  const paths =
    representations === undefined
      ? keys.map((key) => [key])
      : Array.from({ length: Math.min(representations, entities) }).flatMap((_, index) =>
          keys.map((key) => ["_entities", index, key]),
        );
  return paths.map((path) => ({
    message: failure.message,
    path,
    extensions: { code: failure.code },
  }));
}

const keysByQuery = new LruCache<string, readonly string[]>(1_000);

/** The response keys of an operation: at its root, or in its entities. */
export function responseKeys(query: string): readonly string[] {
  const cached = keysByQuery.get(query);
  if (cached !== undefined) return cached;
  const keys = readResponseKeys(query);
  keysByQuery.set(query, keys);
  return keys;
}

function readResponseKeys(query: string): string[] {
  const document = parse(query, { noLocation: true });
  const keys = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else if (selection.kind === Kind.FIELD) {
        const isEntities =
          selection.name.value === "_entities" && selection.selectionSet !== undefined;
        if (isEntities && selection.selectionSet !== undefined) collect(selection.selectionSet);
        else if (selection.name.value !== "__typename")
          keys.add(selection.alias?.value ?? selection.name.value);
      }
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet);
  }
  return [...keys];
}
