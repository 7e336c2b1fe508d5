import { connectionType, DateTimeScalar } from "@allfunds/platform";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";

const UserStatusEnum = { INVITED: "INVITED", ACTIVE: "ACTIVE", DISABLED: "DISABLED" };
registerEnumType(UserStatusEnum, {
  name: "UserStatus",
  description: "Whether a user can sign in.",
});

@ObjectType("User", { description: "A person of the tenant." })
export class UserObject {
  @Field(() => ID, { description: "The subject of the user's tokens." })
  userId!: string;

  @Field(() => String, { description: "The address the user signs in with." })
  email!: string;

  @Field(() => String, { description: "The user's name." })
  name!: string;

  @Field(() => [String], {
    description: "viewer, accountant, fund-manager, approver, auditor or admin.",
  })
  roles!: string[];

  @Field(() => Boolean, { description: "Every fund of the tenant is granted." })
  allFunds!: boolean;

  @Field(() => [ID], { description: "The funds granted one by one." })
  fundIds!: string[];

  @Field(() => UserStatusEnum, { description: "Whether the user can sign in." })
  status!: string;

  @Field(() => Boolean, { description: "An authenticator app is set up." })
  hasTotp!: boolean;

  @Field(() => Int, { description: "How many passkeys the user has." })
  passkeys!: number;

  @Field(() => DateTimeScalar, { description: "When the user was added." })
  createdAt!: Date;
}

export const UserConnection = connectionType("User", UserObject);

@ObjectType("Me", { description: "Who the token speaks for." })
export class MeObject {
  @Field(() => ID, { description: "The token's subject." })
  subject!: string;

  @Field(() => ID, { description: "The tenant." })
  tenantId!: string;

  @Field(() => String, { description: "The OAuth client that holds the token." })
  clientId!: string;

  @Field(() => [String], { description: "The user's roles; none for a client." })
  roles!: string[];

  @Field(() => [String], { description: "What the token allows." })
  scopes!: string[];

  @Field(() => String, { nullable: true, description: "mfa when two factors took part." })
  acr!: string | null;

  @Field(() => UserObject, { nullable: true, description: "The user; null for a client." })
  user!: UserObject | null;
}

@InputType("InviteUserInput")
export class InviteUserInput {
  @Field(() => String, { description: "Where the invitation goes." })
  email!: string;

  @Field(() => String, { description: "The user's name." })
  name!: string;

  @Field(() => [String], { description: "One or more roles." })
  roles!: string[];

  @Field(() => Boolean, { defaultValue: false, description: "Grant every fund of the tenant." })
  allFunds!: boolean;

  @Field(() => [ID], { defaultValue: [], description: "Grant these funds, at most 50." })
  fundIds!: string[];
}

@InputType("ChangeAccessInput")
export class ChangeAccessInput {
  @Field(() => ID, { description: "The user." })
  userId!: string;

  @Field(() => [String], { description: "One or more roles." })
  roles!: string[];

  @Field(() => Boolean, { description: "Grant every fund of the tenant." })
  allFunds!: boolean;

  @Field(() => [ID], { defaultValue: [], description: "Grant these funds, at most 50." })
  fundIds!: string[];
}
