import type { Caller } from "@allfunds/platform/auth";
import { ClientCredentials, createTokenVerifier } from "@allfunds/platform/auth/tokens";
import { SYSTEM_SECRET } from "./service.fixture.ts";
import { signIn, type Issuer, type TestUser } from "./sign-in.fixture.ts";

/** The access token of a user who signs in. */
export async function tokenOf(issuer: Issuer, user: TestUser): Promise<string> {
  return (await signIn(issuer, user)).tokens.access_token;
}

/** The client credentials of a service of the system. */
export const systemCredentials = (
  { issuer, audience }: Issuer,
  clientId: string,
  ...scopes: string[]
): ClientCredentials =>
  new ClientCredentials({
    tokenEndpoint: `${issuer}/oauth/token`,
    clientId,
    clientSecret: SYSTEM_SECRET,
    resource: audience,
    scopes,
  });

/** The caller of a token, verified as every service verifies it. */
export const verify = ({ issuer, audience }: Issuer, token: string): Promise<Caller> =>
  createTokenVerifier({
    issuer,
    audience,
    jwksUri: `${issuer}/.well-known/jwks.json`,
  }).verify(token);
