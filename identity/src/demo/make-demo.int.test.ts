import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scopesOf, type Role } from "../access/roles.ts";
import { openService, type RunningService } from "../service.fixture.ts";
import { discoverAs, signIn } from "../sign-in.fixture.ts";
import { makeDemo, type DemoAccess } from "./make-demo.ts";

let service: RunningService;
let demo: DemoAccess;
beforeAll(async () => {
  service = await openService();
  demo = await make();
});
afterAll(() => service.close());

const make = (): Promise<DemoAccess> => {
  const { pool, secretBox } = service.parts;
  const { issuer, audience: resource } = service;
  return makeDemo(pool, secretBox, { issuer, resource }, new Date());
};

test("every demo user signs in and gets the scopes of the role", async () => {
  expect(demo.users).toHaveLength(6);
  for (const { email, password, role, totpSecret } of demo.users) {
    const { tokens } = await signIn(service, { userId: "", email, password, totpSecret });
    const claims = decodeJwt(tokens.access_token);
    const acr = totpSecret === undefined ? "pwd" : "mfa";
    expect(claims).toMatchObject({ roles: [role], acr, funds: "*" });
    expect(claims["scope"]).toBe(scopesOf([role as Role], acr).join(" "));
  }
});

test("the first demo client has every scope", async () => {
  const [first, second] = demo.clients;
  const config = await discoverAs(service, first?.clientId, first?.clientSecret);
  const { scope } = await client.clientCredentialsGrant(config, {
    resource: demo.resource,
    scope: ALL_SCOPES.join(" "),
  });
  expect(scope?.split(" ").sort()).toEqual([...ALL_SCOPES].sort());
  expect(second?.scopes).toEqual(["ledger:read", "metrics:read", "analytics:read"]);
  expect(demo.tokenEndpoint).toBe(config.serverMetadata().token_endpoint);
});

test("new demo credentials end the earlier ones", async () => {
  const renewed = await make();
  const [old] = demo.clients;
  const config = await discoverAs(service, old?.clientId, old?.clientSecret);
  await expect(
    client.clientCredentialsGrant(config, { resource: demo.resource }),
  ).rejects.toMatchObject({ error: "invalid_client" });
  expect(renewed.users.map(({ email }) => email)).toEqual(demo.users.map(({ email }) => email));
  expect(renewed.users[0]?.password).not.toBe(demo.users[0]?.password);
});
