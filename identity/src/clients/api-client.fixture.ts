import { ALL_SCOPES } from "@allfunds/contract/scopes";
import * as client from "openid-client";
import type { Manager } from "../access/manager.ts";
import { queryGraph } from "../graph.fixture.ts";
import { discoverAs, type Issuer } from "../sign-in.fixture.ts";

/** The credentials of an API client. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const CREATE = `mutation($input: CreateApiClientInput!) {
  createApiClient(input: $input) { clientSecret client { id name scopes expiresAt lastUsedAt } } }`;

export const ROTATE = `mutation($input: RotateApiClientSecretInput!) {
  rotateApiClientSecret(input: $input) { clientSecret } }`;

/** Creates a client on behalf of the token's caller. */
export async function makeClient(
  issuer: Issuer,
  token: string,
  name: string,
  ...scopes: string[]
): Promise<ClientCredentials> {
  const { body } = await queryGraph(issuer, token, CREATE, { input: { name, scopes } });
  const made = body.data["createApiClient"] as {
    clientSecret: string;
    client: { id: string };
  };
  return { clientId: made.client.id, clientSecret: made.clientSecret };
}

/** The token that a client receives for its secret. */
export const grant = async (
  issuer: Issuer,
  { clientId, clientSecret }: ClientCredentials,
  more: Record<string, string> = {},
) =>
  client.clientCredentialsGrant(await discoverAs(issuer, clientId, clientSecret), {
    resource: issuer.audience,
    ...more,
  });

/** A manager of a tenant outside any request. */
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
