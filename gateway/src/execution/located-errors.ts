import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { pathsTo, type Place } from "./place.ts";

type Path = readonly (string | number)[];

/**
 * Errors of a subgraph at the client's own places, with the name of the subgraph. It tells of the third
 * entity it was asked for; the client knows that as the metrics of the fifth fund.
 */
export function locatedErrors(
  errors: readonly GraphQLFormattedError[],
  service: string,
  place: Place,
  standsFor: readonly number[] | undefined,
): GraphQLError[] {
  const paths = standsFor === undefined ? undefined : pathsTo(place);
  const clientPath = (path: Path): Path => {
    const [, entity, ...below] = path;
    if (paths === undefined || typeof entity !== "number") return [...place.path, ...path];
    return [...(paths[standsFor?.[entity] ?? -1] ?? []), ...below];
  };
  return errors.map(({ message, path, extensions }) => {
    const code = extensions?.["code"] ?? "DOWNSTREAM_SERVICE_ERROR";
    return new GraphQLError(message || `The ${service} service failed without a word.`, {
      path: path === undefined ? null : clientPath(path),
      extensions: { ...extensions, code, serviceName: service },
    });
  });
}
