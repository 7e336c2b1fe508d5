import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { BatchLoader, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import type { Actor } from "../actors/actors.ts";
import {
  accessOfClient,
  listApiClients,
  type ApiClient,
  type ClientAccess,
} from "../clients/api-client.ts";
import {
  changeClientVersion,
  createApiClient,
  revokeApiClient,
  rotateClientSecret,
  type IssuedClient,
} from "../clients/manage-clients.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import { findUsers, type User } from "../users/user.ts";
import { ActorObject } from "./actor-object.ts";
import {
  ApiClientAccessObject,
  ApiClientConnection,
  ApiClientObject,
  CreateApiClientInput,
  IssuedApiClientObject,
  RotateApiClientSecretInput,
} from "./client-objects.ts";
import { PageArgs, readPage } from "./page-args.ts";
import type { ResolverContext } from "./resolver-context.ts";

@Resolver(() => ApiClientObject)
export class ClientResolver {
  readonly #pool: Pool;
  readonly #orm: IdentityOrm;
  /** The users behind the clients of one answer, read together. */
  readonly #makers = new WeakMap<RequestContext, BatchLoader<User>>();

  constructor({ pool, orm }: { readonly pool: Pool; readonly orm: IdentityOrm }) {
    this.#pool = pool;
    this.#orm = orm;
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Query(() => ApiClientConnection, { description: "The tenant's API clients, by id." })
  async apiClients(
    @Ctx() { request }: ResolverContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<ApiClient>> {
    const { tenantId } = managerOf(request);
    const read = (limit: number, after: string | undefined) =>
      listApiClients(this.#orm, tenantId, limit, after);
    return readPage(page, read, ({ clientId }) => clientId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => IssuedApiClientObject, { description: "Creates an API client." })
  createApiClient(
    @Ctx() { request }: ResolverContext,
    @Arg("input", () => CreateApiClientInput) input: CreateApiClientInput,
  ): Promise<IssuedClient> {
    const { name, scopes, expiresAt, apiVersion } = input;
    return createApiClient(this.#pool, managerOf(request), {
      name,
      scopes,
      expiresAt: expiresAt === undefined || expiresAt === null ? null : new Date(expiresAt),
      apiVersion,
    });
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => IssuedApiClientObject, { description: "Gives an API client a new secret." })
  rotateApiClientSecret(
    @Ctx() { request }: ResolverContext,
    @Arg("input", () => RotateApiClientSecretInput) input: RotateApiClientSecretInput,
  ): Promise<IssuedClient> {
    const { clientId, graceSeconds } = input;
    return rotateClientSecret(this.#pool, managerOf(request), clientId, graceSeconds);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ApiClientObject, {
    description:
      "Pins an API client to a version of the REST API, from its next token on: within five minutes.",
  })
  pinApiClientVersion(
    @Ctx() { request }: ResolverContext,
    @Arg("clientId", () => ID, { description: "Id of the client." }) clientId: string,
    @Arg("apiVersion", () => String, { description: "A version such as 2026-11-29." })
    apiVersion: string,
  ): Promise<ApiClient> {
    return changeClientVersion(this.#pool, managerOf(request), clientId, apiVersion);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ApiClientObject, { description: "Revokes an API client for good." })
  revokeApiClient(
    @Ctx() { request }: ResolverContext,
    @Arg("clientId", () => ID, { description: "Id of the client." }) clientId: string,
  ): Promise<ApiClient> {
    return revokeApiClient(this.#pool, managerOf(request), clientId);
  }

  @FieldResolver(() => ApiClientAccessObject, {
    description: "What it may do now, which ends with the rights of its responsible user.",
  })
  async access(
    @Root() client: ApiClient,
    @Ctx() { request }: ResolverContext,
  ): Promise<ClientAccess> {
    const maker = await this.#makersOf(request).load(client.createdBy);
    return accessOfClient(client, maker, new Date());
  }

  @FieldResolver(() => ActorObject, {
    description: "The responsible user: its creator, or who received its newest secret.",
  })
  responsible(
    @Root() { createdBy }: ApiClient,
    @Ctx() { actors }: ResolverContext,
  ): Promise<Actor> {
    return actors.find(createdBy);
  }

  #makersOf(request: RequestContext): BatchLoader<User> {
    const known = this.#makers.get(request);
    if (known) return known;
    const loader = new BatchLoader<User>((ids) => findUsers(this.#pool, ids));
    this.#makers.set(request, loader);
    return loader;
  }
}
