import { expect, test } from "vitest";
import { bearerToken, contextFromToken } from "./context-from-token.ts";
import { callerFromClaims } from "./map-claims.ts";
import {
  grantedFunds,
  maySeeFund,
  requireCaller,
  requireScope,
  requireStepUp,
  seesFund,
} from "./require.ts";

const caller = callerFromClaims({
  sub: "u",
  client_id: "web",
  tenant: "t",
  roles: [],
  scope: "ledger:read",
  funds: ["f1"],
  acr: "pwd",
  exp: 1_900_000_000,
});
const refused = (work: () => void): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

test("takes tenant, actor and scopes from the token when headers name others", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const context = contextFromToken(caller, { "x-tenant": "other", "idempotency-key": "k" }, now);
  expect(context).toMatchObject({
    tenantId: "t",
    actor: "u",
    scopes: ["ledger:read"],
    idempotencyKey: "k",
    now,
    caller,
  });
});

test("throws the code of the requirement when the caller does not meet it", () => {
  expect(refused(() => requireCaller({}))).toBe("UNAUTHENTICATED");
  expect(refused(() => requireScope(caller, "admin"))).toBe("FORBIDDEN");
  expect(refused(() => requireScope(caller, "ledger:read"))).toBeUndefined();
  expect(refused(() => requireStepUp(caller))).toBe("STEP_UP_REQUIRED");
  expect(refused(() => requireStepUp({ ...caller, acr: "mfa" }))).toBeUndefined();
  expect(refused(() => requireStepUp({ ...caller, kind: "client" }))).toBeUndefined();
});

test("shows a fund only when it was granted to the caller", () => {
  expect(maySeeFund(caller, "f1")).toBe(true);
  expect(maySeeFund(caller, "f2")).toBe(false);
  expect(maySeeFund({ funds: "*" }, "f2")).toBe(true);
  expect(seesFund({ caller }, "f2")).toBe(false);
  expect(seesFund({}, "f2")).toBe(true);
});

test("returns the granted ids, or null when the caller sees every fund", () => {
  const id = "018f0000-0000-7000-8000-0000000000f1";
  expect(grantedFunds({ caller: { ...caller, funds: [id, "no id"] } })).toEqual([id]);
  expect(grantedFunds({ caller: { ...caller, funds: "*" } })).toBeNull();
  expect(grantedFunds({})).toBeNull();
});

test.each([
  [{}, "UNAUTHENTICATED"],
  [{ authorization: "Basic abc" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer a b" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer a.b.c" }, undefined],
  [{ authorization: "bearer a.b.c" }, undefined],
])("reads the token, or refuses with a code, when the headers are %j", (headers, code) => {
  expect(refused(() => bearerToken(headers))).toBe(code);
});
