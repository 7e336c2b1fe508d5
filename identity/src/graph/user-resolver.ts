import { requireCaller } from "@allfunds/platform/auth";
import { RequiresMfa, RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import type { IdentityParts } from "../identity-parts.ts";
import {
  changeAccess,
  endUserSessions,
  inviteUser,
  setUserDisabled,
} from "../users/manage-users.ts";
import { resetSignIn } from "../users/reset-sign-in.ts";
import { listSignIns, type SignIn } from "../users/sign-ins.ts";
import { findUser, listUsers, type User } from "../users/user.ts";
import { afterCursor } from "./after-cursor.ts";
import { managerOf, type IdentityContext } from "./identity-context.ts";
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
  readonly #parts: IdentityParts;

  constructor(parts: IdentityParts) {
    this.#parts = parts;
  }

  @RequiresSignIn()
  @Query(() => MeObject, { description: "Who the token speaks for." })
  async me(@Ctx() { request }: IdentityContext): Promise<object> {
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
    @Ctx() { request }: IdentityContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Read on from here." })
    after: string | null | undefined,
  ): Promise<Connection<User>> {
    const { tenantId } = requireCaller(request);
    const size = pageSize(first);
    const from = afterCursor(after);
    const users = await listUsers(this.#parts.pool, tenantId, size + 1, from);
    return toConnection(users, {
      first: size,
      after,
      cursorOf: ({ email }) => encodeCursor([email]),
    });
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Adds a user and mails the invitation." })
  inviteUser(
    @Ctx() context: IdentityContext,
    @Arg("input", () => InviteUserInput) input: InviteUserInput,
  ): Promise<User> {
    return inviteUser(this.#parts, managerOf(context), input);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, {
    description: "Sets a user's roles and funds; the user signs in anew.",
  })
  changeAccess(
    @Ctx() context: IdentityContext,
    @Arg("input", () => ChangeAccessInput) input: ChangeAccessInput,
  ): Promise<User> {
    return changeAccess(this.#parts, managerOf(context), input.userId, input);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Shuts a user out, or lets them in again." })
  setUserDisabled(
    @Ctx() context: IdentityContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
    @Arg("disabled", () => Boolean, { description: "True shuts out." }) disabled: boolean,
  ): Promise<User> {
    return setUserDisabled(this.#parts, managerOf(context), userId, disabled);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, { description: "Signs a user out everywhere, within five minutes." })
  endUserSessions(
    @Ctx() context: IdentityContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
  ): Promise<User> {
    return endUserSessions(this.#parts, managerOf(context), userId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => UserObject, {
    description:
      "Sends a user who cannot get in a letter: a new invitation, or a link to a new password after the old one and all second factors were dropped.",
  })
  resetSignIn(
    @Ctx() context: IdentityContext,
    @Arg("userId", () => ID, { description: "UUID of the user." }) userId: string,
  ): Promise<User> {
    return resetSignIn(this.#parts, managerOf(context), userId);
  }

  @RequiresSignIn()
  @Mutation(() => Boolean, {
    description: "Signs the user the token speaks for out everywhere, within five minutes.",
  })
  async endMySessions(@Ctx() context: IdentityContext): Promise<boolean> {
    const manager = managerOf(context);
    await endUserSessions(this.#parts, manager, manager.actorId);
    return true;
  }

  /** Whoever was shown the user is the user or an administrator. */
  @FieldResolver(() => [SignInObject], {
    description: "Where the user is signed in, newest first, at most 100.",
  })
  signIns(@Root() { userId }: User): Promise<SignIn[]> {
    return listSignIns(this.#parts.pool, userId);
  }
}
