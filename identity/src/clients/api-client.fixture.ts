import * as client from "openid-client";
import type { Manager } from "../access/manager.ts";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { ask } from "../ask.fixture.ts";
import { discoverAs, type SignInSite } from "../sign-in.fixture.ts";

/** What a program signs in with. */
export interface ApiClientKey {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const CREATE = `mutation($input: CreateApiClientInput!) {
  createApiClient(input: $input) { clientSecret client { id name scopes expiresAt lastUsedAt } } }`;

export const ROTATE = `mutation($input: RotateApiClientSecretInput!) {
  rotateApiClientSecret(input: $input) { clientSecret } }`;

/** Makes a client as whoever holds the token. */
export async function makeClient(
  identity: SignInSite,
  token: string,
  name: string,
  ...scopes: string[]
): Promise<ApiClientKey> {
  const { body } = await ask(identity, token, CREATE, { input: { name, scopes } });
  const made = body.data["createApiClient"] as {
    clientSecret: string;
    client: { id: string };
  };
  return { clientId: made.client.id, clientSecret: made.clientSecret };
}

/** The token a client gets for its secret. */
export const grant = async (
  identity: SignInSite,
  { clientId, clientSecret }: ApiClientKey,
  more: Record<string, string> = {},
) =>
  client.clientCredentialsGrant(await discoverAs(identity, clientId, clientSecret), {
    resource: identity.config.audience,
    ...more,
  });

/** Whoever manages a tenant without signing in. */
export const managerOf = (tenantId: string): Manager => ({
  tenantId,
  actorId: "test",
  actorKind: "SYSTEM",
  factors: [],
  scopes: ALL_SCOPES,
  funds: "*",
  origin: {},
  now: new Date(),
});
