import type { Pool } from "@allfunds/platform/database";
import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
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
import { afterCursor } from "./after-cursor.ts";
import {
  ApplicationConnection,
  ApplicationObject,
  IssuedApplicationObject,
  RegisterApplicationInput,
} from "./application-objects.ts";
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
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Read on from here." })
    after: string | null | undefined,
  ): Promise<Connection<Application>> {
    const size = pageSize(first);
    const { tenantId } = managerOf(request);
    const found = await listApplications(this.#orm, tenantId, size + 1, afterCursor(after));
    return toConnection(found, {
      first: size,
      after,
      cursorOf: ({ clientId }) => encodeCursor([clientId]),
    });
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
