import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scopesOf, type Role } from "../access/roles.ts";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { discoverAs, signIn } from "../sign-in.fixture.ts";
import { makeDemo, type DemoAccess } from "./make-demo.ts";

let identity: RunningIdentity;
let demo: DemoAccess;
beforeAll(async () => {
  identity = await runIdentity();
  const { pool, vault } = identity.parts;
  demo = await makeDemo(pool, vault, identity.config, new Date());
});
afterAll(() => identity.stop());

test("every demo user signs in and gets what the role allows", async () => {
  expect(demo.users).toHaveLength(6);
  for (const { email, password, role, totpSecret } of demo.users) {
    const { tokens } = await signIn(identity, { userId: "", email, password, totpSecret });
    const claims = decodeJwt(tokens.access_token);
    const acr = totpSecret === undefined ? "pwd" : "mfa";
    expect(claims).toMatchObject({ roles: [role], acr, funds: "*" });
    expect(claims["scope"]).toBe(scopesOf([role as Role], acr).join(" "));
  }
});

test("the first demo client has every scope", async () => {
  const [first, second] = demo.clients;
  const config = await discoverAs(identity, first?.clientId, first?.clientSecret);
  const { scope } = await client.clientCredentialsGrant(config, {
    resource: demo.resource,
    scope: ALL_SCOPES.join(" "),
  });
  expect(scope?.split(" ").sort()).toEqual([...ALL_SCOPES].sort());
  expect(second?.scopes).toEqual(["ledger:read", "metrics:read", "analytics:read"]);
  expect(demo.tokenEndpoint).toBe(config.serverMetadata().token_endpoint);
});

test("new demo credentials end the earlier ones", async () => {
  const { pool, vault } = identity.parts;
  const renewed = await makeDemo(pool, vault, identity.config, new Date());
  const [old] = demo.clients;
  const config = await discoverAs(identity, old?.clientId, old?.clientSecret);
  await expect(
    client.clientCredentialsGrant(config, { resource: demo.resource }),
  ).rejects.toMatchObject({ error: "invalid_client" });
  expect(renewed.users.map(({ email }) => email)).toEqual(demo.users.map(({ email }) => email));
  expect(renewed.users[0]?.password).not.toBe(demo.users[0]?.password);
});
