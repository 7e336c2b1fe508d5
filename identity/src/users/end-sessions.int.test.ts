import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, codes } from "../ask.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { endSessions } from "./end-sessions.ts";

let identity: RunningIdentity;
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
  identity = await runIdentity({ webUrl: `http://localhost:${port}` });
});
afterAll(async () => {
  await identity.stop();
  web.close();
});

const readLogout = async (token: string | undefined) => {
  const { issuer } = identity.config;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  return (await jwtVerify(token ?? "", keys, { issuer, audience: "web" })).payload;
};

test("ending a user's sign-ins tells the web app of each, and refreshing is over", async () => {
  const user = await addUser(identity.parts, "viewer");
  const first = await signIn(identity, user);
  const second = await signIn(identity, user);
  await endSessions(identity.parts.pool, identity.parts.protocol.provider, user.userId);
  expect(logoutTokens).toHaveLength(2);
  const told = await Promise.all(logoutTokens.map(readLogout));
  expect(new Set(told.map(({ sub }) => sub))).toEqual(new Set([user.userId]));
  expect(new Set(told.map(({ sid }) => sid))).toEqual(
    new Set([first.tokens.claims()?.["sid"], second.tokens.claims()?.["sid"]]),
  );
  for (const { web: config, tokens } of [first, second]) {
    await expect(
      client.refreshTokenGrant(config, tokens.refresh_token ?? ""),
    ).rejects.toMatchObject({ error: "invalid_grant" });
  }
});

test("signing out in the browser tells the web app, too", async () => {
  logoutTokens.length = 0;
  const user = await addUser(identity.parts, "viewer");
  const { browser, tokens, web: config } = await signIn(identity, user);
  const out = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? "" });
  await browser.submit(await browser.open(out.href), "/confirm", { logout: "yes" });
  expect(await readLogout(logoutTokens[0])).toMatchObject({
    sub: user.userId,
    sid: tokens.claims()?.["sid"],
  });
});

test("who signs out leaves a line in the trail, and who was not signed in leaves none", async () => {
  const user = await addUser(identity.parts, "viewer");
  const { browser, tokens } = await signIn(identity, user);
  const lines = async () =>
    identity.parts.pool.query(
      `SELECT actor_id FROM audit_event
       WHERE action = 'sign-out' AND (actor_id IS NULL OR actor_id = $1)`,
      [user.userId],
    );
  const signOut = `${identity.config.issuer}/oauth/sign-out`;
  await fetch(`${signOut}/confirm`, {
    method: "POST",
    body: new URLSearchParams({ logout: "yes" }),
  });
  expect((await lines()).rows).toEqual([]);
  const page = await browser.open(`${signOut}?id_token_hint=${tokens.id_token}`);
  await browser.submit(page, "/confirm", { logout: "yes" });
  expect((await lines()).rows).toEqual([{ actor_id: user.userId }]);
});

test("whoever is shut out or loses a role makes no way in with the token that is left", async () => {
  const admin = await addUser(identity.parts, "admin", { totp: true });
  const { tokens } = await signIn(identity, admin);
  const make = async (): Promise<string | undefined> =>
    codes(
      await ask(
        identity,
        tokens.access_token,
        `mutation { createApiClient(input: {name: "Mine", scopes: ["admin"]}) { clientSecret } }`,
      ),
    )?.[0];
  const become = (set: string) =>
    identity.parts.pool.query(`UPDATE app_user SET ${set} WHERE user_id = $1`, [admin.userId]);
  const exported = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const response = await fetch(`${identity.config.issuer}/audit/export`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  expect([await make(), await exported()]).toEqual([undefined, 200]);
  await become("roles = '{viewer}'");
  expect([await make(), await exported()]).toEqual(["FORBIDDEN", 403]);
  await become("status = 'DISABLED'");
  expect([await make(), await exported()]).toEqual(["UNAUTHENTICATED", 401]);
});
