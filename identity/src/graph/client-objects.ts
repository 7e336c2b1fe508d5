import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@RequiresScopes("admin")
@RequiresMfa()
@ObjectType("ApiClient", { description: "A program that signs in with an id and a secret." })
export class ApiClientObject {
  @Field(() => ID, {
    name: "id",
    description: "The OAuth client id: `client_` and 24 hexadecimal digits.",
  })
  clientId!: string;

  @Field(() => String, { description: "What people call it, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], { description: "What its tokens allow." })
  scopes!: string[];

  @Field(() => String, {
    description: "Id of the user who answers for it: who made it, or was shown its newest secret.",
  })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was made, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends, UTC; null for never.",
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was ended by hand, UTC." })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it last got a token, UTC." })
  lastUsedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: "From which network address it last got a token.",
  })
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

@InputType("CreateApiClientInput", { description: "A program to give an id and a secret." })
export class CreateApiClientInput {
  @Field(() => String, { description: "What people call it, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], { description: "Scopes, none beyond the caller's own." })
  scopes!: string[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends, UTC; absent for never.",
  })
  expiresAt?: Date | string | null;
}

@InputType("RotateApiClientSecretInput", { description: "A client that needs a new secret." })
export class RotateApiClientSecretInput {
  @Field(() => ID, { description: "Id of the client." })
  clientId!: string;

  @Field(() => Int, {
    defaultValue: 0,
    description:
      "How long the old secret goes on working, in seconds, up to seven days; 0 for a client of another person, which becomes the caller's.",
  })
  graceSeconds!: number;
}
