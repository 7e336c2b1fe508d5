import type { Caller } from "@allfunds/platform/auth";
import { ClientCredentials, createTokenVerifier } from "@allfunds/platform/auth/tokens";
import { SYSTEM_SECRET, type TestUser } from "./identity.fixture.ts";
import { signIn, type SignInSite } from "./sign-in.fixture.ts";

/** The access token a user has after signing in. */
export async function tokenOf(identity: SignInSite, user: TestUser): Promise<string> {
  return (await signIn(identity, user)).tokens.access_token;
}

/** What a service of the system signs in with. */
export const systemCredentials = (
  { config }: SignInSite,
  clientId: string,
  ...scopes: string[]
): ClientCredentials =>
  new ClientCredentials({
    tokenEndpoint: `${config.issuer}/oauth/token`,
    clientId,
    clientSecret: SYSTEM_SECRET,
    resource: config.audience,
    scopes,
  });

/** What a token says, read as every service reads it. */
export const verify = ({ config }: SignInSite, token: string): Promise<Caller> =>
  createTokenVerifier({
    issuer: config.issuer,
    audience: config.audience,
    jwksUri: `${config.issuer}/.well-known/jwks.json`,
  }).verify(token);
