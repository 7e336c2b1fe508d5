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

test("the context is what the token says, whatever headers claim", () => {
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

test("refusals have their codes", () => {
  expect(refused(() => requireCaller({}))).toBe("UNAUTHENTICATED");
  expect(refused(() => requireScope(caller, "admin"))).toBe("FORBIDDEN");
  expect(refused(() => requireScope(caller, "ledger:read"))).toBeUndefined();
  expect(refused(() => requireStepUp(caller))).toBe("STEP_UP_REQUIRED");
  expect(refused(() => requireStepUp({ ...caller, acr: "mfa" }))).toBeUndefined();
  expect(refused(() => requireStepUp({ ...caller, kind: "client" }))).toBeUndefined();
});

test("a fund is seen by those it was granted to", () => {
  expect(maySeeFund(caller, "f1")).toBe(true);
  expect(maySeeFund(caller, "f2")).toBe(false);
  expect(maySeeFund({ funds: "*" }, "f2")).toBe(true);
  expect(seesFund({ caller }, "f2")).toBe(false);
  expect(seesFund({}, "f2")).toBe(true);
});

test("grants go into a query as ids, and into none where every fund is seen", () => {
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
])("of %j the token is read or asked for", (headers, code) => {
  expect(refused(() => bearerToken(headers))).toBe(code);
});
