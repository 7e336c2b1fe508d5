import "reflect-metadata";
import { requireCaller } from "@allfunds/platform/auth";
import { buildSubgraph, printSubgraph, type SubgraphDefinition } from "@allfunds/platform/graphql";
import type { GraphQLSchema } from "graphql";
import { findApiClient } from "./clients/api-client.ts";
import { AdministratorChangeResolver } from "./graph/administrator-change-graphql.ts";
import { ApplicationResolver } from "./graph/application-resolver.ts";
import { AssistantResolver } from "./graph/assistant-resolver.ts";
import { SecondFactorResolver } from "./graph/second-factor-resolver.ts";
import { AuditResolver } from "./graph/audit-resolver.ts";
import { ClientResolver } from "./graph/client-resolver.ts";
import type { ResolverContext } from "./graph/resolver-context.ts";
import { UserResolver, visibleUser } from "./graph/user-resolver.ts";
import type { IdentityOrm } from "./store/identity-orm.ts";
import type { UserParts } from "./users/manage-users.ts";

const RESOLVERS: SubgraphDefinition["resolvers"] = [
  UserResolver,
  AdministratorChangeResolver,
  ClientResolver,
  ApplicationResolver,
  AssistantResolver,
  SecondFactorResolver,
  AuditResolver,
];

interface Reference {
  readonly id: string;
}

/** The executable schema. */
export function createSchema(parts: UserParts & { readonly orm: IdentityOrm }): GraphQLSchema {
  const { orm } = parts;
  const instances = new Map<unknown, object>(
    [
      new UserResolver(parts),
      new AdministratorChangeResolver(parts),
      new ClientResolver(parts),
      new ApplicationResolver(parts),
      new AssistantResolver(parts),
      new SecondFactorResolver(parts),
      new AuditResolver(orm),
    ].map((instance) => [instance.constructor, instance]),
  );
  return buildSubgraph({
    resolvers: RESOLVERS,
    container: { get: (resolver) => instances.get(resolver) },
    referenceResolvers: {
      User: ({ id }: Reference, { request }: ResolverContext) => visibleUser(orm, request, id),
      ApiClient: ({ id }: Reference, { request }: ResolverContext) =>
        findApiClient(orm, requireCaller(request).tenantId, id),
      Actor: ({ id }: Reference, { actors }: ResolverContext) => actors.find(id),
    },
  });
}

/** The subgraph's schema document, as composition reads it. */
export const printSchema = (): string =>
  printSubgraph({ resolvers: RESOLVERS, referenceResolvers: {} });
