import type { AppError } from "@allfunds/contract/errors";
import { Kind, parse, type GraphQLFormattedError, type SelectionSetNode } from "graphql";

/** Enough to see where an answer is empty; a list of thousands needs no thousand errors. */
const MOST_LOCATIONS = 20;

/**
 * One error for each place that stays empty because a subgraph failed as a whole.
 * Paths are the subgraph's own; the executor turns them into the client's.
 */
export function locateUpstreamError(
  failure: AppError,
  query: string,
  representations: number | undefined,
): GraphQLFormattedError[] {
  const keys = rootKeys(query);
  const paths =
    representations === undefined
      ? keys.map((key) => [key])
      : Array.from({ length: Math.min(representations, MOST_LOCATIONS) }).flatMap((_, index) =>
          keys.map((key) => ["_entities", index, key]),
        );
  return paths.slice(0, MOST_LOCATIONS).map((path) => ({
    message: failure.message,
    path,
    extensions: { code: failure.code },
  }));
}

/** The response keys an operation fills: those of its root, or of its entities. */
function rootKeys(query: string): string[] {
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
