import { RequiresSignIn } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";

const UserStatusEnum = { INVITED: "INVITED", ACTIVE: "ACTIVE", DISABLED: "DISABLED" };
registerEnumType(UserStatusEnum, {
  name: "UserStatus",
  description: "Whether a user can sign in.",
});

@Directive('@key(fields: "id")')
@RequiresSignIn()
@ObjectType("User", { description: "A user of the tenant." })
export class UserObject {
  @Field(() => ID, {
    name: "id",
    description: "UUID of the user, the subject of the user's tokens.",
  })
  userId!: string;

  @Field(() => String, { description: "The email address with which the user signs in." })
  email!: string;

  @Field(() => String, { description: "The user's name, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], {
    description: "viewer, accountant, fund-manager, approver, auditor or admin.",
  })
  roles!: string[];

  @Field(() => Boolean, { description: "Every fund of the tenant is granted." })
  allFunds!: boolean;

  @Field(() => [ID], { description: "UUIDs of the funds granted one by one, at most 50." })
  fundIds!: string[];

  @Field(() => UserStatusEnum, { description: "Whether the user can sign in." })
  status!: string;

  @Field(() => Boolean, { description: "An authenticator app is set up." })
  hasTotp!: boolean;

  @Field(() => Int, { description: "How many passkeys the user has." })
  passkeys!: number;

  @Field(() => DateTimeScalar, { description: "When the user was added, UTC." })
  createdAt!: Date;
}

export const UserConnection = connectionType("User", UserObject);

@ObjectType("SignIn", { description: "One browser in which a user is signed in." })
export class SignInObject {
  @Field(() => ID, { description: "Identifies it among the user's; 64 hexadecimal digits." })
  id!: string;

  @Field(() => DateTimeScalar, { description: "When it began, UTC." })
  at!: Date;

  @Field(() => [String], { description: "The factors that took part, as RFC 8176 names them." })
  factors!: string[];

  @Field(() => String, { nullable: true, description: "The network address of the browser." })
  ip!: string | null;

  @Field(() => String, { nullable: true, description: "The user agent of the browser." })
  userAgent!: string | null;
}

@ObjectType("Me", { description: "The caller that the token identifies." })
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

@InputType("InviteUserInput", { description: "A user to add, and their access." })
export class InviteUserInput {
  @Field(() => String, { description: "The address that receives the invitation." })
  email!: string;

  @Field(() => String, { description: "The user's name, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], {
    description: "One or more of viewer, accountant, fund-manager, approver, auditor and admin.",
  })
  roles!: string[];

  @Field(() => Boolean, { defaultValue: false, description: "Grant every fund of the tenant." })
  allFunds!: boolean;

  @Field(() => [ID], { defaultValue: [], description: "Grant these funds: UUIDs, at most 50." })
  fundIds!: string[];
}

@InputType("ChangeAccessInput", { description: "The new access of a user." })
export class ChangeAccessInput {
  @Field(() => ID, { description: "UUID of the user." })
  userId!: string;

  @Field(() => [String], {
    description: "One or more of viewer, accountant, fund-manager, approver, auditor and admin.",
  })
  roles!: string[];

  @Field(() => Boolean, { description: "Grant every fund of the tenant." })
  allFunds!: boolean;

  @Field(() => [ID], { defaultValue: [], description: "Grant these funds: UUIDs, at most 50." })
  fundIds!: string[];
}
