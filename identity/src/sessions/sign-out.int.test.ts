import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { endSessions } from "./sessions.ts";

let service: RunningService;
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
  service = await openService({ env: { WEB_URL: `http://localhost:${port}` } });
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

test("ending a user's sign-ins notifies the web app of each and ends refreshing", async () => {
  const user = await addUser(service, "viewer");
  const first = await signIn(service, user);
  const second = await signIn(service, user);
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

test("a token that is still valid has the user's present access when a role is lost or the user disabled", async () => {
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
