import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { authenticationShape } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "./ask.fixture.ts";
import { runIdentity } from "./identity.fixture.ts";
import { startService, type AskedService } from "./service.fixture.ts";
import { systemCredentials } from "./tokens.fixture.ts";

const TENANT = "0193a8c0-0000-7000-8000-000000000abc";
let issuer: Server;
let issuerUrl: string;
let privateKey: CryptoKey;
let environment: Record<string, string>;
let service: AskedService;

/** An issuer as Keycloak is one: a path in its name, RSA keys, claims and roles of its own. */
beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  ({ privateKey } = pair);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "realm-key", alg: "RS256", use: "sig" };
  issuer = createServer((request, response) => {
    const known: Readonly<Record<string, object>> = {
      "/realms/acme/.well-known/openid-configuration": {
        issuer: issuerUrl,
        jwks_uri: `${issuerUrl}/protocol/openid-connect/certs`,
        token_endpoint: `${issuerUrl}/protocol/openid-connect/token`,
      },
      "/realms/acme/protocol/openid-connect/certs": { keys: [jwk] },
    };
    const answer = known[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/realms/acme`;
  environment = {
    OIDC_ISSUER: issuerUrl,
    GRAPH_AUDIENCE: "allfunds-graph",
    OIDC_ALGORITHMS: "RS256",
    OIDC_TOKEN_TYPE: "any",
    OIDC_CLAIMS: JSON.stringify({
      tenant: "https://acme.example/tenant",
      roles: "realm_access.roles",
      clientId: "azp",
      funds: "fund_ids",
      roleNames: { "books-keeper": "accountant", "board-member": "approver", revision: "auditor" },
      scopesOfRole: {
        accountant: ["ledger:read", "ledger:write"],
        approver: ["ledger:read", "ledger:approve"],
        auditor: ["audit:read"],
      },
      mfaValues: ["gold"],
    }),
  };
  service = await startService(environment);
});
afterAll(async () => {
  await service.stop();
  issuer.close();
});

const tokenWith = (claims: object = {}, header: object = {}): Promise<string> =>
  new SignJWT({
    typ: "Bearer",
    azp: "acme-portal",
    scope: "openid profile",
    realm_access: { roles: ["offline_access", "books-keeper"] },
    "https://acme.example/tenant": TENANT,
    fund_ids: "*",
    acr: "silver",
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: "realm-key", ...header })
    .setSubject("9c8e")
    .setIssuer(issuerUrl)
    .setAudience("allfunds-graph")
    .setIssuedAt()
    .setExpirationTime("5 minutes")
    .sign(privateKey);

test("a token of an external issuer is understood by its own claim names and roles", async () => {
  expect(await service.ask(await tokenWith())).toEqual({
    status: 200,
    tenantId: TENANT,
    actor: "9c8e",
    scopes: ["ledger:read", "ledger:write"],
    acr: "silver",
    funds: "*",
  });
});

test("its strong sign-ins, roles and granted funds count", async () => {
  const token = await tokenWith({
    acr: "gold",
    realm_access: { roles: ["board-member"] },
    fund_ids: ["f1", "f2"],
  });
  expect(await service.ask(token)).toMatchObject({
    scopes: ["ledger:read", "ledger:approve"],
    acr: "mfa",
    funds: ["f1", "f2"],
  });
});

test("roles nobody translated and funds nobody granted allow nothing", async () => {
  const token = await tokenWith({ realm_access: { roles: ["admin"] }, fund_ids: undefined });
  expect(await service.ask(token)).toMatchObject({ status: 200, scopes: [], funds: [] });
});

test.each([
  ["without a tenant", { "https://acme.example/tenant": undefined }],
  ["without a client", { azp: undefined }],
])("a token %s is refused", async (_what, claims) => {
  expect(await service.ask(await tokenWith(claims))).toMatchObject({
    status: 401,
    code: "UNAUTHENTICATED",
  });
});

test("its auditors read the trail kept here, and tokens made here open nothing then", async () => {
  const identity = await runIdentity({
    externalIssuer: loadConfig("identity", authenticationShape, environment),
  });
  try {
    const query = "{ me { tenantId } auditTrail { nodes { action } } }";
    const auditor = await tokenWith({ realm_access: { roles: ["revision"] } });
    expect((await ask(identity, auditor, query)).body).toEqual({
      data: { me: { tenantId: TENANT }, auditTrail: { nodes: [] } },
    });
    const ours = await systemCredentials(identity, "follower", "feed:read").token();
    expect((await ask(identity, ours, query)).body).toMatchObject({
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  } finally {
    await identity.stop();
  }
});
