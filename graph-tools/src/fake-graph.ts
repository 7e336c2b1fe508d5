import { readFileSync } from "node:fs";
import { makeExecutableSchema } from "@graphql-tools/schema";
import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
} from "graphql";
import type { Resolvers } from "./graph-resolvers.generated.ts";

export type * from "./graph-resolvers.generated.ts";

/** The public schema of the graph, as `npm run compose` wrote it. */
export const readApiSchema = (): string =>
  readFileSync(new URL("../../gateway/api.graphql", import.meta.url), "utf8");

let parsed: DocumentNode | undefined;

/** A schema of its own for each fake: resolvers are set in it. Composition has validated the text. */
function apiSchema(): GraphQLSchema {
  parsed ??= parse(readApiSchema(), { noLocation: true });
  return buildASTSchema(parsed, { assumeValidSDL: true });
}

/**
 * The real schema of the graph with the answers of a fake. graphql-js completes what the resolvers
 * return, so a null or a value that the schema forbids is an error, as is a resolver of a field that
 * the schema does not have.
 */
export const createFakeGraph = <Context>(resolvers: Resolvers<Context>): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: apiSchema(),
    resolvers: [SCALARS, resolvers],
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
    updateResolversInPlace: true,
  });

const scalar = (name: string, accepts: (value: unknown) => boolean) => ({
  serialize: (value: unknown) => {
    if (accepts(value)) return value;
    throw new GraphQLError(`${name} cannot represent ${JSON.stringify(value)}.`);
  },
});

const textScalar = (name: string, pattern: RegExp) =>
  scalar(name, (value) => typeof value === "string" && pattern.test(value));

/** What the services send for each scalar; a fake that sends something else is wrong. */
const SCALARS = {
  Cursor: textScalar("Cursor", /^[\w-]{1,512}$/),
  Date: textScalar("Date", /^\d{4}-\d{2}-\d{2}$/),
  DateTime: textScalar("DateTime", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/),
  Decimal: textScalar("Decimal", /^-?\d+(\.\d+)?$/),
  SafeInt: scalar("SafeInt", Number.isSafeInteger),
};
