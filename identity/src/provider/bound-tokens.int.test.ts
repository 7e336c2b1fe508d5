import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { makeClient, type ClientCredentials } from "../clients/api-client.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import { openResourceServer, type ResourceServer } from "../resource-server.fixture.ts";
import { addUser, openService, SYSTEM_SECRET, type RunningService } from "../service.fixture.ts";
import { credentials, discoverAs } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let resources: ResourceServer;
let admin: string;
let api: ClientCredentials;
beforeAll(async () => {
  service = await openService();
  resources = await openResourceServer(
    {
      OIDC_ISSUER: service.issuer,
      SYSTEM_CLIENT_ID: "gateway",
      SYSTEM_CLIENT_SECRET: SYSTEM_SECRET,
    },
    { isEdge: true },
  );
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  api = await makeClient(service, admin, "Bound", "ledger:read");
});
afterAll(async () => {
  await resources.close();
  await service.close();
});

/** Requests a token for a new key, as `openid-client` does for clients that use DPoP. */
async function boundGrant({ clientId, clientSecret }: ClientCredentials) {
  const config = await discoverAs(service, clientId, clientSecret);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const resource = service.audience;
  const tokens = await client.clientCredentialsGrant(config, { resource }, { DPoP });
  const read = async (token = tokens.access_token): Promise<number> => {
    const url = new URL(`${resources.url}/caller`);
    const options = { DPoP };
    return client.fetchProtectedResource(config, token, url, "GET", null, undefined, options).then(
      ({ status }) => status,
      ({ status }: { status?: number }) => status ?? 0,
    );
  };
  return { tokens, config, read, DPoP };
}

/** The status of a request to the issuer's own graph. */
const me = (headers: Record<string, string>) =>
  fetch(`${service.issuer}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: "{ me { subject } }" }),
  }).then(({ status }) => status);

describe("a token that is bound to its client's key", () => {
  test("names the key, and services accept it with a proof of the key", async () => {
    const { tokens, read } = await boundGrant(api);
    expect(tokens.token_type).toBe("dpop");
    expect(decodeJwt(tokens.access_token)["cnf"]).toEqual({ jkt: expect.any(String) as string });
    expect(await read()).toBe(200);
    expect(await read()).toBe(200);
  });

  test("is refused as Bearer, and with the proof of another key", async () => {
    const { tokens } = await boundGrant(api);
    expect(await resources.callerOf(tokens.access_token)).toMatchObject({
      status: 401,
      challenge: expect.stringMatching(/^DPoP error="invalid_token"/) as string,
    });
    const thief = await boundGrant(api);
    expect(await thief.read(tokens.access_token)).toBe(401);
  });

  test("is forwarded by a service that verified the proof, also to this service's graph", async () => {
    const { tokens } = await boundGrant(api);
    const authorization = `DPoP ${tokens.access_token}`;
    expect(await me({ authorization })).toBe(401);
    const forwarding = await resources.forwardingOf();
    expect(await me({ authorization, "allfunds-forwarded-by": forwarding })).toBe(200);
  });

  test("reads what this service serves itself, with a proof for its address", async () => {
    const { config, tokens, DPoP } = await boundGrant(api);
    const url = new URL(`${service.issuer}/audit/export`);
    const read = (options: object) =>
      client
        .fetchProtectedResource(config, tokens.access_token, url, "GET", null, undefined, options)
        .then(
          ({ status }) => status,
          ({ status }: { status?: number }) => status,
        );
    // The token is accepted; its scopes are not enough.
    expect([await read({ DPoP }), await read({})]).toEqual([403, 401]);
  });

  test("is introspected with its key", async () => {
    const { tokens } = await boundGrant(api);
    const { config } = await boundGrant(api);
    const found = await client.tokenIntrospection(config, tokens.access_token);
    expect(found).toMatchObject({
      active: true,
      token_type: "DPoP",
      cnf: decodeJwt(tokens.access_token)["cnf"],
    });
  });
});

test("an application's refresh token without a secret works with the key only", async () => {
  const register = `mutation($input: RegisterApplicationInput!) {
    registerApplication(input: $input) { application { id } } }`;
  const callback = "https://reports.example/callback";
  const { body } = await queryGraph<{ registerApplication: { application: { id: string } } }>(
    service,
    admin,
    register,
    {
      input: {
        name: "Reports",
        redirectUris: [callback],
        scopes: ["ledger:read"],
        authentication: "none",
      },
    },
  );
  const { id } = body.data.registerApplication.application;
  const metadata = { id_token_signed_response_alg: "RS256" };
  const config = await client.discovery(new URL(service.issuer), id, metadata, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  const keys = await client.randomDPoPKeyPair("ES256");
  const DPoP = client.getDPoPHandle(config, keys);
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid ledger:read",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const browser = new PlainBrowser();
  const user = await addUser(service, "viewer");
  const signIn = await browser.open(url.href, callback);
  const page = await browser.submit(signIn, "/password", credentials(user), callback);
  const back = await browser.submit(page, "/consent", { "allow ledger:read": "yes" }, callback);
  const tokens = await client.authorizationCodeGrant(
    config,
    new URL(back.url),
    { pkceCodeVerifier: verifier },
    undefined,
    { DPoP },
  );
  const refresh = tokens.refresh_token ?? "";
  const stolen = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  await expect(client.refreshTokenGrant(config, refresh)).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(
    client.refreshTokenGrant(config, refresh, undefined, { DPoP: stolen }),
  ).rejects.toMatchObject({ error: "invalid_grant" });
  const renewed = await client.refreshTokenGrant(config, refresh, undefined, { DPoP });
  expect(renewed.token_type).toBe("dpop");
});
