import { createPublicKey, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "../browser.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { credentials, type TestUser } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import {
  allowing,
  beginAt,
  CALLBACK,
  configureAt,
  registerAt,
  type Registered,
} from "./applications.fixture.ts";

let service: RunningService;
let admin: string;
let user: TestUser;
beforeAll(async () => {
  service = await openService();
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  user = await addUser(service, "viewer");
});
afterAll(() => service.close());

const register = (input?: object): Promise<Registered> => registerAt(service, admin, input);
const begin = (app: Registered, more?: object, by = user) =>
  beginAt(service, { app, user: by, scope: "openid ledger:read", more });
const allow = (browser: PlainBrowser, page: Shown) =>
  browser.submit(page, "/consent", allowing("ledger:read"), CALLBACK);

interface Answer {
  readonly status: number;
  readonly [member: string]: unknown;
  readonly device_code?: string;
  readonly user_code?: string;
}

async function post(path: string, form: Record<string, string>): Promise<Answer> {
  const answer = await fetch(service.issuer + path, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return { ...((await answer.json()) as object), status: answer.status };
}

const errorOf = ({ url }: Pick<Shown, "url">): string | null =>
  new URL(url).searchParams.get("error");

describe("a code of an application", () => {
  test("is worth nothing to another one, and works once for its own", async () => {
    const [app, other] = [await register(), await register()];
    const { browser, page, verifier } = await begin(app);
    const code = new URL((await allow(browser, page)).url).searchParams.get("code") ?? "";
    const redeem = ({ id, secret }: Registered) =>
      post("/oauth/token", {
        grant_type: "authorization_code",
        client_id: id,
        client_secret: secret ?? "",
        redirect_uri: CALLBACK,
        code_verifier: verifier,
        code,
      });
    expect(await redeem(other)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await redeem(app)).toMatchObject({ status: 200 });
    expect(await redeem(app)).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  test("is sent to no address of another one, and no browser is led there", async () => {
    const elsewhere = "https://other.example/callback";
    await register({ redirectUris: [elsewhere] });
    const config = await configureAt(service, await register());
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: elsewhere,
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge("x".repeat(43)),
      code_challenge_method: "S256",
    });
    const page = await new PlainBrowser().open(url.href, elsewhere);
    expect([page.status, page.url.startsWith(service.issuer)]).toEqual([400, true]);
  });
});

describe("consent", () => {
  test("is not given without a page, nor after it was withdrawn, and with it tokens end", async () => {
    const [app, one] = [await register(), await addUser(service, "viewer")];
    const first = await begin(app, { prompt: "login" }, one);
    const silently = async () => {
      const challenge = await client.calculatePKCECodeChallenge("x".repeat(43));
      const url = new URL(first.url);
      url.searchParams.set("prompt", "none");
      url.searchParams.set("code_challenge", challenge);
      return first.browser.open(url.href, CALLBACK);
    };
    expect(errorOf(await silently())).toBe("consent_required");
    const again = await begin(app, {}, one);
    const tokens = await again.finish((await allow(again.browser, again.page)).url);
    const account = await again.browser.open(`${service.issuer}/account`);
    const confirmed = await again.browser.submit(account, "/confirm", { password: one.password });
    await again.browser.submit(confirmed, "/applications/withdraw", {});
    expect(errorOf(await silently())).toBe("consent_required");
    for (const token of [tokens.access_token, tokens.refresh_token ?? ""]) {
      expect((await client.tokenIntrospection(again.config, token)).active).toBe(false);
    }
  });

  test("is not widened by a refresh", async () => {
    const app = await register({ scopes: ["ledger:read", "metrics:read"] });
    const { browser, page, finish, config } = await beginAt(service, {
      app,
      user,
      scope: "openid ledger:read metrics:read",
    });
    const tokens = await finish((await allow(browser, page)).url);
    const wider = { scope: "openid ledger:read ledger:write" };
    await expect(
      client.refreshTokenGrant(config, tokens.refresh_token ?? "", wider),
    ).rejects.toMatchObject({ error: "invalid_scope" });
    const refused = { scope: "ledger:read metrics:read" };
    await expect(
      client.refreshTokenGrant(config, tokens.refresh_token ?? "", refused),
    ).rejects.toMatchObject({ error: "invalid_scope" });
  });
});

const startDevice = async () => {
  const app = await register({ authentication: "none", redirectUris: [], devices: true });
  const { device_code: code = "", user_code: shown = "" } = await post(
    "/oauth/device-authorization",
    { client_id: app.id, scope: "openid ledger:read" },
  );
  const poll = async (by: Registered = app) => {
    // As if the interval between two polls were over.
    await service.parts.pool.query("DELETE FROM rate_limit WHERE key LIKE 'devicePolls%'");
    const grant = "urn:ietf:params:oauth:grant-type:device_code";
    return post("/oauth/token", { client_id: by.id, grant_type: grant, device_code: code });
  };
  return { shown, poll };
};
const typeCode = async (browser: PlainBrowser, code: string): Promise<Shown> =>
  browser.submit(await browser.open(`${service.issuer}/oauth/device`), "/oauth/device", {
    user_code: code,
  });

describe("a device's code", () => {
  test("gives no tokens to another program that polls with it", async () => {
    const { poll } = await startDevice();
    const other = await register({ authentication: "none", redirectUris: [], devices: true });
    expect(await poll(other)).toMatchObject({ error: "invalid_grant" });
    expect(await poll()).toMatchObject({ error: "authorization_pending" });
  });

  test("stays refused once its user has refused it", async () => {
    const { shown, poll } = await startDevice();
    const browser = new PlainBrowser();
    const page = await typeCode(browser, shown);
    await browser.submit(page, "/oauth/device", { abort: "yes" });
    expect((await typeCode(browser, shown)).text).toContain("There is no such code");
    expect(await poll()).toMatchObject({ error: "access_denied" });
  });

  test("cannot be confirmed again after it was used, nor for another user", async () => {
    const { shown, poll } = await startDevice();
    const browser = new PlainBrowser();
    const confirmed = await browser.submit(await typeCode(browser, shown), "/oauth/device", {
      confirm: "yes",
    });
    const consent = await browser.submit(confirmed, "/password", credentials(user));
    await browser.submit(consent, "/consent", allowing("ledger:read"));
    expect((await typeCode(new PlainBrowser(), shown)).text).toContain("There is no such code");
    expect((await poll()).status).toBe(200);
    expect(await poll()).toMatchObject({ error: "invalid_grant" });
    expect((await typeCode(new PlainBrowser(), shown)).text).toContain("There is no such code");
  });
});

const push = async (app: Registered): Promise<URL> =>
  client.buildAuthorizationUrlWithPAR(await configureAt(service, app), {
    redirect_uri: CALLBACK,
    scope: "openid ledger:read",
    code_challenge: await client.calculatePKCECodeChallenge("x".repeat(43)),
    code_challenge_method: "S256",
  });

describe("a pushed request", () => {
  test("is of no use to another application", async () => {
    const url = await push(await register());
    url.searchParams.set("client_id", (await register()).id);
    const page = await new PlainBrowser().open(url.href, CALLBACK);
    expect(errorOf(page)).toBe("invalid_request_object");
  });

  test("leads to one code, not to two", async () => {
    const url = await push(await register());
    const browser = new PlainBrowser();
    const first = await browser.open(url.href, CALLBACK);
    const page = await browser.submit(first, "/password", credentials(user), CALLBACK);
    expect((await allow(browser, page)).url).toContain("code=");
    expect(errorOf(await browser.open(url.href, CALLBACK))).toBe("invalid_request_uri");
  });
});

describe("an assertion of a client's key", () => {
  let app: Registered;
  let key: CryptoKey;
  let publicKey: CryptoKey;
  beforeAll(async () => {
    const pair = await generateKeyPair("ES256", { extractable: true });
    ({ privateKey: key, publicKey } = pair);
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
    app = await register({ authentication: "private_key_jwt", jwks });
  });

  const claims = (more: object = {}) => {
    const now = Math.floor(Date.now() / 1_000);
    const { id } = app;
    const own = { iss: id, sub: id, aud: service.issuer, jti: randomUUID() };
    return { ...own, iat: now, exp: now + 60, ...more };
  };
  const signed = (more: object = {}) =>
    new SignJWT(claims(more)).setProtectedHeader({ alg: "ES256" }).sign(key);
  /** Introspection needs the client's authentication alone. */
  const send = (assertion: string) =>
    post("/oauth/introspect", {
      token: "none",
      client_id: app.id,
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });

  test("is accepted once", async () => {
    const assertion = await signed();
    expect(await send(assertion)).toMatchObject({ status: 200, active: false });
    expect(await send(assertion)).toMatchObject({ status: 401, error: "invalid_client" });
  });

  test("is refused for another client than the one that it names", async () => {
    expect(await send(await signed({ iss: "web", sub: "web" }))).toMatchObject({ status: 400 });
  });

  test.each([
    ["for another audience", () => signed({ aud: "https://elsewhere.example" })],
    ["that has expired", () => signed({ exp: Math.floor(Date.now() / 1_000) - 60 })],
    ["without an id", () => signed({ jti: undefined })],
    ["that is not signed", async () => new UnsecuredJWT(claims()).encode()],
    [
      "signed with the public key as a secret",
      async () => {
        const jwk = await exportJWK(publicKey);
        const pem = createPublicKey({ key: { ...jwk }, format: "jwk" }).export({
          type: "spki",
          format: "pem",
        });
        const secret = new TextEncoder().encode(String(pem));
        return new SignJWT(claims()).setProtectedHeader({ alg: "HS256" }).sign(secret);
      },
    ],
  ])("is refused %s", async (_what, make) => {
    expect(await send(await make())).toMatchObject({ status: 401, error: "invalid_client" });
  });
});
