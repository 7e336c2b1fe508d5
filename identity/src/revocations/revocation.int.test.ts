import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { grant, makeClient, ROTATE } from "../clients/api-client.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import { openResourceServer, type ResourceServer } from "../resource-server.fixture.ts";
import {
  addTenant,
  addUser,
  openService,
  SYSTEM_SECRET,
  type RunningService,
} from "../service.fixture.ts";
import { credentials, discoverAs, finishSignIn, signIn, startSignIn } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let resources: ResourceServer;
let admin: string;
beforeAll(async () => {
  service = await openService();
  resources = await openResourceServer({
    OIDC_ISSUER: service.issuer,
    SYSTEM_CLIENT_ID: "follower",
    SYSTEM_CLIENT_SECRET: SYSTEM_SECRET,
    OIDC_REVOCATIONS_EVERY_MS: "50",
  });
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
});
afterAll(async () => {
  await resources.close();
  await service.close();
});

const DEADLINE = { timeout: 30_000 };
const statusOf = async (token: string): Promise<number> => (await resources.callerOf(token)).status;

describe("an access token is refused by services soon after", () => {
  test("its user was disabled", async () => {
    const user = await addUser(service, "viewer");
    const other = await tokenOf(service, await addUser(service, "viewer"));
    const token = await tokenOf(service, user);
    expect(await statusOf(token)).toBe(200);
    const disable = `mutation { setUserDisabled(userId: "${user.userId}", disabled: true) { id } }`;
    expect((await queryGraph(service, admin, disable)).body.errors).toBeUndefined();
    await expect.poll(() => statusOf(token), DEADLINE).toBe(401);
    expect(await statusOf(other)).toBe(200);
  });

  test("its API client was revoked", async () => {
    const api = await makeClient(service, admin, "Report", "ledger:read");
    const { access_token: token } = await grant(service, api);
    expect(await statusOf(token)).toBe(200);
    const revoke = `mutation { revokeApiClient(clientId: "${api.clientId}") { id } }`;
    await queryGraph(service, admin, revoke);
    await expect.poll(() => statusOf(token), DEADLINE).toBe(401);
  });

  test("its client revoked it, and no other client may", async () => {
    const { tokens, web } = await signIn(service, await addUser(service, "viewer"));
    const api = await makeClient(service, admin, "Other", "ledger:read");
    const other = await discoverAs(service, api.clientId, api.clientSecret);
    await client.tokenRevocation(other, tokens.access_token);
    await client.tokenRevocation(web, tokens.access_token);
    await expect.poll(() => statusOf(tokens.access_token), DEADLINE).toBe(401);
  });
});

/** Whether this service itself still accepts a token, at its graph. */
const ownStatusOf = async (token: string): Promise<number> =>
  (await queryGraph(service, token, "{ me { subject } }")).status;

const viewer = () => addUser(service, "viewer");

describe("every access token of a sign-in is refused when", () => {
  const endings: [string, () => Promise<string>][] = [
    [
      "its code is used again",
      async () => {
        const started = await startSignIn(service);
        const browser = new PlainBrowser();
        const page = await browser.open(started.url.href, started.redirectUri);
        const fields = credentials(await viewer());
        const callback = await browser.submit(page, "/password", fields, started.redirectUri);
        const { access_token: token } = await finishSignIn(started, callback);
        expect(await ownStatusOf(token)).toBe(200);
        await expect(finishSignIn(started, callback)).rejects.toMatchObject({
          error: "invalid_grant",
        });
        return token;
      },
    ],
    [
      "a refresh token of it is used again later",
      async () => {
        const person = await viewer();
        const { tokens, web } = await signIn(service, person);
        const used = tokens.refresh_token ?? "";
        const { access_token: token } = await client.refreshTokenGrant(web, used);
        await service.parts.pool.query(
          "UPDATE protocol_record SET consumed_at = consumed_at - interval '6 seconds' WHERE account_id = $1",
          [person.userId],
        );
        expect(await ownStatusOf(token)).toBe(200);
        await expect(client.refreshTokenGrant(web, used)).rejects.toMatchObject({
          error: "invalid_grant",
        });
        return token;
      },
    ],
    [
      "its user signs out at the client",
      async () => {
        const { tokens, web, browser } = await signIn(service, await viewer());
        expect(await ownStatusOf(tokens.access_token)).toBe(200);
        const out = client.buildEndSessionUrl(web, { id_token_hint: tokens.id_token ?? "" });
        const page = await browser.open(out.href);
        await browser.submit(page, "/confirm", { logout: "yes" }, service.webUrl);
        return tokens.access_token;
      },
    ],
    [
      "its client revokes the refresh token",
      async () => {
        const { tokens, web } = await signIn(service, await viewer());
        await client.tokenRevocation(web, tokens.refresh_token ?? "");
        return tokens.access_token;
      },
    ],
  ];
  test.each(endings)("%s", async (_when, endedToken) => {
    const token = await endedToken();
    expect(await ownStatusOf(token)).toBe(401);
    await expect.poll(() => statusOf(token), DEADLINE).toBe(401);
  });
});

test("a token counts that a program gets right after its client was taken over", async () => {
  const api = await makeClient(service, admin, "Taken", "ledger:read");
  const other = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  const { access_token: old } = await grant(service, api);
  const input = { clientId: api.clientId };
  const { body } = await queryGraph<{ rotateApiClientSecret: { clientSecret: string } }>(
    service,
    other,
    ROTATE,
    { input },
  );
  const { clientSecret } = body.data.rotateApiClientSecret;
  const { access_token: token } = await grant(service, { ...api, clientSecret });
  expect([await ownStatusOf(old), await ownStatusOf(token)]).toEqual([401, 200]);
});

const introspect = async (token: string, clientId = "follower", secret = SYSTEM_SECRET) =>
  client.tokenIntrospection(await discoverAs(service, clientId, secret), token);

describe("introspection", () => {
  test("shows what a token allows, and that it has ended", async () => {
    const user = await addUser(service, "viewer");
    const { tokens, web } = await signIn(service, user);
    expect(await introspect(tokens.access_token)).toMatchObject({
      active: true,
      sub: user.userId,
      client_id: "web",
      scope: "ledger:read metrics:read analytics:read",
      tenant: expect.any(String) as string,
    });
    await client.tokenRevocation(web, tokens.access_token);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    expect(await introspect("nonsense")).toEqual({ active: false });
  });

  test("shows a client of another tenant nothing", async () => {
    const tenantId = await addTenant(service);
    const elsewhere = await tokenOf(
      service,
      await addUser(service, "admin", { totp: true, tenantId }),
    );
    const api = await makeClient(service, elsewhere, "Spy", "ledger:read");
    const token = await tokenOf(service, await addUser(service, "viewer"));
    expect(await introspect(token, api.clientId, api.clientSecret)).toEqual({ active: false });
  });
});

test("the list is for the system's own services", async () => {
  const read = (token: string) =>
    fetch(`${service.issuer}/revocations`, { headers: { authorization: `Bearer ${token}` } });
  expect((await read(admin)).status).toBe(403);
  const own = await systemCredentials(service, "gateway").token();
  expect((await read(own)).status).toBe(200);
});
