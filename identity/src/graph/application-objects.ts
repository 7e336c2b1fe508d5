import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import type { Application, ApplicationAuthentication } from "../applications/application.ts";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";

type IdTokenAlgorithm = Application["idTokenAlgorithm"];

const ApplicationAuthenticationEnum = {
  none: "none",
  client_secret_basic: "client_secret_basic",
  client_secret_post: "client_secret_post",
  private_key_jwt: "private_key_jwt",
} as const;
registerEnumType(ApplicationAuthenticationEnum, {
  name: "ApplicationAuthentication",
  description:
    "How an application authenticates at the token endpoint, by the names of OpenID Connect; `none` for programs in browsers and on devices, which have PKCE alone.",
});

const IdTokenAlgorithmEnum = { RS256: "RS256", ES256: "ES256" } as const;
registerEnumType(IdTokenAlgorithmEnum, {
  name: "IdTokenAlgorithm",
  description: "What signs the ID tokens of an application.",
});

@RequiresScopes("admin")
@RequiresMfa()
@ObjectType("Application", {
  description:
    "A program of another vendor that signs this tenant's users in, and acts for those who allow it.",
})
export class ApplicationObject {
  @Field(() => ID, {
    name: "id",
    description: "The OAuth client id: `app_` and 24 hexadecimal digits.",
  })
  clientId!: string;

  @Field(() => String, { description: "Its name, as users see it when they decide." })
  name!: string;

  @Field(() => [String], { description: "Where browsers return to after the sign-in." })
  redirectUris!: string[];

  @Field(() => [String], { description: "Where browsers return to after the sign-out." })
  signOutUris!: string[];

  @Field(() => Boolean, {
    description: "Whether it runs on devices without a browser (RFC 8628).",
  })
  devices!: boolean;

  @Field(() => [String], {
    description: "What users may allow it, beside `openid`, `profile` and `email`.",
  })
  scopes!: string[];

  @Field(() => String, {
    description:
      "The dated version of the REST API that its requests have when they name none (`Api-Version`).",
  })
  apiVersion!: string;

  @Field(() => ApplicationAuthenticationEnum, { description: "How it authenticates." })
  authentication!: ApplicationAuthentication;

  @Field(() => IdTokenAlgorithmEnum, { description: "What signs its ID tokens." })
  idTokenAlgorithm!: IdTokenAlgorithm;

  @Field(() => String, { description: "Id of who registered it." })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was registered, UTC." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was revoked, UTC." })
  revokedAt!: Date | null;
}

export const ApplicationConnection = connectionType("Application", ApplicationObject);

@ObjectType("IssuedApplication", { description: "An application with its new secret." })
export class IssuedApplicationObject {
  @Field(() => ApplicationObject, { description: "The application." })
  application!: ApplicationObject;

  @Field(() => String, {
    nullable: true,
    description: "The secret, which is shown only once; null for an application without one.",
  })
  clientSecret!: string | null;
}

@InputType("RegisterApplicationInput", { description: "An application to register." })
export class RegisterApplicationInput {
  @Field(() => String, { description: "Its name, 1 to 100 characters." })
  name!: string;

  @Field(() => [String], {
    description:
      "Where browsers may return to, compared as whole text: https addresses, http addresses of the user's own machine, or an app's own scheme such as `com.example.app:/signed-in`. 1 to 20; none for a program on devices only.",
  })
  redirectUris!: string[];

  @Field(() => [String], {
    defaultValue: [],
    description: "Where browsers may return to after the sign-out, likewise; up to 20.",
  })
  signOutUris!: string[];

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether it runs on devices without a browser, such as a command line: its users type a code at `/oauth/device` (RFC 8628).",
  })
  devices!: boolean;

  @Field(() => [String], {
    defaultValue: [],
    description: "Scopes that users may allow it, none beyond the caller's own.",
  })
  scopes!: string[];

  @Field(() => ApplicationAuthenticationEnum, {
    defaultValue: ApplicationAuthenticationEnum.client_secret_basic,
    description: "How it authenticates.",
  })
  authentication!: ApplicationAuthentication;

  @Field(() => IdTokenAlgorithmEnum, {
    defaultValue: IdTokenAlgorithmEnum.RS256,
    description: "What signs its ID tokens.",
  })
  idTokenAlgorithm!: IdTokenAlgorithm;

  @Field(() => String, {
    nullable: true,
    description:
      "For `private_key_jwt`: its public keys as a JSON Web Key Set (RFC 7517), each with its `alg`.",
  })
  jwks?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The version of the REST API that it is pinned to; absent for the newest.",
  })
  apiVersion?: string | null;
}
