import type { Pool } from "@allfunds/platform/database";
import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import { listApiClients, type ApiClient } from "../clients/api-client.ts";
import {
  changeClientVersion,
  createApiClient,
  revokeApiClient,
  rotateClientSecret,
  type IssuedClient,
} from "../clients/manage-clients.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import {
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
}
