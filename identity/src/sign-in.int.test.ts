import { createTokenVerifier, DEMO_TENANT_ID } from "@allfunds/platform";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBrowser } from "./browser.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "./identity.fixture.ts";
import { codeOf, finishSignIn, signIn, startSignIn } from "./sign-in.fixture.ts";

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity();
});
afterAll(() => identity.stop());

const verifier = () =>
  createTokenVerifier({
    issuer: identity.config.issuer,
    audience: identity.config.audience,
    jwksUri: `${identity.config.issuer}/.well-known/jwks.json`,
  });

test("a password and a code make a token with two factors", async () => {
  const user = await addUser(identity.parts, "approver", { totp: true });
  const { tokens } = await signIn(identity, user);
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
  const caller = await verifier().verify(tokens.access_token);
  expect(caller).toMatchObject({
    kind: "user",
    tenantId: DEMO_TENANT_ID,
    subject: user.userId,
    clientId: "web",
    roles: ["approver"],
    scopes: ["ledger:read", "ledger:approve", "metrics:read", "analytics:read"],
    funds: "*",
    acr: "mfa",
    amr: ["pwd", "otp", "mfa"],
  });
  expect(tokens.expires_in).toBe(300);
  expect(tokens.claims()).toMatchObject({
    sub: user.userId,
    email: user.email,
    roles: ["approver"],
    tenant: DEMO_TENANT_ID,
    acr: "mfa",
  });
});
