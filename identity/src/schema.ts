import "reflect-metadata";
import { buildSubgraph, type SubgraphDefinition } from "@allfunds/platform";
import type { GraphQLSchema } from "graphql";
import { AuditResolver } from "./graph/audit-resolver.ts";
import { ClientResolver } from "./graph/client-resolver.ts";
import { UserResolver } from "./graph/user-resolver.ts";
import type { IdentityParts } from "./identity-parts.ts";

const RESOLVERS: SubgraphDefinition["resolvers"] = [UserResolver, ClientResolver, AuditResolver];

/** The classes that make the schema. */
export const SCHEMA_CLASSES: SubgraphDefinition = { resolvers: RESOLVERS, referenceResolvers: {} };

/** The executable schema. */
export function createSchema(parts: IdentityParts): GraphQLSchema {
  const instances = new Map<unknown, object>(
    [new UserResolver(parts), new ClientResolver(parts), new AuditResolver(parts)].map(
      (instance) => [instance.constructor, instance],
    ),
  );
  return buildSubgraph({
    ...SCHEMA_CLASSES,
    container: { get: (resolver) => instances.get(resolver) },
  });
}
