import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { startIdentity, type IdentityServer } from "../../../../e2e/identity-server.ts";
import { AccessTokens } from "./access-tokens.ts";
import { Issuer, type IssuerSettings } from "../issuer/issuer.ts";
import { LogoutTokens } from "../issuer/logout-tokens.ts";
import { SessionStore } from "./session-store.ts";
import { IssuerUnavailable, SessionEnded, type SessionContents } from "./session.ts";
import { signInByHand } from "../issuer/sign-in-by-hand.fixture.ts";
import { Encryption } from "./encryption.ts";

const WEB_URL = "http://localhost:39999";
const CLIENT_SECRET = "a secret between the issuer and the web app";
let identity: IdentityServer;
let issuerDatabase: TestDatabase;
let database: TestDatabase;
let settings: IssuerSettings;
const pools: Pool[] = [];
let first: ReturnType<typeof webServer>;
let second: ReturnType<typeof webServer>;

beforeAll(async () => {
  [issuerDatabase, database] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  identity = await startIdentity(issuerDatabase.url, WEB_URL, CLIENT_SECRET);
  settings = {
    issuer: identity.issuer,
    clientId: "web",
    clientSecret: CLIENT_SECRET,
    audience: "urn:allfunds:graph",
    webUrl: WEB_URL,
  };
  [first, second] = [webServer(), webServer()];
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await identity?.stop();
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all([issuerDatabase?.drop(), database?.drop()]);
});

/** The parts of one web server. Two servers share the database and the secret. */
function webServer(overrides: Partial<IssuerSettings> = {}) {
  const pool = new Pool({ connectionString: database.url, max: 5 });
  pools.push(pool);
  const issuer = new Issuer({ ...settings, ...overrides });
  const store = new SessionStore(pool, new Encryption("the web servers' secret"));
  return { issuer, store, tokens: new AccessTokens(store, issuer) };
}

async function signIn(role = "accountant", acr?: string): Promise<SessionContents> {
  const { url, attempt } = await first.issuer.beginSignIn("/funds", acr);
  const back = await signInByHand(url, WEB_URL, identity.user(role));
  return first.issuer.finishSignIn(back.search, attempt);
}

const expired = (contents: SessionContents): SessionContents => ({ ...contents, accessEndsAt: 0 });

test("reads the user and the scopes of the role from a sign-in", async () => {
  const startedAt = Date.now();
  const contents = await signIn();
  expect(contents).toMatchObject({
    email: "accountant@demo.example",
    name: "Anna Accountant",
    roles: ["accountant"],
    acr: "pwd",
    accessToken: expect.stringMatching(/^eyJ/),
    refreshToken: expect.any(String),
    issuerSession: expect.any(String),
  });
  expect(contents.scopes).toContain("ledger:write");
  expect(contents.scopes).not.toContain("admin");
  expect(contents.accessEndsAt - startedAt).toBeGreaterThan(290_000);
});

test("refuses a code with another state or nonce, or a code that was used", async () => {
  const { url, attempt } = await first.issuer.beginSignIn("/");
  const back = await signInByHand(url, WEB_URL, identity.user("viewer"));
  const other = { ...attempt, state: "another state" };
  const refused = "invalid response encountered";
  await expect(first.issuer.finishSignIn(back.search, other)).rejects.toThrow(refused);
  const nonce = { ...attempt, nonce: "another nonce" };
  await expect(first.issuer.finishSignIn(back.search, nonce)).rejects.toThrow("JWT claim");
  await expect(first.issuer.finishSignIn(back.search, attempt)).rejects.toMatchObject({
    error: "invalid_grant",
  });
});

test("renews an expired token once when eight requests on two servers need it", async () => {
  const contents = expired(await signIn());
  const id = await first.store.begin(contents);
  const renewals = [vi.spyOn(first.issuer, "renew"), vi.spyOn(second.issuer, "renew")];
  const loads = await Promise.all(
    Array.from({ length: 8 }, (_, at) => (at % 2 ? first : second).tokens.freshen(id, contents)),
  );
  expect(renewals.map(({ mock }) => mock.calls.length).reduce((sum, calls) => sum + calls)).toBe(1);
  expect(new Set(loads.map(({ accessToken }) => accessToken)).size).toBe(1);
  expect(loads[0]?.accessToken).not.toBe(contents.accessToken);
  expect(await second.store.find(id)).toEqual(loads[0]);
  // The new refresh token works: the issuer revokes all refresh tokens after a second use.
  await second.store.change(id, async (present) => expired(present));
  const again = await first.tokens.freshen(id, expired(contents));
  expect(again.accessToken).not.toBe(loads[0]?.accessToken);
});

test("renews a token once when the graph refused it before it expired", async () => {
  const contents = await signIn();
  const id = await first.store.begin(contents);
  const need = { refused: contents.accessToken };
  const [one, other] = await Promise.all([
    first.tokens.freshen(id, contents, need),
    second.tokens.freshen(id, contents, need),
  ]);
  expect(one.accessToken).not.toBe(contents.accessToken);
  expect(other).toEqual(one);
});

test("ends a session when the issuer refuses to renew it", async () => {
  const contents = { ...expired(await signIn()), refreshToken: "long gone" };
  const id = await first.store.begin(contents);
  await expect(first.tokens.freshen(id, contents)).rejects.toThrow(SessionEnded);
  expect(await second.store.find(id)).toBeUndefined();
});

test("keeps a session while the issuer is unavailable", async () => {
  const contents = await signIn();
  const withoutIssuer = webServer({ issuer: "http://127.0.0.1:9" });
  const id = await withoutIssuer.store.begin(contents);
  // Needs a token that is valid for longer than this one, which still works.
  const need = { spareMs: 3_600_000 };
  expect(await withoutIssuer.tokens.freshen(id, contents, need)).toEqual(contents);
  await withoutIssuer.store.change(id, async (present) => expired(present));
  await expect(withoutIssuer.tokens.freshen(id, expired(contents))).rejects.toThrow(
    IssuerUnavailable,
  );
  const back = await first.tokens.freshen(id, expired(contents));
  expect(back.accessToken).not.toBe(contents.accessToken);
});

test("stores no cookie value, token or name in readable form", async () => {
  const contents = await signIn();
  const id = await first.store.begin(contents);
  const { rows } = await database.pool.query("SELECT * FROM web_session");
  const everything = rows.map((row) =>
    Object.values(row as object)
      .map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value)))
      .join(" "),
  );
  for (const secret of [id, contents.accessToken, contents.refreshToken ?? "", contents.name]) {
    expect(everything.join(" ")).not.toContain(secret);
  }
});

test("replaces the former session", async () => {
  const contents = await signIn();
  const former = await first.store.begin(contents);
  const id = await first.store.begin(contents, former);
  expect(id).not.toBe(former);
  expect(await first.store.find(former)).toBeUndefined();
  expect(await first.store.find(id)).toEqual(contents);
});

test("ends a session after half an hour without a request, and after twelve hours", async () => {
  const contents = await signIn();
  const begin = async (column: string, age: string) => {
    const id = await first.store.begin(contents);
    await database.pool.query(
      `UPDATE web_session SET ${column} = now() - $1::interval
         WHERE created_at = (SELECT max(created_at) FROM web_session)`,
      [age],
    );
    return id;
  };
  const idle = await begin("seen_at", "31 minutes");
  expect(await first.store.find(idle)).toBeUndefined();
  await expect(first.tokens.freshen(idle, expired(contents))).rejects.toThrow(SessionEnded);
  const seen = await begin("seen_at", "29 minutes");
  expect(await first.store.find(seen)).toEqual(contents);
  await database.pool.query("UPDATE web_session SET created_at = now() - interval '13 hours'");
  expect(await first.store.find(seen)).toBeUndefined();
});

test("ends the sessions of a sign-in or of a user, and no others", async () => {
  const [accountant, viewer] = [await signIn(), await signIn("viewer")];
  const ids = [await first.store.begin(accountant), await first.store.begin(accountant)];
  const other = await first.store.begin(viewer);
  await second.store.endAll({ issuerSession: accountant.issuerSession ?? "" });
  for (const id of ids) expect(await first.store.find(id)).toBeUndefined();
  expect(await first.store.find(other)).toEqual(viewer);
  await second.store.endAll({ subject: viewer.subject });
  expect(await first.store.find(other)).toBeUndefined();
});

test("refuses other tokens of the issuer as logout tokens", async () => {
  const { idToken, accessToken } = await signIn();
  const logoutTokens = new LogoutTokens(first.issuer, settings);
  for (const token of [idToken, accessToken]) {
    await expect(logoutTokens.read(token)).rejects.toMatchObject({
      code: "ERR_JWT_CLAIM_VALIDATION_FAILED",
    });
  }
  await expect(logoutTokens.read("eyJ")).rejects.toMatchObject({ code: "ERR_JWS_INVALID" });
});
