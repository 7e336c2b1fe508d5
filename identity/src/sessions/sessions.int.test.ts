import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { newId } from "@allfunds/platform/ids";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { codes, queryGraph, refusals } from "../graph.fixture.ts";
import { PlainBrowser } from "../browser.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { endSession, endSessions, listSignIns } from "./sessions.ts";

let service: RunningService;
let adminToken: string;
let web: Server;
const logoutTokens: string[] = [];

beforeAll(async () => {
  web = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      if (request.url === "/auth/backchannel-logout") {
        logoutTokens.push(new URLSearchParams(body).get("logout_token") ?? "");
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as AddressInfo;
  service = await openService({
    env: { TRUSTED_PROXIES: "127.0.0.1", WEB_URL: `http://localhost:${port}` },
  });
  const admin = await addUser(service, "admin", { totp: true });
  adminToken = await tokenOf(service, admin);
});
afterAll(async () => {
  await service.close();
  web.close();
});

const readLogout = async (token: string | undefined) => {
  const { issuer } = service;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  return (await jwtVerify(token ?? "", keys, { issuer, audience: "web" })).payload;
};

const refresh = ({ web, tokens }: Awaited<ReturnType<typeof signIn>>) =>
  client.refreshTokenGrant(web, tokens.refresh_token ?? "");

test("a user sees every sign-in and ends another one, while their own continues", async () => {
  const user = await addUser(service, "viewer");
  const laptop = await signIn(service, user);
  const phone = await signIn(service, user);
  let page = await laptop.browser.open(`${service.issuer}/account`);
  page = await laptop.browser.submit(page, "/confirm", { password: user.password });
  expect(page.text.match(/from 127\.0\.0\.1, since/g)).toHaveLength(2);
  expect(page.text.match(/this one/g)).toHaveLength(1);

  const other = page.forms.find(({ action }) => action.endsWith("/sign-ins/end"))?.hidden ?? {};
  page = await laptop.browser.submit(page, "/sign-ins/end", other);
  expect(page.text).toContain("The sign-in has ended.");
  await expect(refresh(phone)).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await phone.browser.open(`${service.issuer}/account`)).status).toBe(401);
  await expect(refresh(laptop)).resolves.toBeDefined();
  expect(await listSignIns(service.parts.pool, user.userId)).toMatchObject([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
});

test("a user gets an email about a sign-in from a new device, and none about a known one", async () => {
  const user = await addUser(service, "viewer");
  const mailed = async () => {
    const emails = await service.emails();
    return emails.filter((text) => text.includes(`To: ${user.email}`) && /new device/.test(text));
  };
  const from = (userAgent: string) =>
    signIn(service, user, new PlainBrowser({ "user-agent": userAgent }));
  await from("Laptop/1");
  await from("Laptop/1");
  await from("Phone/1");
  await vi.waitFor(async () => expect(await mailed()).toHaveLength(1), { timeout: 10_000 });
  expect((await mailed())[0]).toContain("Phone/1");
});

test("a user cannot end another user's sign-in by its id", async () => {
  const [one, two] = [await addUser(service, "viewer"), await addUser(service, "viewer")];
  const foreign = await signIn(service, two);
  const { pool, protocol } = service.parts;
  const [listed] = await listSignIns(pool, two.userId);
  expect(await endSession(pool, protocol.provider, one.userId, listed?.id ?? "")).toBe(false);
  expect(await endSession(pool, protocol.provider, two.userId, "")).toBe(false);
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("an administrator sees where a user is signed in and signs them out", async () => {
  const user = await addUser(service, "accountant");
  const session = await signIn(service, user);
  const listed = await queryGraph(
    service,
    adminToken,
    `{ users(first: 200) { nodes { id signIns { factors ip } } } }`,
  );
  const { nodes } = listed.body.data["users"] as { nodes: { id: string; signIns: unknown[] }[] };
  expect(nodes.find(({ id }) => id === user.userId)?.signIns).toEqual([
    { factors: ["pwd"], ip: "127.0.0.1" },
  ]);
  const ended = await queryGraph(
    service,
    adminToken,
    `mutation { endUserSessions(userId: "${user.userId}") { id signIns { id } } }`,
  );
  expect(ended.body.data["endUserSessions"]).toEqual({ id: user.userId, signIns: [] });
  await expect(refresh(session)).rejects.toMatchObject({ error: "invalid_grant" });
  const { rows } = await service.parts.pool.query<{ subject: string; detail: object }>(
    "SELECT subject FROM audit_event WHERE action = 'sessions.end' ORDER BY sequence DESC LIMIT 1",
  );
  expect(rows).toEqual([{ subject: user.userId }]);
});

test("a user ends all their own sign-ins, and no other user's", async () => {
  const [one, two] = [await addUser(service, "viewer"), await addUser(service, "viewer")];
  const [laptop, phone] = [await signIn(service, one), await signIn(service, one)];
  const foreign = await signIn(service, two);
  const { body } = await queryGraph(
    service,
    laptop.tokens.access_token,
    "mutation { endMySessions }",
  );
  expect(body.data).toEqual({ endMySessions: true });
  for (const ended of [laptop, phone]) {
    await expect(refresh(ended)).rejects.toMatchObject({ error: "invalid_grant" });
  }
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("an administrator does not find users of another tenant or malformed ids", async () => {
  const user = await addUser(service, "viewer", { tenantId: await addTenant(service) });
  const foreign = await signIn(service, user);
  for (const operation of [
    (id: string) => `endUserSessions(userId: "${id}") { id }`,
    (id: string) => `setUserDisabled(userId: "${id}", disabled: true) { id }`,
    (id: string) =>
      `changeAccess(input: {userId: "${id}", roles: ["viewer"], allFunds: true}) { id }`,
  ]) {
    const refused = [];
    for (const id of [user.userId, newId(), "x"]) {
      const [refusal] =
        refusals(await queryGraph(service, adminToken, `mutation { ${operation(id)} }`)) ?? [];
      refused.push(`${refusal?.code} ${refusal?.message}`);
    }
    expect(refused).toEqual(Array(3).fill("NOT_FOUND There is no such user."));
  }
  await expect(refresh(foreign)).resolves.toBeDefined();
});

test("a forwarded address is recorded when it comes from a trusted proxy", async () => {
  const user = await addUser(service, "viewer");
  const browser = new PlainBrowser({ "x-forwarded-for": "198.51.100.23" });
  await signIn(service, user, browser);
  const [listed] = await listSignIns(service.parts.pool, user.userId);
  expect(listed?.ip).toBe("198.51.100.23");
});

test("ending a user's sign-ins notifies the web app of each and ends refreshing", async () => {
  const user = await addUser(service, "viewer");
  const first = await signIn(service, user);
  const second = await signIn(service, user);
  logoutTokens.length = 0;
  await endSessions(service.parts.pool, service.parts.protocol.provider, user.userId);
  expect(logoutTokens).toHaveLength(2);
  const notified = await Promise.all(logoutTokens.map(readLogout));
  expect(new Set(notified.map(({ sub }) => sub))).toEqual(new Set([user.userId]));
  expect(new Set(notified.map(({ sid }) => sid))).toEqual(
    new Set([first.tokens.claims()?.["sid"], second.tokens.claims()?.["sid"]]),
  );
  for (const { web: config, tokens } of [first, second]) {
    await expect(
      client.refreshTokenGrant(config, tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
  }
});

test("signing out in the browser notifies the web app", async () => {
  logoutTokens.length = 0;
  const user = await addUser(service, "viewer");
  const { browser, tokens, web: config } = await signIn(service, user);
  const out = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? "" });
  await browser.submit(await browser.open(out.href), "/confirm", { logout: "yes" });
  expect(await readLogout(logoutTokens[0])).toMatchObject({
    sub: user.userId,
    sid: tokens.claims()?.["sid"],
  });
});

test("a sign-out adds an event to the audit log, and none when there is no session", async () => {
  const user = await addUser(service, "viewer");
  const { browser, tokens } = await signIn(service, user);
  const events = async () =>
    service.parts.pool.query(
      `SELECT actor_id FROM audit_event
       WHERE action = 'sign-out' AND (actor_id IS NULL OR actor_id = $1)`,
      [user.userId],
    );
  const signOut = `${service.issuer}/oauth/sign-out`;
  await fetch(`${signOut}/confirm`, {
    method: "POST",
    body: new URLSearchParams({ logout: "yes" }),
  });
  expect((await events()).rows).toEqual([]);
  const page = await browser.open(`${signOut}?id_token_hint=${tokens.id_token}`);
  await browser.submit(page, "/confirm", { logout: "yes" });
  expect((await events()).rows).toEqual([{ actor_id: user.userId }]);
});

test("a token has no more than the user's present access when a role is lost or the user disabled", async () => {
  const admin = await addUser(service, "admin", { totp: true });
  const { tokens } = await signIn(service, admin);
  const make = async (): Promise<string | undefined> =>
    codes(
      await queryGraph(
        service,
        tokens.access_token,
        `mutation { createApiClient(input: {name: "Mine", scopes: ["admin"]}) { clientSecret } }`,
      ),
    )?.[0];
  const update = (set: string) =>
    service.parts.pool.query(`UPDATE app_user SET ${set} WHERE user_id = $1`, [admin.userId]);
  const exported = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const response = await fetch(`${service.issuer}/audit/export`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  expect([await make(), await exported()]).toEqual([undefined, 200]);
  await update("roles = '{viewer}'");
  expect([await make(), await exported()]).toEqual(["FORBIDDEN", 403]);
  await update("status = 'DISABLED'");
  expect([await make(), await exported()]).toEqual(["UNAUTHENTICATED", 401]);
});
