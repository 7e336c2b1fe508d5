import { readFileSync } from "node:fs";
import { makeExecutableSchema } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import type { Resolvers } from "./graph-resolvers.generated.ts";

export type * from "./graph-resolvers.generated.ts";

/** The public schema of the graph, as `npm run compose` wrote it. */
export const readApiSchema = (): string =>
  readFileSync(new URL("../../gateway/api.graphql", import.meta.url), "utf8");

/**
 * The real schema of the graph with the answers of a fake. graphql-js completes what the resolvers
 * return, so a null or a value that the schema forbids is an error, as is a resolver of a field that
 * the schema does not have.
 */
export const createFakeGraph = <Context>(resolvers: Resolvers<Context>): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: readApiSchema(),
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
  });
