import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryGraph } from "./graph.fixture.ts";
import { openResourceServer, type ResourceServer } from "./resource-server.fixture.ts";
import { openService } from "./service.fixture.ts";
import { systemCredentials } from "./tokens.fixture.ts";

const TENANT = "0193a8c0-0000-7000-8000-000000000abc";
const AUDIENCE = "https://acme.example/graph";
let issuer: Server;
let issuerUrl: string;
let privateKey: CryptoKey;
let environment: Record<string, string>;
let resourceServer: ResourceServer;

/** An issuer like Keycloak: a path in its name, RSA keys, its own claims and roles. */
beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  ({ privateKey } = pair);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "realm-key", alg: "RS256", use: "sig" };
  issuer = createServer((request, response) => {
    const documents: Readonly<Record<string, object>> = {
      "/realms/acme/.well-known/openid-configuration": {
        issuer: issuerUrl,
        jwks_uri: `${issuerUrl}/protocol/openid-connect/certs`,
        token_endpoint: `${issuerUrl}/protocol/openid-connect/token`,
      },
      "/realms/acme/protocol/openid-connect/certs": { keys: [jwk] },
    };
    const document = documents[request.url ?? ""];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/realms/acme`;
  environment = {
    OIDC_ISSUER: issuerUrl,
    GRAPH_AUDIENCE: AUDIENCE,
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
  resourceServer = await openResourceServer(environment);
});
afterAll(async () => {
  await resourceServer.close();
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
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime("5 minutes")
    .sign(privateKey);

test("a token of an external issuer is read by the issuer's claim names and roles", async () => {
  expect(await resourceServer.callerOf(await tokenWith())).toEqual({
    status: 200,
    challenge: null,
    tenantId: TENANT,
    actor: "9c8e",
    scopes: ["ledger:read", "ledger:write"],
    acr: "silver",
    funds: "*",
  });
});

test("the external issuer's acr values, roles and granted funds count", async () => {
  const token = await tokenWith({
    acr: "gold",
    realm_access: { roles: ["board-member"] },
    fund_ids: ["f1", "f2"],
  });
  expect(await resourceServer.callerOf(token)).toMatchObject({
    scopes: ["ledger:read", "ledger:approve"],
    acr: "mfa",
    funds: ["f1", "f2"],
  });
});

test("a token allows nothing when its roles are not mapped and it has no funds", async () => {
  const token = await tokenWith({ realm_access: { roles: ["admin"] }, fund_ids: undefined });
  expect(await resourceServer.callerOf(token)).toMatchObject({
    status: 200,
    scopes: [],
    funds: [],
  });
});

test.each([
  ["without a tenant", { "https://acme.example/tenant": undefined }],
  ["without a client", { azp: undefined }],
])("refuses a token %s", async (_what, claims) => {
  expect(await resourceServer.callerOf(await tokenWith(claims))).toMatchObject({
    status: 401,
    code: "UNAUTHENTICATED",
  });
});

test("the graph accepts the external issuer's auditors and refuses its own tokens", async () => {
  const service = await openService({ env: environment });
  try {
    const query = "{ me { tenantId } auditTrail { nodes { action } } }";
    const auditor = await tokenWith({ realm_access: { roles: ["revision"] } });
    expect((await queryGraph(service, auditor, query)).body).toEqual({
      data: { me: { tenantId: TENANT }, auditTrail: { nodes: [] } },
    });
    const own = await systemCredentials(service, "follower", "feed:read").token();
    expect((await queryGraph(service, own, query)).body).toMatchObject({
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  } finally {
    await service.close();
  }
});
