import { Supergraph } from "@apollo/federation-internals";
import { printSchema } from "graphql";

/** The schema that clients see: without what is inaccessible and what only federation needs. */
export function printApiSchema(supergraphSdl: string): string {
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  return `${printSchema(supergraph.apiSchema().toGraphQLJSSchema()).trimEnd()}\n`;
}
