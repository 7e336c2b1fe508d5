import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startIdentity, type IdentityServer } from "../../../../e2e/identity-server.ts";
import { AccessTokens } from "./access-tokens.ts";
import { Issuer, type IssuerSettings } from "./issuer.ts";
import { LogoutTokens } from "./logout-token.ts";
import { SessionStore } from "./session-store.ts";
import { IssuerUnavailable, SessionEnded, type SessionContents } from "./session.ts";
import { signInByHand } from "./sign-in-by-hand.fixture.ts";
import { Vault } from "./vault.ts";

const WEB_URL = "http://localhost:39999";
const CLIENT_SECRET = "a secret between the issuer and the web app";
let identity: IdentityServer;
let issuerDatabase: TestDatabase;
let database: TestDatabase;
let settings: IssuerSettings;
const pools: Pool[] = [];

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
});
afterAll(async () => {
  await identity?.stop();
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all([issuerDatabase?.drop(), database?.drop()]);
});

/** One web server's parts: what it shares with another one is the database and the secret. */
function webServer(overrides: Partial<IssuerSettings> = {}) {
  const pool = new Pool({ connectionString: database.url, max: 5 });
  pools.push(pool);
  const issuer = new Issuer({ ...settings, ...overrides });
  const store = new SessionStore(pool, new Vault("the web servers' secret"));
  return { issuer, store, tokens: new AccessTokens(store, issuer) };
}

let first: ReturnType<typeof webServer>;
let second: ReturnType<typeof webServer>;
beforeEach(() => {
  [first, second] = [webServer(), webServer()];
});

async function signIn(role = "accountant", acr?: string): Promise<SessionContents> {
  const { url, attempt } = await first.issuer.beginSignIn("/funds", acr);
  const back = await signInByHand(url, WEB_URL, identity.user(role));
  return first.issuer.finishSignIn(back.search, attempt);
}

const outdated = (contents: SessionContents): SessionContents => ({ ...contents, accessEndsAt: 0 });

test("a sign-in knows who it is, and what the role allows", async () => {
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
  expect(contents.accessEndsAt - Date.now()).toBeGreaterThan(290_000);
});

test("a code that comes back with another state, or twice, signs nobody in", async () => {
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

test("eight page loads on two servers renew an ended token once, and all go on", async () => {
  const contents = outdated(await signIn());
  const id = await first.store.begin(contents);
  const renewals = [vi.spyOn(first.issuer, "renew"), vi.spyOn(second.issuer, "renew")];
  const loads = await Promise.all(
    Array.from({ length: 8 }, (_, at) => (at % 2 ? first : second).tokens.freshen(id, contents)),
  );
  expect(renewals.map(({ mock }) => mock.calls.length).reduce((sum, calls) => sum + calls)).toBe(1);
  expect(new Set(loads.map(({ accessToken }) => accessToken)).size).toBe(1);
  expect(loads[0]?.accessToken).not.toBe(contents.accessToken);
  expect(await second.store.find(id)).toEqual(loads[0]);
  // The new refresh token is alive: a refresh family that was used twice would be dead by now.
  await second.store.change(id, async (present) => outdated(present));
  const again = await first.tokens.freshen(id, outdated(contents));
  expect(again.accessToken).not.toBe(loads[0]?.accessToken);
});

test("a token that the graph refuses is replaced once, although it has not ended", async () => {
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

test("a session that the issuer renews no more ends", async () => {
  const contents = { ...outdated(await signIn()), refreshToken: "long gone" };
  const id = await first.store.begin(contents);
  await expect(first.tokens.freshen(id, contents)).rejects.toThrow(SessionEnded);
  expect(await second.store.find(id)).toBeUndefined();
});

test("while the issuer is away a session lives on with its token, and is not lost without", async () => {
  const contents = await signIn();
  const lonely = webServer({ issuer: "http://127.0.0.1:9" });
  const soonOver = { ...contents, accessEndsAt: Date.now() + 10_000 };
  const id = await lonely.store.begin(soonOver);
  expect(await lonely.tokens.freshen(id, soonOver)).toEqual(soonOver);
  await lonely.store.change(id, async (present) => outdated(present));
  await expect(lonely.tokens.freshen(id, outdated(contents))).rejects.toThrow(IssuerUnavailable);
  const back = await first.tokens.freshen(id, outdated(contents));
  expect(back.accessToken).not.toBe(contents.accessToken);
});

test("the database holds neither the cookie's value nor a token nor a name", async () => {
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

test("a new session takes the place of the former one", async () => {
  const contents = await signIn();
  const former = await first.store.begin(contents);
  const id = await first.store.begin(contents, former);
  expect(id).not.toBe(former);
  expect(await first.store.find(former)).toBeUndefined();
  expect(await first.store.find(id)).toEqual(contents);
});

test("a session ends unseen for half an hour, and in any case after twelve hours", async () => {
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
  await expect(first.tokens.freshen(idle, outdated(contents))).rejects.toThrow(SessionEnded);
  const seen = await begin("seen_at", "29 minutes");
  expect(await first.store.find(seen)).toEqual(contents);
  await database.pool.query("UPDATE web_session SET created_at = now() - interval '13 hours'");
  expect(await first.store.find(seen)).toBeUndefined();
});

test("a sign-out elsewhere ends what it names and nothing else", async () => {
  const [mine, ours] = [await signIn(), await signIn("viewer")];
  const ids = [await first.store.begin(mine), await first.store.begin(mine)];
  const other = await first.store.begin(ours);
  await second.store.endOf({ issuerSession: mine.issuerSession ?? "" });
  for (const id of ids) expect(await first.store.find(id)).toBeUndefined();
  expect(await first.store.find(other)).toEqual(ours);
  await second.store.endOf({ subject: ours.subject });
  expect(await first.store.find(other)).toBeUndefined();
});

test("an ID token, and whatever else the issuer signed, is no logout token", async () => {
  const { idToken, accessToken } = await signIn();
  const logoutTokens = new LogoutTokens(first.issuer, settings);
  for (const token of [idToken, accessToken]) {
    await expect(logoutTokens.read(token)).rejects.toMatchObject({
      code: "ERR_JWT_CLAIM_VALIDATION_FAILED",
    });
  }
  await expect(logoutTokens.read("eyJ")).rejects.toMatchObject({ code: "ERR_JWS_INVALID" });
});
