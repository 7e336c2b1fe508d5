import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLBACK, registerAt, type Registered } from "../applications/applications.fixture.ts";
import { PlainBrowser } from "../browser.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import {
  credentials,
  finishSignIn,
  startSignIn,
  type Started,
  type TestUser,
} from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let user: TestUser;
let admin: string;
let app: Registered;
beforeAll(async () => {
  service = await openService();
  user = await addUser(service, "viewer");
  admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  app = await registerAt(service, admin);
});
afterAll(() => service.close());

async function post(path: string, form: Record<string, string>, headers = {}) {
  const answer = await fetch(`${service.issuer}/oauth/${path}`, {
    method: "POST",
    headers,
    body: new URLSearchParams(form),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, nonce: answer.headers.get("dpop-nonce"), ...body };
}

const errorOf = ({ url }: { url: string }) => new URL(url).searchParams.get("error");

describe("a redirect address that is not the registered one", () => {
  const tricks: [string, (registered: string) => string][] = [
    ["with a path below it", (at) => `${at}/more`],
    ["with a slash at the end", (at) => `${at}/`],
    ["with a query", (at) => `${at}?next=1`],
    ["with a fragment", (at) => `${at}#x`],
    ["with a way up", (at) => `${at}/../auth/callback`],
    ["with an encoded character", (at) => at.replace("callback", "%63allback")],
    ["with another case", (at) => at.replace("callback", "Callback")],
    ["of another scheme", (at) => at.replace("http:", "https:")],
    ["of another port", (at) => at.replace(":9/", ":10/")],
    ["with a user in front", (at) => at.replace("//", "//user@")],
    ["with its host as a user", (at) => at.replace("//localhost:9", "//localhost:9@evil.example")],
    ["with its host as a subdomain", (at) => at.replace("localhost:9", "localhost.evil.example:9")],
    ["with a backslash", (at) => at.replace("//", "/\\")],
    ["with a space", (at) => `${at} `],
    ["that is a script", () => "javascript:alert(1)"],
  ];
  test.each(tricks)("is led to by no answer: %s", async (_what, change) => {
    const { url, redirectUri } = await startSignIn(service);
    url.searchParams.set("redirect_uri", change(redirectUri));
    for (const more of [
      {},
      { prompt: "none" },
      { scope: "nonsense" },
      { response_type: "token" },
    ]) {
      for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
      const answer = await fetch(url, { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    }
  });

  test("is not read from a second parameter", async () => {
    const { url, redirectUri } = await startSignIn(service);
    url.searchParams.append("redirect_uri", "https://evil.example/");
    const answer = await fetch(url, { redirect: "manual" });
    const location = answer.headers.get("location");
    expect(answer.status === 400 || location?.startsWith(`${redirectUri}?error=`)).toBe(true);
  });

  test("does not redeem a code", async () => {
    const started = await startSignIn(service);
    const form = {
      grant_type: "authorization_code",
      code: await codeFor(started),
      code_verifier: started.verifier,
      redirect_uri: "http://localhost:9/other",
    };
    const answer = await post("token", form, WEB());
    expect(answer).toMatchObject({ status: 400, error: "invalid_grant" });
  });
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString("base64")}`,
});
const WEB = () => basic("web", service.webClientSecret);

async function codeFor({ url, redirectUri }: Started): Promise<string> {
  const browser = new PlainBrowser();
  const first = await browser.open(url.href, redirectUri);
  const page = await browser.submit(first, "/password", credentials(user), redirectUri);
  return new URL(page.url).searchParams.get("code") ?? "";
}

describe("PKCE", () => {
  test.each([
    ["plain", { code_challenge_method: "plain" }],
    ["no method, which would be plain", { code_challenge_method: undefined }],
    ["an unknown method", { code_challenge_method: "S512" }],
    ["a challenge that is too short", { code_challenge: "short" }],
    ["no challenge", { code_challenge: undefined }],
  ])("begins no sign-in with %s", async (_what, changed) => {
    const { url, redirectUri } = await startSignIn(service);
    for (const [name, value] of Object.entries(changed)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    const page = await new PlainBrowser().open(url.href, redirectUri);
    expect(errorOf(page)).toBe("invalid_request");
  });

  test.each([
    ["none", {}],
    ["an empty one", { code_verifier: "" }],
    ["another one", { code_verifier: client.randomPKCECodeVerifier() }],
    ["the challenge itself", "challenge"],
  ])("redeems no code with the verifier: %s", async (_what, sent) => {
    const started = await startSignIn(service);
    const code = await codeFor(started);
    const challenge = started.url.searchParams.get("code_challenge") ?? "";
    const answer = await post(
      "token",
      {
        grant_type: "authorization_code",
        code,
        redirect_uri: started.redirectUri,
        ...(typeof sent === "string" ? { code_verifier: challenge } : sent),
      },
      WEB(),
    );
    expect(answer.status).toBe(400);
    expect(answer).not.toHaveProperty("access_token");
  });
});

/** The cookies that a browser has once it was led to `url`. */
const cookiesOf = async (url: string): Promise<Map<string, string>> => {
  const answer = await fetch(url, { redirect: "manual" });
  const pairs = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return new Map(
    pairs.map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
  );
};

describe("a session of the issuer", () => {
  test("does not begin under an id that someone else has set before", async () => {
    const started = await startSignIn(service);
    const planted = await cookiesOf(started.url.href);
    expect([...planted.keys()]).toContain("identity-interaction");
    const cookies = [...planted].map(([name, value]) => `${name}=${value}`).join("; ");
    // The victim's browser has the attacker's cookies, and its user signs in.
    const victim = new PlainBrowser({}, cookies);
    const first = await victim.open(started.url.href, started.redirectUri);
    const page = await victim.submit(first, "/password", credentials(user), started.redirectUri);
    expect(page.url).toContain("code=");
    // With what was planted the attacker is not signed in.
    const silent = await startSignIn(service, { prompt: "none" });
    const attacker = new PlainBrowser({}, cookies);
    expect(errorOf(await attacker.open(silent.url.href, silent.redirectUri))).toBe(
      "login_required",
    );
    expect((await victim.open(silent.url.href, silent.redirectUri)).url).toContain("code=");
  });

  test("is not given to a browser that is led to the page of another's sign-in", async () => {
    const started = await startSignIn(service);
    const owner = new PlainBrowser();
    const page = await owner.open(started.url.href, started.redirectUri);
    const elsewhere = await new PlainBrowser().open(page.url);
    expect(elsewhere.title).not.toBe("Sign in");
    // Nor when that browser has a sign-in of its own.
    const other = new PlainBrowser();
    const own = await startSignIn(service);
    const ownPage = await other.open(own.url.href, own.redirectUri);
    const action = new URL(page.forms[0]?.action ?? "", page.url).href;
    const { origin } = new URL(service.issuer);
    const crossed = await other.post(action, credentials(user), origin);
    expect(crossed.status).toBe(400);
    expect((await owner.open(page.url)).title).toBe("Sign in");
    expect((await other.open(ownPage.url)).title).toBe("Sign in");
  });

  test("is another one after the user signs in again", async () => {
    const started = await startSignIn(service);
    const browser = new PlainBrowser();
    const first = await browser.open(started.url.href, started.redirectUri);
    await browser.submit(first, "/password", credentials(user), started.redirectUri);
    const before = browser.cookie("identity");
    const again = await startSignIn(service, { prompt: "login" });
    const page = await browser.open(again.url.href, again.redirectUri);
    await browser.submit(page, "/password", credentials(user), again.redirectUri);
    expect(browser.cookie("identity")).not.toBe(before);
    const silent = await startSignIn(service, { prompt: "none" });
    const stolen = new PlainBrowser({}, `identity=${before}`);
    expect(errorOf(await stolen.open(silent.url.href, silent.redirectUri))).toBe("login_required");
  });
});

const pushedForm = async () => ({
  client_id: app.id,
  response_type: "code",
  redirect_uri: CALLBACK,
  scope: "openid ledger:read",
  code_challenge: await client.calculatePKCECodeChallenge("x".repeat(43)),
  code_challenge_method: "S256",
});
const secretOf = () => basic(app.id, app.secret ?? "");

describe("a pushed request", () => {
  test("is taken of an authenticated client only, with what it could send by the browser", async () => {
    const whole = await pushedForm();
    expect((await post("par", whole)).status).toBe(401);
    expect((await post("par", whole, basic(app.id, "wrong"))).status).toBe(401);
    const foreign = { ...whole, redirect_uri: "https://evil.example/" };
    expect(await post("par", foreign, secretOf())).toMatchObject({ status: 400 });
    const plain = { ...whole, code_challenge_method: "plain" };
    expect(await post("par", plain, secretOf())).toMatchObject({ status: 400 });
    const nested = { ...whole, request_uri: "urn:ietf:params:oauth:request_uri:x" };
    expect(await post("par", nested, secretOf())).toMatchObject({ status: 400 });
    const other = { ...whole, client_id: "web" };
    expect(await post("par", other, secretOf())).toMatchObject({ status: 400 });
  });

  test("ends after a minute, and is not replaced by parameters of the browser", async () => {
    const pushed = await post("par", await pushedForm(), secretOf());
    expect(pushed).toMatchObject({ status: 201, expires_in: 60 });
    const url = new URL(`${service.issuer}/oauth/authorize`);
    const sent = {
      client_id: app.id,
      request_uri: String((pushed as Record<string, unknown>)["request_uri"]),
    };
    for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, value);
    const wider = new URL(url);
    wider.searchParams.set("redirect_uri", "https://evil.example/");
    wider.searchParams.set("scope", "openid ledger:write");
    const answer = await fetch(wider, { redirect: "manual" });
    expect(answer.headers.get("location") ?? "").not.toContain("evil.example");
    await service.parts.pool.query(
      "UPDATE protocol_record SET expires_at = now() - interval '1 second' WHERE kind = 'PushedAuthorizationRequest'",
    );
    const late = await new PlainBrowser().open(url.href, CALLBACK);
    expect(errorOf(late)).toBe("invalid_request_uri");
  });

  test("is fetched from no address that a client names", async () => {
    let fetched = 0;
    const server = createServer((_request, response) => {
      fetched += 1;
      response.end("{}");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const url = new URL(`${service.issuer}/oauth/authorize`);
    const named = { ...(await pushedForm()), request_uri: `http://127.0.0.1:${port}/request` };
    for (const [name, value] of Object.entries(named)) url.searchParams.set(name, value);
    const answer = await fetch(url, { redirect: "manual" });
    expect(answer.headers.get("location") ?? "error=").toContain("error=");
    expect(fetched).toBe(0);
    server.close();
  });
});

const introspect = (form: Record<string, string>, headers = {}) =>
  post("introspect", { token: "none", ...form }, headers);

test("a client authenticates by its registered method, and by one", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
  const keyed = await registerAt(service, admin, { authentication: "private_key_jwt", jwks });
  const open = await registerAt(service, admin, { authentication: "none" });
  const { id, secret } = app;
  const refused = { status: 401, error: "invalid_client" };
  // Without what it authenticates with, a client that has it is none.
  expect(await introspect({ client_id: id })).toMatchObject(refused);
  expect(await introspect({ client_id: keyed.id })).toMatchObject(refused);
  for (const guess of ["stored as a hash", "undefined"]) {
    const sent = { client_id: keyed.id, client_secret: guess };
    expect(await introspect(sent)).toMatchObject({ status: 401 });
    expect(await introspect({}, basic(keyed.id, guess))).toMatchObject({ status: 401 });
    expect(await introspect({}, basic(open.id, guess))).toMatchObject({ status: 401 });
  }
  const now = Math.floor(Date.now() / 1_000);
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: "ES256", jwk: await exportJWK(publicKey) })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(service.issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(privateKey);
  const signed = {
    client_id: id,
    client_assertion: assertion,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  };
  expect(await introspect(signed)).toMatchObject(refused);
  const both = await introspect(signed, basic(id, secret ?? ""));
  expect(both.status).toBe(400);
});

test("a code that was redeemed is worth nothing in another browser's sign-in", async () => {
  const [mine, theirs] = [await startSignIn(service), await startSignIn(service)];
  const code = await codeFor(mine);
  const injected = new URL(theirs.redirectUri);
  injected.searchParams.set("code", code);
  injected.searchParams.set("iss", service.issuer);
  await expect(finishSignIn(theirs, { url: injected.href })).rejects.toMatchObject({
    error: "invalid_grant",
  });
});
