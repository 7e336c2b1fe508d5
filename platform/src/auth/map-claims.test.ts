import { expect, test } from "vitest";
import { callerFromClaims, OWN_CLAIMS, type ClaimMapping } from "./map-claims.ts";

const own = {
  sub: "u",
  client_id: "web",
  tenant: "t",
  roles: ["viewer"],
  scope: "ledger:read",
  exp: 1_900_000_000,
};

test("a client's token speaks for the client itself", () => {
  expect(callerFromClaims({ ...own, sub: "web" })).toMatchObject({ kind: "client" });
});

test("a client's token tells who made the client, where the issuer says so", () => {
  expect(callerFromClaims({ ...own, sub: "web", owner: "ann" }).owner).toBe("ann");
  expect(callerFromClaims({ ...own, sub: "web", owner: ["ann"] })).not.toHaveProperty("owner");
  expect(callerFromClaims({ ...own, sub: "web" })).not.toHaveProperty("owner");
});

test("no funds claim means no fund", () => {
  expect(callerFromClaims(own).funds).toEqual([]);
  expect(callerFromClaims({ ...own, funds: ["a", 7, "b"] }).funds).toEqual(["a", "b"]);
});

const external: ClaimMapping = {
  ...OWN_CLAIMS,
  tenant: "https://example.com/tenant",
  roles: "realm_access.roles",
  clientId: "azp",
  roleNames: { Bookkeeper: "accountant" },
  scopesOfRole: { accountant: ["ledger:read", "ledger:write"] },
  mfaValues: ["urn:example:gold"],
};

test("an external issuer's claims are found by path or by name, and its roles by ours", () => {
  const claims = {
    sub: "auth0|1",
    azp: "app",
    "https://example.com/tenant": "t2",
    realm_access: { roles: ["Bookkeeper", "Gardener", "constructor"] },
    acr: "urn:example:gold",
    scope: "openid",
    exp: 1_900_000_000,
  };
  expect(callerFromClaims(claims, external)).toMatchObject({
    tenantId: "t2",
    clientId: "app",
    roles: ["accountant"],
    scopes: ["ledger:read", "ledger:write"],
    acr: "mfa",
  });
});

test("an issuer with one tenant needs no claim for it", () => {
  const { tenant: _absent, ...claims } = own;
  const mapping = { ...OWN_CLAIMS, fixedTenant: "only" };
  expect(callerFromClaims(claims, mapping).tenantId).toBe("only");
});

test("a path does not lead into what every object has", () => {
  const mapping = { ...OWN_CLAIMS, tenant: "constructor.name" };
  expect(() => callerFromClaims(own, mapping)).toThrow("The access token is not valid.");
});

test("a client of every tenant has no scope of any", () => {
  const claims = { ...own, sub: "web", tenant: "*", scope: "feed:read ledger:read admin" };
  expect(callerFromClaims(claims)).toMatchObject({ tenantId: "*", scopes: ["feed:read"] });
});
