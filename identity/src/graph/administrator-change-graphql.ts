import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar, type Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import { managerOf } from "../access/manager.ts";
import type { Actor } from "../actors/actors.ts";
import { listChanges, type AdministratorChange } from "../users/administrator-change.ts";
import {
  approveChange,
  rejectChange,
  whyNotApprove,
  type WhyNotApprove,
} from "../users/decide-change.ts";
import type { UserParts } from "../users/manage-users.ts";
import { ActorObject } from "./actor-object.ts";
import { PageArgs, readPage } from "./page-args.ts";
import type { ResolverContext } from "./resolver-context.ts";

const KindEnum = { INVITE: "INVITE", ACCESS: "ACCESS", DISABLE: "DISABLE", ENABLE: "ENABLE" };
registerEnumType(KindEnum, {
  name: "AdministratorChangeKind",
  description: "What is to become of the user.",
  valuesConfig: {
    INVITE: { description: "Is invited as an administrator or approver." },
    ACCESS: { description: "Gets other roles and funds." },
    DISABLE: { description: "Can no longer sign in." },
    ENABLE: { description: "Can sign in again." },
  },
});
const StateEnum = { WAITING: "WAITING", APPROVED: "APPROVED", REJECTED: "REJECTED" };
registerEnumType(StateEnum, {
  name: "AdministratorChangeState",
  description: "What became of it.",
});

const ReasonEnum: { readonly [Reason in WhyNotApprove]: Reason } = {
  DECIDED: "DECIDED",
  IS_MAKER: "IS_MAKER",
  IS_SUBJECT: "IS_SUBJECT",
  CHANGED_SINCE: "CHANGED_SINCE",
  RULES: "RULES",
};
registerEnumType(ReasonEnum, {
  name: "AdministratorChangeRefusalReason",
  description: "Why a caller may not approve a change of administrators or approvers.",
  valuesConfig: {
    DECIDED: { description: "It was decided already, or its time is over." },
    IS_MAKER: { description: "The caller proposed it, or an API client of the same person did." },
    IS_SUBJECT: { description: "It is the access of the caller, or of the client's owner." },
    CHANGED_SINCE: { description: "The user has changed since it was proposed." },
    RULES: { description: "The rules of now refuse it, as `message` puts it." },
  },
});

@ObjectType("AdministratorChangeRefusal", {
  description: "What the caller would be answered who approved a change now.",
})
class AdministratorChangeRefusalObject {
  @Field(() => ReasonEnum, { description: "Why the caller may not." })
  code!: WhyNotApprove;

  @Field(() => String, { description: "Error code of the answer." })
  error!: string;

  @Field(() => String, { description: "Sentence of the answer." })
  message!: string;
}

@RequiresScopes("admin")
@RequiresMfa()
@ObjectType("AdministratorChange", {
  description:
    "A change of who administers the tenant, of what an administrator may, or that gives approval to a user. It takes effect when a second administrator approves it.",
})
class AdministratorChangeObject {
  @Field(() => ID, { name: "id", description: "UUID of the proposal." })
  changeId!: string;

  @Field(() => KindEnum, { description: "What is to become of the user." })
  kind!: string;

  @Field(() => ID, { nullable: true, description: "UUID of the user; null for an invitation." })
  userId!: string | null;

  @Field(() => String, { description: "The user's email address." })
  email!: string;

  @Field(() => String, { description: "The user's name." })
  name!: string;

  @Field(() => [String], { description: "The roles that the user is to have." })
  roles!: string[];

  @Field(() => Boolean, { description: "Whether every fund is to be granted." })
  allFunds!: boolean;

  @Field(() => [ID], { description: "UUIDs of the funds that are to be granted one by one." })
  fundIds!: string[];

  @Field(() => StateEnum, { description: "What became of it." })
  state!: string;

  @Field(() => DateTimeScalar, { description: "When it was proposed, UTC." })
  proposedAt!: Date;

  @Field(() => DateTimeScalar, { description: "Until when it can be approved, UTC." })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided, UTC." })
  decidedAt!: Date | null;
}

const AdministratorChangeConnection = connectionType(
  "AdministratorChange",
  AdministratorChangeObject,
);

@Resolver(() => AdministratorChangeObject)
export class AdministratorChangeResolver {
  readonly #parts: UserParts;

  constructor(parts: UserParts) {
    this.#parts = parts;
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Query(() => AdministratorChangeConnection, {
    description: "Changes of administrators and approvers that were proposed, the newest first.",
  })
  async administratorChanges(
    @Ctx() { request }: ResolverContext,
    @Arg("waiting", () => Boolean, {
      defaultValue: false,
      description: "True for those only that can still be approved.",
    })
    waiting: boolean,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<AdministratorChange>> {
    const read = (limit: number, after: string | undefined) =>
      listChanges(this.#parts.pool, managerOf(request), { waiting, limit, after });
    return readPage(page, read, ({ changeId }) => changeId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => AdministratorChangeObject, {
    description:
      "Approves a change of administrators or approvers and carries it out. Refused to who proposed it, to the user whom it concerns, and to clients of either (FORBIDDEN), and when the user has changed since (VERSION_CONFLICT).",
  })
  approveAdministratorChange(
    @Ctx() { request }: ResolverContext,
    @Arg("id", () => ID, { description: "UUID of the proposal." }) id: string,
  ): Promise<AdministratorChange> {
    return approveChange(this.#parts, managerOf(request), id);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => AdministratorChangeObject, {
    description: "Rejects a change of administrators or approvers, or withdraws one's own.",
  })
  rejectAdministratorChange(
    @Ctx() { request }: ResolverContext,
    @Arg("id", () => ID, { description: "UUID of the proposal." }) id: string,
  ): Promise<AdministratorChange> {
    return rejectChange(this.#parts, managerOf(request), id);
  }

  @FieldResolver(() => AdministratorChangeRefusalObject, {
    nullable: true,
    description:
      "Why the caller may not approve it now, as the attempt would be answered; null when the caller may.",
  })
  async mayNotApprove(
    @Root() change: AdministratorChange,
    @Ctx() { request }: ResolverContext,
  ): Promise<AdministratorChangeRefusalObject | null> {
    const why = await whyNotApprove(this.#parts, managerOf(request), change);
    if (why === null) return null;
    const { reason: code, error } = why;
    return { code, error: error.code, message: error.message };
  }

  @FieldResolver(() => ActorObject, {
    description: "Who proposed it: a user, or the client that did.",
  })
  proposedBy(
    @Root() { proposedBy }: AdministratorChange,
    @Ctx() { actors }: ResolverContext,
  ): Promise<Actor> {
    return actors.find(proposedBy);
  }

  @FieldResolver(() => ActorObject, { nullable: true, description: "Who decided it." })
  async decidedBy(
    @Root() { decidedBy }: AdministratorChange,
    @Ctx() { actors }: ResolverContext,
  ): Promise<Actor | null> {
    return decidedBy === null ? null : actors.find(decidedBy);
  }
}
