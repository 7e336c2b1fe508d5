import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { expect, test } from "vitest";
import { ALL_ROLES, needsMfa, scopesOf } from "./roles.ts";

test("each role has its scopes when the user has two factors", () => {
  const table = Object.fromEntries(
    ALL_ROLES.map((role) => [role, scopesOf([role], "mfa").join(" ")]),
  );
  expect(table).toEqual({
    viewer: "ledger:read metrics:read analytics:read",
    accountant:
      "ledger:read ledger:write ledger:propose investors:read investors:write metrics:read analytics:read analytics:run analytics:write",
    "fund-manager":
      "ledger:read ledger:write ledger:propose investors:read investors:write metrics:read metrics:write analytics:read analytics:run analytics:write",
    approver: "ledger:read ledger:approve nav:publish metrics:read analytics:read",
    auditor: "ledger:read metrics:read analytics:read audit:read audit:verify",
    admin: ALL_SCOPES.join(" "),
  });
});

test("no role approves or administers without two factors", () => {
  for (const role of ALL_ROLES) {
    expect(scopesOf([role], "pwd")).not.toContain("ledger:approve");
    expect(scopesOf([role], "pwd")).not.toContain("nav:publish");
    expect(scopesOf([role], undefined)).not.toContain("admin");
    expect(scopesOf([role], "pwd")).not.toContain("users:provision");
  }
});

test("roles add up, and the strictest one decides whether two factors are needed", () => {
  expect(scopesOf(["accountant", "auditor"], "pwd")).toContain("audit:read");
  expect(scopesOf(["accountant", "auditor"], "pwd")).toContain("ledger:write");
  expect(needsMfa(["viewer", "approver"])).toBe(true);
  expect(needsMfa(["viewer", "accountant", "auditor", "fund-manager"])).toBe(false);
});
