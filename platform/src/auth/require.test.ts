import { expect, test } from "vitest";
import { contextFromToken, sentToken } from "./context-from-token.ts";
import { callerFromClaims } from "@allfunds/contract/claims";
import { requireCaller, requireScope, requireStepUp } from "./require.ts";

const caller = callerFromClaims({
  sub: "u",
  client_id: "web",
  tenant: "t",
  roles: [],
  scope: "ledger:read",
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

test.each([
  [{}, "UNAUTHENTICATED"],
  [{ authorization: "Basic abc" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer a b" }, "UNAUTHENTICATED"],
  [{ authorization: "Bearer a.b.c" }, undefined],
  [{ authorization: "bearer a.b.c" }, undefined],
])("reads the token, or refuses with a code, when the headers are %j", (headers, code) => {
  expect(refused(() => sentToken(headers))).toBe(code);
});
