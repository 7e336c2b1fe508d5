import "reflect-metadata";
import { buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import { parse, print, type GraphQLResolveInfo, type GraphQLSchema } from "graphql";
import {
  buildSchemaSync,
  createResolversMap,
  getMetadataStorage,
  type BuildSchemaOptions,
  type NonEmptyArray,
} from "type-graphql";
import { callMethods, type Instances } from "./call-methods.ts";
import { stateCosts } from "./cost-directives.ts";
import { enforceAccess, guardReference } from "./enforce-access.ts";

const FEDERATION_LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@inaccessible", "@override", "@tag", "@interfaceObject", "@cost", "@listSize", "@authenticated", "@requiresScopes", "@policy"])`;

/** Resolves an entity a neighbour refers to by its key; null when it does not exist. */
export type ReferenceResolver = (
  reference: never,
  context: never,
  info: GraphQLResolveInfo,
) => unknown;

export interface SubgraphDefinition {
  readonly resolvers: NonEmptyArray<Function>;
  /** Hands out the resolver instances, which are wired by hand; without it they are made by type-graphql. */
  readonly container?: Instances;
  readonly orphanedTypes?: readonly Function[];
  readonly referenceResolvers: Readonly<Record<string, ReferenceResolver>>;
}

/** The subgraph's schema document with its federation directives, as composition wants it. */
export function printSubgraph(definition: SubgraphDefinition): string {
  const schema = printSchemaWithDirectives(typeGraphqlSchema(definition));
  return `${FEDERATION_LINK}\n\n${print(stateCosts(schema))}\n`;
}

/** Decorated classes to an executable federated schema whose access rules hold. */
export function buildSubgraph(definition: SubgraphDefinition): GraphQLSchema {
  const decorated = typeGraphqlSchema(definition);
  const resolvers: Record<string, unknown> = { ...createResolversMap(decorated) };
  if (definition.container !== undefined) {
    for (const [type, fields] of callMethods(definition.resolvers, definition.container)) {
      resolvers[type] = { ...(resolvers[type] as object), ...fields };
    }
  }
  for (const [type, resolve] of Object.entries(definition.referenceResolvers)) {
    const __resolveReference = guardReference(decorated, type, resolve);
    resolvers[type] = { ...(resolvers[type] as object), __resolveReference };
  }
  return enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(printSubgraph(definition)),
        resolvers: resolvers as GraphQLResolverMap,
      },
    ]),
  );
}

const NO_PUB_SUB: NonNullable<BuildSchemaOptions["pubSub"]> = {
  publish: () => {
    throw new Error("publish to the feed, not to type-graphql");
  },
  subscribe: () => {
    throw new Error("give the subscription a `subscribe` of its own");
  },
};

/**
 * A field that is a plain member of its object is read as graphql reads such fields anyway: type-graphql's
 * own resolver would do the same, only with more steps, which answers of hundreds of entries feel.
 */
function readPlainFieldsPlainly(): void {
  for (const field of getMetadataStorage().fields) {
    field.simple ??= field.name === field.schemaName;
  }
}

function typeGraphqlSchema(definition: SubgraphDefinition): GraphQLSchema {
  readPlainFieldsPlainly();
  return buildSchemaSync({
    resolvers: definition.resolvers,
    orphanedTypes: [...(definition.orphanedTypes ?? [])],
    ...(definition.container === undefined ? {} : { container: definition.container }),
    // Every subscription brings its own event source; type-graphql only wants to see one.
    pubSub: NO_PUB_SUB,
    // Inputs are checked by the domain, which has the codes; class-validator is not used.
    validate: false,
    // Federation directives are defined by composition, not here.
    skipCheck: true,
  });
}
