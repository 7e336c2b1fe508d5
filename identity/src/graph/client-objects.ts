import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { CLIENT_ENDINGS, type ClientEnding } from "../clients/api-client.ts";

const ClientEndingEnum = Object.fromEntries(CLIENT_ENDINGS.map((ending) => [ending, ending]));
registerEnumType(ClientEndingEnum, {
  name: "ApiClientEnding",
  description: "Why an API client gets no tokens.",
  valuesConfig: {
    REVOKED: { description: "It was revoked, for good." },
    EXPIRED: { description: "Its last day is over, for good." },
    USER_DISABLED: {
      description:
        "Its responsible user is disabled: until that ends, or another user takes it over.",
    },
    USER_WITHOUT_ALL_FUNDS: {
      description:
        "Its responsible user does not see every fund, as clients do: until that changes, or another user takes it over.",
    },
    USER_WITHOUT_SCOPES: {
      description:
        "No role of its responsible user includes any of its scopes: until that changes, or another user takes it over.",
    },
  },
});

@ObjectType("ApiClientAccess", { description: "What an API client may do now." })
export class ApiClientAccessObject {
  @Field(() => [String], {
    description:
      "What its new tokens allow: those of its scopes that its responsible user may still have. None once it has ended.",
  })
  scopes!: readonly string[];

  @Field(() => ClientEndingEnum, {
    nullable: true,
    description: "Why it gets no tokens; null while it gets some.",
  })
  ended!: ClientEnding | null;
}

@Directive('@key(fields: "id")')
@RequiresScopes("admin")
@RequiresMfa()
@ObjectType("ApiClient", { description: "A program that authenticates with an id and a secret." })
export class ApiClientObject {
  @Field(() => ID, {
    name: "id",
    description: "The OAuth client id: `client_` and 24 hexadecimal digits.",
  })
  clientId!: string;

  @Field(() => String, { description: "Its name, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], { description: "What its tokens allow." })
  scopes!: string[];

  @Field(() => String, {
    description:
      "The dated version of the REST API that its requests have when they name none (`Api-Version`).",
  })
  apiVersion!: string;

  @Field(() => String, {
    description: "Id of the responsible user: its creator, or who received its newest secret.",
  })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was created, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it expires, UTC; null for never.",
  })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was revoked, UTC." })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it last received a token, UTC.",
  })
  lastUsedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: "The network address of its last token request.",
  })
  lastUsedIp!: string | null;
}

export const ApiClientConnection = connectionType("ApiClient", ApiClientObject);

@ObjectType("IssuedApiClient", { description: "An API client with its new secret." })
export class IssuedApiClientObject {
  @Field(() => ApiClientObject, { description: "The client." })
  client!: ApiClientObject;

  @Field(() => String, { description: "The secret, which is shown only once." })
  clientSecret!: string;
}

@InputType("CreateApiClientInput", { description: "An API client to create." })
export class CreateApiClientInput {
  @Field(() => String, { description: "Its name, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], { description: "Scopes, none beyond the caller's own." })
  scopes!: string[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it expires, UTC; absent for never.",
  })
  expiresAt?: Date | string | null;

  @Field(() => String, {
    nullable: true,
    description: "The version of the REST API that it is pinned to; absent for the newest.",
  })
  apiVersion?: string | null;
}

@InputType("RotateApiClientSecretInput", { description: "An API client that gets a new secret." })
export class RotateApiClientSecretInput {
  @Field(() => ID, { description: "Id of the client." })
  clientId!: string;

  @Field(() => Int, {
    defaultValue: 0,
    description:
      "How long the old secret stays valid, in seconds, up to seven days; 0 for the client of another user, which becomes the caller's.",
  })
  graceSeconds!: number;
}
