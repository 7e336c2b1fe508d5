import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser } from "../browser.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { credentials, type TestUser } from "../sign-in.fixture.ts";
import { tokenOf, verify } from "../tokens.fixture.ts";
import {
  allowing,
  beginAt,
  CALLBACK,
  configureAt,
  REGISTER,
  registerAt,
  type Registered,
} from "./applications.fixture.ts";

let service: RunningService;
let admin: string;
beforeAll(async () => {
  service = await openService();
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
});
afterAll(() => service.close());

const register = (input?: object, token = admin): Promise<Registered> =>
  registerAt(service, token, input);
const configure = (app: Registered, authentication?: client.ClientAuth) =>
  configureAt(service, app, authentication);
const begin = (app: Registered, user: TestUser, scope: string, more?: object) =>
  beginAt(service, { app, user, scope, more });

describe("an application of others", () => {
  test("signs a user in with what they allow, and reads who they are", async () => {
    const user = await addUser(service, "viewer");
    const app = await register();
    const { browser, page, finish, config } = await begin(app, user, "openid profile email");
    expect(page.title).toBe("Allow an application");
    expect(page.text).toContain("Reports");
    expect(page.headers?.get("content-security-policy")).toContain("https://reports.example");
    const back = await browser.submit(page, "/consent", allowing("profile", "email"), CALLBACK);
    const tokens = await finish(back.url);
    expect(decodeProtectedHeader(tokens.id_token ?? "")).toMatchObject({ alg: "RS256" });
    expect(tokens.claims()).toMatchObject({ sub: user.userId, aud: app.id });
    const info = await client.fetchUserInfo(config, tokens.access_token, user.userId);
    expect(info).toMatchObject({ email: user.email, email_verified: true, name: "Test Person" });
  });

  test("acts within its scopes, the user's roles and what the user left ticked", async () => {
    const user = await addUser(service, "viewer");
    const app = await register({ scopes: ["ledger:read", "metrics:read", "ledger:write"] });
    const wanted = "openid ledger:read metrics:read ledger:write";
    const { browser, page, finish } = await begin(app, user, wanted);
    const back = await browser.submit(
      page,
      "/consent",
      allowing("ledger:read", "ledger:write"),
      CALLBACK,
    );
    const tokens = await finish(back.url);
    expect(await verify(service, tokens.access_token)).toMatchObject({
      kind: "user",
      subject: user.userId,
      clientId: app.id,
      scopes: ["ledger:read"],
    });
  });

  test("is allowed once, until the user withdraws it", async () => {
    const user = await addUser(service, "viewer");
    const app = await register();
    const first = await begin(app, user, "openid ledger:read");
    const back = await first.browser.submit(
      first.page,
      "/consent",
      allowing("ledger:read"),
      CALLBACK,
    );
    const tokens = await first.finish(back.url);
    expect((await begin(app, user, "openid ledger:read")).page.url).toContain("code=");
    const more = await begin(app, user, "openid ledger:read profile");
    expect(more.page.title).toBe("Allow an application");
    expect(more.page.text).not.toContain("allow ledger:read");
    const rest = allowing("profile");
    const added = await more.finish(
      (await more.browser.submit(more.page, "/consent", rest, CALLBACK)).url,
    );
    expect(await verify(service, added.access_token)).toMatchObject({ scopes: ["ledger:read"] });
    const info = await client.fetchUserInfo(more.config, added.access_token, user.userId);
    expect(info).toMatchObject({ name: "Test Person" });

    const account = await first.browser.open(`${service.issuer}/account`);
    const confirmed = await first.browser.submit(account, "/confirm", { password: user.password });
    expect(confirmed.text).toContain("Reports");
    await first.browser.submit(confirmed, "/applications/withdraw", {});
    const refresh = client.refreshTokenGrant(first.config, tokens.refresh_token ?? "");
    await expect(refresh).rejects.toMatchObject({ error: "invalid_grant" });
    const again = await begin(app, user, "openid ledger:read");
    expect(again.page.title).toBe("Allow an application");
  });

  test("signs a user in on a device without a browser, with the code that the device shows", async () => {
    const user = await addUser(service, "viewer");
    const app = await register({ authentication: "none", redirectUris: [], devices: true });
    const post = async (path: string, form: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: app.id, ...form });
      const answer = await fetch(service.issuer + path, { method: "POST", body });
      return (await answer.json()) as Record<string, string>;
    };
    const started = await post("/oauth/device-authorization", { scope: "openid ledger:read" });
    const poll = () =>
      post("/oauth/token", {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: started["device_code"] ?? "",
      });
    expect(await poll()).toMatchObject({ error: "authorization_pending" });
    expect(await poll()).toMatchObject({ error: "slow_down" });
    // As if its interval were over.
    const waited = async () => {
      await service.parts.pool.query("DELETE FROM rate_limit WHERE key LIKE 'devicePolls%'");
      return poll();
    };
    expect(await waited()).toMatchObject({ error: "authorization_pending" });
    const browser = new PlainBrowser();
    let page = await browser.open(started["verification_uri"] ?? "");
    page = await browser.submit(page, "/oauth/device", { user_code: "BBBB-BBBB" });
    expect(page.text).toContain("There is no such code");
    page = await browser.submit(page, "/oauth/device", { user_code: started["user_code"] ?? "" });
    expect(page.text).toContain(started["user_code"]);
    page = await browser.submit(page, "/oauth/device", { confirm: "yes" });
    page = await browser.submit(page, "/password", credentials(user));
    expect(page.text).toContain("the device whose code you typed");
    page = await browser.submit(page, "/consent", allowing("ledger:read"));
    expect(page.title).toBe("The device is signed in");
    const { access_token: token = "" } = await waited();
    expect(await verify(service, token)).toMatchObject({
      subject: user.userId,
      clientId: app.id,
      scopes: ["ledger:read"],
    });
    expect(await waited()).toMatchObject({ error: "invalid_grant" });
    const { rows } = await service.parts.pool.query<{ text: string }>(
      "SELECT payload::text AS text FROM protocol_record WHERE kind = 'DeviceCode'",
    );
    for (const { text } of rows) expect(text).not.toContain(started["device_code"]);
  });

  test("pushes its request ahead of the browser, which carries a reference alone", async () => {
    const app = await register();
    const config = await configure(app);
    const challenge = await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier());
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: CALLBACK,
      scope: "openid ledger:read",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    expect(new Set(url.searchParams.keys())).toEqual(new Set(["client_id", "request_uri"]));
    expect((await new PlainBrowser().open(url.href, CALLBACK)).title).toBe("Sign in");
    await expect(
      client.buildAuthorizationUrlWithPAR(config, { redirect_uri: "https://elsewhere.example" }),
    ).rejects.toMatchObject({ error: "invalid_request" });
  });

  test("gets a token for the resource of assistants, which is for the graph as well", async () => {
    const user = await addUser(service, "viewer");
    const app = await register();
    const resource = "http://localhost:8000/mcp";
    const { browser, page, finish } = await begin(app, user, "openid ledger:read", { resource });
    const allowed = allowing("ledger:read");
    const back = await browser.submit(page, "/consent", allowed, CALLBACK);
    const { access_token: token, refresh_token: refresh = "" } = await finish(back.url);
    expect(decodeJwt(token).aud).toEqual([service.audience, resource]);
    expect(await verify(service, token)).toMatchObject({ scopes: ["ledger:read"] });
    const renewed = await client.refreshTokenGrant(await configure(app), refresh, { resource });
    expect(decodeJwt(renewed.access_token).aud).toEqual([service.audience, resource]);
    const elsewhere = { resource: "http://localhost:8000/other" };
    await expect(
      client.refreshTokenGrant(await configure(app), renewed.refresh_token ?? "", elsewhere),
    ).rejects.toMatchObject({ error: "invalid_target" });
    const metadata = (name: string) =>
      fetch(`${service.issuer}/.well-known/${name}`).then((answer) => answer.json());
    expect(await metadata("oauth-authorization-server")).toEqual(
      await metadata("openid-configuration"),
    );
  });

  test("receives access_denied when the user refuses", async () => {
    const user = await addUser(service, "viewer");
    const { browser, page } = await begin(await register(), user, "openid");
    const back = await browser.submit(page, "/cancel", {}, CALLBACK);
    expect(new URL(back.url).searchParams.get("error")).toBe("access_denied");
  });

  test("does not sign in the users of another tenant", async () => {
    const outsider = await addUser(service, "viewer", { tenantId: await addTenant(service) });
    const { browser, page } = await begin(await register(), outsider, "openid ledger:read");
    const back = await browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);
    expect(new URL(back.url).searchParams.get("error")).toBe("access_denied");
  });

  test("may have no secret, or keys of its own", async () => {
    const user = await addUser(service, "viewer");
    const bare = await register({ authentication: "none" });
    expect(bare.secret).toBeNull();
    const first = await begin(bare, user, "openid");
    const back = await first.browser.submit(first.page, "/consent", {}, CALLBACK);
    expect((await first.finish(back.url)).claims()).toMatchObject({ sub: user.userId });

    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
    const keyed = await register({ authentication: "private_key_jwt", jwks });
    const second = await begin(keyed, user, "openid");
    const returned = await second.browser.submit(second.page, "/consent", {}, CALLBACK);
    const other = await generateKeyPair("ES256", { extractable: true });
    await expect(
      second.finish(returned.url, client.PrivateKeyJwt(other.privateKey)),
    ).rejects.toMatchObject({ error: "invalid_client" });
    const tokens = await second.finish(returned.url, client.PrivateKeyJwt(privateKey));
    expect(decodeJwt(tokens.id_token ?? "")).toMatchObject({ aud: keyed.id });
  });

  test("is shown its own tokens only at introspection when it has no secret", async () => {
    const user = await addUser(service, "viewer");
    const bare = await register({ authentication: "none" });
    const { browser, page, finish, config } = await begin(bare, user, "openid ledger:read");
    const allowed = allowing("ledger:read");
    const back = await browser.submit(page, "/consent", allowed, CALLBACK);
    const { access_token: own } = await finish(back.url);
    const introspect = async (token: string) =>
      (await client.tokenIntrospection(config, token)).active;
    expect([await introspect(own), await introspect(await tokenOf(service, user))]).toEqual([
      true,
      false,
    ]);
    const withSecret = await configure(await register());
    expect((await client.tokenIntrospection(withSecret, own)).active).toBe(true);
  });

  test("is refused scopes that it never gets", async () => {
    const app = await register();
    const config = await configure(app);
    for (const scope of ["openid ledger:write", "openid nonsense"]) {
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope,
        code_challenge: await client.calculatePKCECodeChallenge("x".repeat(43)),
        code_challenge_method: "S256",
      });
      const back = await new PlainBrowser().open(url.href, CALLBACK);
      expect(new URL(back.url).searchParams.get("error")).toBe("invalid_scope");
    }
  });

  test("ends when it is revoked", async () => {
    const user = await addUser(service, "viewer");
    const app = await register();
    const { browser, page, finish, config, url } = await begin(app, user, "openid ledger:read");
    const back = await browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);
    const tokens = await finish(back.url);
    const revoke = `mutation { revokeApplication(clientId: "${app.id}") { revokedAt } }`;
    expect((await queryGraph(service, admin, revoke)).body.errors).toBeUndefined();
    const refresh = client.refreshTokenGrant(config, tokens.refresh_token ?? "");
    await expect(refresh).rejects.toMatchObject({ status: 401 });
    expect((await new PlainBrowser().open(url.href)).status).toBe(400);
  });

  test.each([
    ["a plain address of another machine", { redirectUris: ["http://reports.example/"] }],
    ["a script", { redirectUris: ["javascript:alert(1)"] }],
    ["a fragment", { redirectUris: ["https://reports.example/#part"] }],
    ["no address", { redirectUris: [] }],
    ["an unknown scope", { scopes: ["everything"] }],
    ["keys that are private", { authentication: "private_key_jwt", jwks: '{"keys":[{"d":"x"}]}' }],
    ["keys without a use", { jwks: '{"keys":[]}' }],
    ["no name", { name: " " }],
  ])("is not registered with %s", async (_what, input) => {
    const { body } = await queryGraph(service, admin, REGISTER, {
      input: { name: "Reports", redirectUris: [CALLBACK], scopes: [], ...input },
    });
    expect(body.errors?.[0]?.extensions["code"]).toBe("INVALID_INPUT");
  });
});
