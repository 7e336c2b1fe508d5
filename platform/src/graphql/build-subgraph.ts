import "reflect-metadata";
import { buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import { assertValidSchema, GraphQLSchema, parse, print, type GraphQLResolveInfo } from "graphql";
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

/**
 * Builds an executable federated schema from decorated classes, with enforced access rules. Schemas of the
 * same classes share their types; each resolves with the definition that it carries.
 */
export function buildSubgraph(definition: SubgraphDefinition): GraphQLSchema {
  return new GraphQLSchema({
    ...typesOf(definition).toConfig(),
    extensions: { [DEFINITION]: definition },
  });
}

const DEFINITION = "subgraphDefinition";

/** A schema keeps its extensions when it is copied, as for the timing of fields. */
const definitionOf = (info: GraphQLResolveInfo): SubgraphDefinition =>
  info.schema.extensions[DEFINITION] as SubgraphDefinition;

const typesByResolvers = new WeakMap<object, GraphQLSchema>();

/**
 * Building the types takes most of the time, so they are built once for a list of classes: definitions with
 * the same list differ in their instances and functions only.
 */
function typesOf(definition: SubgraphDefinition): GraphQLSchema {
  const types = typesByResolvers.get(definition.resolvers) ?? buildTypes(definition);
  typesByResolvers.set(definition.resolvers, types);
  return types;
}

function buildTypes(definition: SubgraphDefinition): GraphQLSchema {
  const hasContainer = definition.container !== undefined;
  const decorated = typeGraphqlSchema({
    ...definition,
    ...(hasContainer ? { container: FROM_DEFINITION } : {}),
  });
  const resolvers: Record<string, unknown> = { ...createResolversMap(decorated) };
  if (hasContainer) {
    for (const [type, fields] of callMethods(definition.resolvers, FROM_DEFINITION)) {
      resolvers[type] = { ...(resolvers[type] as object), ...fields };
    }
  }
  for (const type of Object.keys(definition.referenceResolvers)) {
    const __resolveReference = guardReference(decorated, type, resolveWithDefinition(type));
    resolvers[type] = { ...(resolvers[type] as object), __resolveReference };
  }
  const schema = enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(printDecorated(decorated)),
        resolvers: resolvers as GraphQLResolverMap,
      },
    ]),
  );
  // What was found valid once is not examined again in the schemas that share it.
  assertValidSchema(schema);
  return schema;
}

/** The instances of the schema that is executed. */
const FROM_DEFINITION: Instances = {
  get: (resolver, { info }) => definitionOf(info).container?.get(resolver, { info }),
};

const resolveWithDefinition =
  (type: string): ReferenceResolver =>
  (reference, context, info) =>
    definitionOf(info).referenceResolvers[type]?.(reference, context, info);

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
