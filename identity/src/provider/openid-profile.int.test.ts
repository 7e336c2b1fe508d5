import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlainBrowser, type Shown } from "../browser.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { credentials, type TestUser } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

/**
 * The checks of the OpenID basic profile, by the names that the conformance suite has for them. Those that other tests
 * have are listed in docs/asvs.md.
 */

const CALLBACK = "https://rp.example/callback";

let service: RunningService;
let user: TestUser;
let config: client.Configuration;
/** A browser in which the user is signed in and has allowed everything. */
let browser: PlainBrowser;
let first: Granted;
beforeAll(async () => {
  service = await openService();
  user = await addUser(service, "viewer");
  const admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  const register = `mutation($input: RegisterApplicationInput!) {
    registerApplication(input: $input) { clientSecret application { id } } }`;
  const input = {
    name: "Relying party",
    redirectUris: [CALLBACK],
    scopes: ["ledger:read"],
    authentication: "client_secret_post",
  };
  const { body } = await queryGraph<{
    registerApplication: { clientSecret: string; application: { id: string } };
  }>(service, admin, register, { input });
  const { clientSecret, application } = body.data.registerApplication;
  config = await client.discovery(
    new URL(service.issuer),
    application.id,
    { id_token_signed_response_alg: "RS256" },
    client.ClientSecretPost(clientSecret),
    { execute: [client.allowInsecureRequests] },
  );
  browser = new PlainBrowser();
  const { page, finish } = await authorize({ scope: "openid profile email" });
  const signedIn = await browser.submit(page, "/password", credentials(user), CALLBACK);
  const allowing = { "allow profile": "yes", "allow email": "yes" };
  first = await finish(await browser.submit(signedIn, "/consent", allowing, CALLBACK));
});
afterAll(() => service.close());

type Granted = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** Sends the browser to the issuer with these parameters; undefined leaves one out. */
async function authorize(
  more: Record<string, string | undefined> = {},
  from: PlainBrowser = browser,
): Promise<{ page: Shown; finish: (page: Shown, maxAge?: number) => Promise<Granted> }> {
  const verifier = client.randomPKCECodeVerifier();
  const nonce = "nonce" in more ? more["nonce"] : client.randomNonce();
  const wanted = {
    redirect_uri: CALLBACK,
    scope: "openid",
    state: "a-state",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    nonce,
    ...more,
  };
  const url = client.buildAuthorizationUrl(config, {});
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if ("response_type" in more && more["response_type"] === undefined) {
    url.searchParams.delete("response_type");
  }
  return {
    page: await from.open(url.href, CALLBACK),
    finish: (page, maxAge) =>
      client.authorizationCodeGrant(config, new URL(page.url), {
        pkceCodeVerifier: verifier,
        expectedState: "a-state",
        ...(nonce === undefined ? {} : { expectedNonce: nonce }),
        ...(maxAge === undefined ? {} : { maxAge }),
      }),
  };
}

const errorOf = ({ url }: Shown): string | null => new URL(url).searchParams.get("error");

/** Tokens of a request that shows no page, because the user is signed in and has allowed it. */
async function granted(more: Record<string, string | undefined>, maxAge?: number) {
  const { page, finish } = await authorize(more);
  return finish(page, maxAge);
}

describe("OpenID basic profile", () => {
  test("oidcc-server-client-secret-post, oidcc-scope-all: claims of profile and email", async () => {
    const info = await client.fetchUserInfo(config, first.access_token, user.userId);
    expect(info).toMatchObject({ sub: user.userId, name: "Test Person", email: user.email });
    expect(info["email_verified"]).toBe(true);
  });

  test.each([
    ["oidcc-scope-profile", "openid profile", { name: "Test Person" }, "email"],
    ["oidcc-scope-email", "openid email", { email_verified: true }, "name"],
    ["oidcc-ensure-other-scope-order-succeeds", "email openid", { email_verified: true }, "name"],
  ])("%s: userinfo has the claims of %s only", async (_module, scope, has, hasNot) => {
    const { access_token: token } = await granted({ scope });
    const info = await client.fetchUserInfo(config, token, user.userId);
    expect(info).toMatchObject(has);
    expect(info).not.toHaveProperty(hasNot);
  });

  test("oidcc-userinfo-get, -post-header and -post-body", async () => {
    const { userinfo_endpoint: endpoint = "" } = config.serverMetadata();
    const authorization = `Bearer ${first.access_token}`;
    const body = new URLSearchParams({ access_token: first.access_token });
    for (const init of [
      { headers: { authorization } },
      { method: "POST", headers: { authorization } },
      { method: "POST", body },
    ]) {
      const response = await fetch(endpoint, init);
      expect([response.status, await response.json()]).toMatchObject([200, { sub: user.userId }]);
    }
    const none = await fetch(endpoint);
    expect([none.status, none.headers.get("www-authenticate")]).toMatchObject([
      401,
      expect.stringContaining("Bearer"),
    ]);
  });

  test("userinfo of a token that is for the graph as well, until it is revoked", async () => {
    const both = { scope: "openid email ledger:read" };
    const { page, finish } = await authorize(both);
    const allowing = { "allow ledger:read": "yes" };
    const tokens = await finish(await browser.submit(page, "/consent", allowing, CALLBACK));
    expect(tokens.scope).toContain("ledger:read");
    const info = await client.fetchUserInfo(config, tokens.access_token, user.userId);
    expect(info).toMatchObject({ sub: user.userId, email: user.email, email_verified: true });
    await client.tokenRevocation(config, tokens.access_token);
    const after = client.fetchUserInfo(config, tokens.access_token, user.userId);
    await expect(after).rejects.toMatchObject({ code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE" });
  });

  test("userinfo of no one, for a token without a user", async () => {
    const token = await systemCredentials(service, "gateway").token();
    const info = client.fetchUserInfo(config, token, user.userId);
    await expect(info).rejects.toMatchObject({ code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE" });
  });

  test("oidcc-response-type-missing", async () => {
    const { page } = await authorize({ response_type: undefined });
    expect(errorOf(page)).toBe("invalid_request");
  });

  test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", async () => {
    expect((await granted({ nonce: undefined })).claims()).not.toHaveProperty("nonce");
  });

  test.each([
    ["oidcc-display-page", { display: "page" }],
    ["oidcc-display-popup", { display: "popup" }],
    ["oidcc-ui-locales", { ui_locales: "de he en" }],
    ["oidcc-claims-locales", { claims_locales: "de en" }],
    ["oidcc-login-hint", { login_hint: "someone@rp.example" }],
    ["oidcc-ensure-request-with-unknown-parameter-succeeds", { extra: "foobar" }],
    ["oidcc-ensure-request-with-acr-values-succeeds", { acr_values: "pwd 1 2" }],
    ["oidcc-claims-essential", { claims: '{"userinfo":{"name":{"essential":true}}}' }],
  ])("%s: the request succeeds", async (_module, more) => {
    expect((await granted(more)).claims()).toMatchObject({ sub: user.userId });
  });

  test("oidcc-claims-essential: the metadata states that the parameter is not supported", () => {
    expect(config.serverMetadata()["claims_parameter_supported"]).not.toBe(true);
  });

  test("oidcc-prompt-none-not-logged-in", async () => {
    const { page } = await authorize({ prompt: "none" }, new PlainBrowser());
    expect(errorOf(page)).toBe("login_required");
  });

  test("oidcc-prompt-none-logged-in, oidcc-id-token-hint", async () => {
    const hint = first.id_token ?? "";
    for (const more of [{}, { id_token_hint: hint }]) {
      const tokens = await granted({ prompt: "none", ...more });
      expect(tokens.claims()).toMatchObject({ sub: user.userId });
    }
  });

  test("oidcc-max-age-10000: no page, and the ID token has auth_time", async () => {
    const tokens = await granted({ max_age: "10000" }, 10_000);
    expect(tokens.claims()).toMatchObject({ auth_time: expect.any(Number) as number });
  });

  test("oidcc-max-age-1, oidcc-prompt-login: the user signs in again, and auth_time moves", async () => {
    const own = new PlainBrowser();
    const before = await signInWith(own, { max_age: "1" });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const later = await signInWith(own, { max_age: "1" });
    const again = await signInWith(own, { prompt: "login" });
    const times = [before, later, again].map((tokens) => Number(tokens.claims()?.["auth_time"]));
    expect(times[1]).toBeGreaterThan(times[0] ?? NaN);
    expect(times[2]).toBeGreaterThanOrEqual(times[1] ?? NaN);
  });

  test("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", async () => {
    const request = `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`;
    expect(errorOf((await authorize({ request })).page)).toBe("request_not_supported");
  });

  test("oidcc-refresh-token: a new ID token has the same subject and no nonce of another request", async () => {
    const refreshable = await granted({});
    const renewed = await client.refreshTokenGrant(config, refreshable.refresh_token ?? "");
    expect(renewed.claims()).toMatchObject({
      sub: user.userId,
      aud: config.clientMetadata().client_id,
    });
    expect(renewed.refresh_token).not.toBe(refreshable.refresh_token);
  });

  test("oidcc-ensure-registered-redirect-uri", async () => {
    const { page } = await authorize({ redirect_uri: `${CALLBACK}?foreign=1` });
    expect(page.url.startsWith(CALLBACK)).toBe(false);
  });
});

/** The status of a request to the issuer. */
const statusOf = async (path: string, body?: string): Promise<number> => {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const init = body === undefined ? {} : { method: "POST", headers: type, body };
  return (await fetch(service.issuer + path, { redirect: "manual", ...init })).status;
};

describe("a parameter with U+0000 is refused as such", () => {
  test.each<[path: string, body: string | undefined]>([
    ["/oauth/authorize?client_id=%00", undefined],
    ["/oauth/sign-out?client_id=%00", undefined],
    ["/oauth/token", "grant_type=client_credentials&client_id=%00&client_secret=%00"],
    ["/oauth/par", "client_id=%00"],
    ["/oauth/introspect", "client_id=%00&token=%00"],
    ["/oauth/device-authorization", "client_id=%00"],
  ])("%s %s", async (path, body) => {
    expect(await statusOf(path, body)).toBe(400);
  });

  test.each(["state", "nonce", "login_hint", "ui_locales"])("%s of a sign-in", async (name) => {
    const { page } = await authorize({ prompt: "login", [name]: "a\0b" });
    const answer = new URL(page.url);
    expect(answer.href.startsWith(CALLBACK)).toBe(true);
    expect(answer.searchParams.get("error")).toBe("invalid_request");
    expect(answer.searchParams.get("state")).toBe(name === "state" ? "a\0b" : "a-state");
  });
});

/** Signs in on the page that the request must show; the ID token then has `auth_time`. */
async function signInWith(own: PlainBrowser, more: Record<string, string>): Promise<Granted> {
  const { page, finish } = await authorize({ max_age: "10000", ...more }, own);
  return finish(await own.submit(page, "/password", credentials(user), CALLBACK), 10_000);
}
