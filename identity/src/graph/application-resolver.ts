import type { Pool } from "@allfunds/platform/database";
import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import { listApplications, type Application } from "../applications/application.ts";
import {
  changeApplicationVersion,
  registerApplication,
  revokeApplication,
  rotateApplicationSecret,
  type IssuedApplication,
} from "../applications/manage-applications.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import {
  ApplicationConnection,
  ApplicationObject,
  IssuedApplicationObject,
  RegisterApplicationInput,
} from "./application-objects.ts";
import { PageArgs, readPage } from "./page-args.ts";
import type { ResolverContext } from "./resolver-context.ts";

@Resolver(() => ApplicationObject)
export class ApplicationResolver {
  readonly #pool: Pool;
  readonly #orm: IdentityOrm;

  constructor({ pool, orm }: { readonly pool: Pool; readonly orm: IdentityOrm }) {
    this.#pool = pool;
    this.#orm = orm;
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Query(() => ApplicationConnection, {
    description: "The applications that the tenant has registered, by id.",
  })
  async applications(
    @Ctx() { request }: ResolverContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Application>> {
    const { tenantId } = managerOf(request);
    const read = (limit: number, after: string | undefined) =>
      listApplications(this.#orm, tenantId, limit, after);
    return readPage(page, read, ({ clientId }) => clientId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => IssuedApplicationObject, {
    description: "Registers an application that may sign the tenant's users in.",
  })
  registerApplication(
    @Ctx() { request }: ResolverContext,
    @Arg("input", () => RegisterApplicationInput) input: RegisterApplicationInput,
  ): Promise<IssuedApplication> {
    const { name, redirectUris, signOutUris, scopes, authentication, idTokenAlgorithm, jwks } =
      input;
    const { apiVersion, devices } = input;
    return registerApplication(this.#pool, managerOf(request), {
      name,
      redirectUris,
      signOutUris,
      scopes,
      authentication,
      idTokenAlgorithm,
      jwks: jwks ?? null,
      apiVersion,
      devices,
    });
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => IssuedApplicationObject, {
    description: "Gives an application a new secret; the old one ends at once.",
  })
  rotateApplicationSecret(
    @Ctx() { request }: ResolverContext,
    @Arg("clientId", () => ID, { description: "Id of the application." }) clientId: string,
  ): Promise<IssuedApplication> {
    return rotateApplicationSecret(this.#pool, managerOf(request), clientId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ApplicationObject, {
    description:
      "Pins an application to a version of the REST API, from its next token on: within five minutes.",
  })
  pinApplicationVersion(
    @Ctx() { request }: ResolverContext,
    @Arg("clientId", () => ID, { description: "Id of the application." }) clientId: string,
    @Arg("apiVersion", () => String, { description: "A version such as 2026-11-29." })
    apiVersion: string,
  ): Promise<Application> {
    return changeApplicationVersion(this.#pool, managerOf(request), clientId, apiVersion);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ApplicationObject, {
    description:
      "Revokes an application for good. Its refresh tokens end at once, its access tokens within half a minute.",
  })
  revokeApplication(
    @Ctx() { request }: ResolverContext,
    @Arg("clientId", () => ID, { description: "Id of the application." }) clientId: string,
  ): Promise<Application> {
    return revokeApplication(this.#pool, managerOf(request), clientId);
  }
}
