import { connectionType, DateTimeScalar } from "@allfunds/platform";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";

@ObjectType("ApiClient", { description: "A program that signs in with an id and a secret." })
export class ApiClientObject {
  @Field(() => ID, { description: "The OAuth client id." })
  clientId!: string;

  @Field(() => String, { description: "What people call it." })
  name!: string;

  @Field(() => [String], { description: "What its tokens allow." })
  scopes!: string[];

  @Field(() => String, { description: "The user or client that made it." })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it ends, null for never." })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was ended by hand." })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it last got a token." })
  lastUsedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "From which address it last got a token." })
  lastUsedIp!: string | null;
}

export const ApiClientConnection = connectionType("ApiClient", ApiClientObject);

@ObjectType("IssuedApiClient", { description: "A client with the secret it has just been given." })
export class IssuedApiClientObject {
  @Field(() => ApiClientObject, { description: "The client." })
  client!: ApiClientObject;

  @Field(() => String, { description: "The secret. It is shown now and never again." })
  clientSecret!: string;
}

@InputType("CreateApiClientInput")
export class CreateApiClientInput {
  @Field(() => String, { description: "What people call it, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], { description: "Scopes, none beyond the caller's own." })
  scopes!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: "When it ends; absent for never." })
  expiresAt?: Date | string | null;
}

@InputType("RotateApiClientSecretInput")
export class RotateApiClientSecretInput {
  @Field(() => ID, { description: "The client." })
  clientId!: string;

  @Field(() => Int, {
    defaultValue: 0,
    description: "How long the old secret goes on working, in seconds, up to seven days.",
  })
  graceSeconds!: number;
}
