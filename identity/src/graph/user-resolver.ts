import { MFA, requireCaller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { RequiresMfa, RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import { listSignIns, type SignIn } from "../sessions/sessions.ts";
import {
  changeAccess,
  endUserSessions,
  inviteUser,
  resetSignIn,
  setUserDisabled,
  type UserParts,
} from "../users/manage-users.ts";
import { findTenantUser, findUser, listUsers, type User } from "../users/user.ts";
import type { IdentityOrm } from "../store/identity-orm.ts";
import { PageArgs, readPage } from "./page-args.ts";
import type { ResolverContext } from "./resolver-context.ts";
import {
  ChangeAccessInput,
  InviteUserInput,
  MeObject,
  SignInObject,
  UserConnection,
  UserObject,
} from "./user-objects.ts";

@Resolver(() => UserObject)
export class UserResolver {
  readonly #parts: UserParts & { readonly orm: IdentityOrm };

  constructor(parts: UserParts & { readonly orm: IdentityOrm }) {
    this.#parts = parts;
  }

  @RequiresSignIn()
  @Query(() => MeObject, { description: "The caller that the token identifies." })
  async me(@Ctx() { request }: ResolverContext): Promise<object> {
    const { kind, subject, tenantId, clientId, roles, scopes, acr } = requireCaller(request);
    const user = kind === "user" ? await findUser(this.#parts.pool, subject) : undefined;
    return {
      subject,
      tenantId,
      clientId,
      roles,
      scopes,
      acr: acr ?? null,
      user: user?.tenantId === tenantId ? user : null,
    };
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Query(() => UserConnection, { description: "The tenant's users, by address." })
  async users(
    @Ctx() { request }: ResolverContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<User>> {
    const { tenantId } = requireCaller(request);
    const read = (limit: number, after: string | undefined) =>
      listUsers(this.#parts.orm, tenantId, limit, after);
    return readPage(page, read, ({ email }) => email);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Adds a user and sends the invitation." })
  inviteUser(
    @Ctx() { request }: ResolverContext,
    @Arg("input", () => InviteUserInput) input: InviteUserInput,
  ): Promise<User> {
    return inviteUser(this.#parts, managerOf(request), input);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, {
    description: "Sets a user's roles and funds; the user must sign in again.",
  })
  changeAccess(
    @Ctx() { request }: ResolverContext,
    @Arg("input", () => ChangeAccessInput) input: ChangeAccessInput,
  ): Promise<User> {
    return changeAccess(this.#parts, managerOf(request), input.userId, input);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Disables a user, or enables them again." })
  setUserDisabled(
    @Ctx() { request }: ResolverContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
    @Arg("disabled", () => Boolean, { description: "True disables the user." }) disabled: boolean,
  ): Promise<User> {
    return setUserDisabled(this.#parts, managerOf(request), userId, disabled);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Signs a user out everywhere, within half a minute." })
  endUserSessions(
    @Ctx() { request }: ResolverContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
  ): Promise<User> {
    return endUserSessions(this.#parts, managerOf(request), userId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, {
    description:
      "Emails a user who cannot sign in: a new invitation, or a password link after the password and all second factors were deleted.",
  })
  resetSignIn(
    @Ctx() { request }: ResolverContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
  ): Promise<User> {
    return resetSignIn(this.#parts, managerOf(request), userId);
  }

  @RequiresSignIn()
  @Mutation(() => Boolean, {
    description: "Signs the token's user out everywhere, within half a minute.",
  })
  async endMySessions(@Ctx() { request }: ResolverContext): Promise<boolean> {
    const manager = managerOf(request);
    await endUserSessions(this.#parts, manager, manager.actorId);
    return true;
  }

  /** Only the user and administrators can reach a user object. */
  @FieldResolver(() => [SignInObject], {
    description: "Where the user is signed in, newest first, at most 100.",
  })
  signIns(@Root() { userId }: User): Promise<SignIn[]> {
    return listSignIns(this.#parts.pool, userId);
  }
}

/** A referenced user, for themselves and for their administrators; null for other callers. */
export async function visibleUser(
  orm: IdentityOrm,
  request: RequestContext,
  userId: string,
): Promise<User | null> {
  const { subject, tenantId, scopes, acr, kind } = requireCaller(request);
  const administers = scopes.includes("admin") && (kind === "client" || acr === MFA);
  if (userId !== subject && !administers) return null;
  return (await findTenantUser(orm, tenantId, userId)) ?? null;
}
