import "reflect-metadata";
import { requireCaller } from "@allfunds/platform/auth";
import { buildSubgraph, type SubgraphDefinition } from "@allfunds/platform/graphql";
import type { GraphQLSchema } from "graphql";
import { findApiClient } from "./clients/api-client.ts";
import { AuditResolver } from "./graph/audit-resolver.ts";
import { ClientResolver } from "./graph/client-resolver.ts";
import { findActor, type IdentityContext } from "./graph/identity-context.ts";
import { UserResolver } from "./graph/user-resolver.ts";
import { visibleUser } from "./graph/visible-user.ts";
import type { IdentityParts } from "./identity-parts.ts";

const RESOLVERS: SubgraphDefinition["resolvers"] = [UserResolver, ClientResolver, AuditResolver];

interface Reference {
  readonly id: string;
}

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
    referenceResolvers: {
      User: ({ id }: Reference, { request }: IdentityContext) => visibleUser(parts, request, id),
      ApiClient: ({ id }: Reference, { request }: IdentityContext) =>
        findApiClient(parts.pool, requireCaller(request).tenantId, id),
      Actor: ({ id }: Reference, context: IdentityContext) => findActor(context, id),
    },
  });
}
