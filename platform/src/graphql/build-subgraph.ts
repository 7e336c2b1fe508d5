import "reflect-metadata";
import { buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  parse,
  print,
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import {
  buildSchemaSync,
  createResolversMap,
  getMetadataStorage,
  type BuildSchemaOptions,
  type NonEmptyArray,
} from "type-graphql";
import { CACHE_CONTROL_SDL } from "./cache-control.ts";
import { callMethods, type Instances } from "./call-methods.ts";
import { stateCosts } from "./cost-directives.ts";
import { enforceAccess, guardReference } from "./enforce-access.ts";

const FEDERATION_LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@inaccessible", "@override", "@tag", "@interfaceObject", "@cost", "@listSize", "@authenticated", "@requiresScopes", "@policy"])`;

/** Resolves an entity that another subgraph references by its key; null when it does not exist. */
export type ReferenceResolver = (
  reference: never,
  context: never,
  info: GraphQLResolveInfo,
) => unknown;

export interface SubgraphDefinition {
  readonly resolvers: NonEmptyArray<Function>;
  /** Returns the resolver instances; without it type-graphql creates them. */
  readonly container?: Instances;
  readonly orphanedTypes?: readonly Function[];
  readonly referenceResolvers: Readonly<Record<string, ReferenceResolver>>;
}

/** Prints the subgraph's schema with its federation directives, for composition. */
export const printSubgraph = (definition: SubgraphDefinition): string =>
  printDecorated(typeGraphqlSchema(definition));

function printDecorated(decorated: GraphQLSchema): string {
  const schema = printSchemaWithDirectives(decorated);
  const cacheControl = schema.includes("@cacheControl(") ? `${CACHE_CONTROL_SDL}\n\n` : "";
  return `${FEDERATION_LINK}\n\n${cacheControl}${print(stateCosts(schema))}\n`;
}

/** Builds an executable federated schema from decorated classes, with enforced access rules. */
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
        typeDefs: typeDefsOf(definition, decorated),
        resolvers: resolvers as GraphQLResolverMap,
      },
    ]),
  );
}

const typeDefsByResolvers = new WeakMap<object, DocumentNode>();

/** The same classes have the same types: another schema of them need not print and parse them again. */
function typeDefsOf({ resolvers }: SubgraphDefinition, decorated: GraphQLSchema): DocumentNode {
  const typeDefs = typeDefsByResolvers.get(resolvers) ?? parse(printDecorated(decorated));
  typeDefsByResolvers.set(resolvers, typeDefs);
  return typeDefs;
}

const NO_PUB_SUB: NonNullable<BuildSchemaOptions["pubSub"]> = {
  publish: () => {
    throw new Error("type-graphql's pubSub is not used: publish to the feed");
  },
  subscribe: () => {
    throw new Error("give the subscription its own `subscribe` function");
  },
};

/**
 * Lets graphql-js read plain members of objects itself. The resolvers of type-graphql return the same values
 * in more steps, which slows responses with hundreds of entries.
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
    // Every subscription has its own event source, but type-graphql requires this option.
    pubSub: NO_PUB_SUB,
    // The domain validates inputs, with error codes; class-validator is not used.
    validate: false,
    // Composition defines the federation directives.
    skipCheck: true,
  });
}
