import { expect, test } from "vitest";
import { callerFromClaims, OWN_CLAIMS, type ClaimMapping } from "./claims.ts";

const own = {
  sub: "u",
  client_id: "web",
  tenant: "t",
  roles: ["viewer"],
  scope: "ledger:read",
  exp: 1_900_000_000,
};

test("returns a client when the subject is the client id", () => {
  expect(callerFromClaims({ ...own, sub: "web" })).toMatchObject({ kind: "client" });
});

test("returns the owner of a client when the owner claim is a text", () => {
  expect(callerFromClaims({ ...own, sub: "web", owner: "ann" }).owner).toBe("ann");
  expect(callerFromClaims({ ...own, sub: "web", owner: ["ann"] })).not.toHaveProperty("owner");
  expect(callerFromClaims({ ...own, sub: "web" })).not.toHaveProperty("owner");
});

test("returns whether there is a second administrator when the claim is a boolean", () => {
  for (const second_administrator of [true, false]) {
    expect(callerFromClaims({ ...own, second_administrator })).toMatchObject({
      secondAdministrator: second_administrator,
    });
  }
  expect(callerFromClaims({ ...own, second_administrator: "true" })).not.toHaveProperty(
    "secondAdministrator",
  );
  const mapping = { ...OWN_CLAIMS, secondAdministrator: "acme.dual" };
  expect(callerFromClaims({ ...own, acme: { dual: true } }, mapping)).toMatchObject({
    secondAdministrator: true,
  });
});

test("grants no fund when the funds claim is absent", () => {
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

test("maps claims by path or name, and roles by name, when the issuer is external", () => {
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

test("uses the fixed tenant when the mapping has one", () => {
  const { tenant: _absent, ...claims } = own;
  const mapping = { ...OWN_CLAIMS, fixedTenant: "only" };
  expect(callerFromClaims(claims, mapping).tenantId).toBe("only");
});

test("refuses the token when a path leads into inherited properties", () => {
  const mapping = { ...OWN_CLAIMS, tenant: "constructor.name" };
  expect(() => callerFromClaims(own, mapping)).toThrow("The access token is not valid.");
});

test("keeps only system scopes when the client is of every tenant", () => {
  const claims = { ...own, sub: "web", tenant: "*", scope: "feed:read ledger:read admin" };
  expect(callerFromClaims(claims)).toMatchObject({ tenantId: "*", scopes: ["feed:read"] });
});
