import { readFileSync } from "node:fs";
import { AppError } from "@allfunds/contract/errors";
import { ConfigError } from "@allfunds/platform/config";
import type { RequestContext } from "@allfunds/platform/context";
import { type GraphQLSchema, parse } from "graphql";
import { schemaForClients } from "./api-document.ts";
import type { Graph } from "./graph.ts";

/** The files with the schemas of the variants, by name. */
export type VariantFiles = Readonly<Record<string, string>>;

/** Who is served which variant where the path names none. */
export interface VariantPolicy {
  /** Absent, every caller is served the whole graph. */
  readonly standard: string | undefined;
  /** The ids of clients that are served the whole graph all the same. */
  readonly wholeGraphClients: readonly string[];
}

/** A graph with its variants: the same plans, costs and access rules behind schemas that show less. */
export function withVariants(graph: Graph, files: VariantFiles): Graph {
  const variants = new Map<string, Graph>();
  for (const [name, file] of Object.entries(files)) {
    const apiSchema = readSchema(name, file);
    variants.set(name, Object.freeze({ ...graph, apiSchema }));
  }
  return Object.freeze({ ...graph, variants });
}

function readSchema(name: string, file: string): GraphQLSchema {
  try {
    return schemaForClients(parse(readFileSync(file, "utf8"), { noLocation: true }));
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(
      "gateway",
      [`GATEWAY_VARIANTS: the variant "${name}" is not usable: ${reason}`],
      { cause: error },
    );
  }
}

/** The graph as a caller is served it; the whole one without a name. Throws NOT_FOUND when there is no such variant. */
export function variantOf(graph: Graph, name: string | undefined): Graph {
  if (name === undefined) return graph;
  const variant = graph.variants?.get(name);
  if (variant !== undefined) return variant;
  throw new AppError("NOT_FOUND", `There is no variant "${name}" of the graph.`);
}

/** The variant of a caller where the path names none. */
export const standardVariant = (
  { caller }: Pick<RequestContext, "caller">,
  { standard, wholeGraphClients }: VariantPolicy,
): string | undefined =>
  wholeGraphClients.includes(caller?.clientId ?? "") ? undefined : standard;
