import { AppError } from "@allfunds/contract/errors";
import { LruCache } from "../cache/lru-cache.ts";
import { type GraphQLFormattedError, Kind, parse, type SelectionSetNode } from "graphql";

const TIMEOUTS = new Set([
  "TimeoutError",
  "HeadersTimeoutError",
  "BodyTimeoutError",
  "ConnectTimeoutError",
]);

/** The coded error of a subgraph that is unavailable or does not answer in time. */
export function upstreamError(subgraph: string, cause: unknown): AppError {
  const name = cause instanceof Error ? cause.name : "";
  const detail = `${subgraph}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return TIMEOUTS.has(name)
    ? new AppError("UPSTREAM_TIMEOUT", `The ${subgraph} service did not answer in time.`, {
        cause,
        detail,
      })
    : new AppError("UPSTREAM_UNAVAILABLE", `The ${subgraph} service is not available.`, {
        cause,
        detail,
      });
}

/** A list of thousands needs no thousand errors. */
export const MAX_LOCATIONS = 20;

/**
 * One error for each field that is null because its subgraph failed as a whole.
 * Paths are those of the subgraph's answer; the executor maps them to the client's.
 */
export function locateUpstreamError(
  failure: AppError,
  query: string,
  representations: number | undefined,
): GraphQLFormattedError[] {
  const keys = responseKeys(query);
  const paths =
    representations === undefined
      ? keys.map((key) => [key])
      : Array.from({ length: Math.min(representations, MAX_LOCATIONS) }).flatMap((_, index) =>
          keys.map((key) => ["_entities", index, key]),
        );
  return paths.slice(0, MAX_LOCATIONS).map((path) => ({
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
