import { expect, test } from "vitest";
import { accessProblem, readAccess, readClient } from "./access-form.ts";

function formOf(...fields: [string, string][]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}

test("ignores single funds when all funds are chosen", () => {
  const form = formOf(["roles", "viewer"], ["roles", "auditor"], ["fundIds", "1"]);
  expect(readAccess(form)).toEqual({
    roles: ["viewer", "auditor"],
    allFunds: false,
    fundIds: ["1"],
  });
  form.append("allFunds", "on");
  expect(readAccess(form)).toMatchObject({ allFunds: true, fundIds: [] });
});

test("refuses access without a role or without a fund", () => {
  expect(accessProblem({ roles: [], allFunds: true, fundIds: [] })).toBe("refused.role");
  expect(accessProblem({ roles: ["viewer"], allFunds: false, fundIds: [] })).toBe("refused.funds");
  expect(accessProblem({ roles: ["viewer"], allFunds: true, fundIds: [] })).toBeUndefined();
});

test("ends a client at the end of its last day, or never", () => {
  const form = formOf(["name", " Loader "], ["scopes", "ledger:read"], ["lastDay", "2026-12-31"]);
  expect(readClient(form, "2026-11-22")).toEqual({
    name: "Loader",
    scopes: ["ledger:read"],
    expiresAt: "2026-12-31T23:59:59Z",
  });
  form.set("lastDay", "");
  expect(readClient(form, "2026-11-22")).toMatchObject({ expiresAt: null });
});

test.each([
  [[], "refused.name"],
  [[["name", "Loader"]], "refused.scope"],
  [
    [
      ["name", "Loader"],
      ["scopes", "admin"],
      ["lastDay", "2026-11-21"],
    ],
    "refused.lastDayFuture",
  ],
  [
    [
      ["name", "Loader"],
      ["scopes", "admin"],
      ["lastDay", "soon"],
    ],
    "refused.lastDayFuture",
  ],
] satisfies [[string, string][], string][])("refuses the client form %j: %s", (fields, problem) => {
  expect(readClient(formOf(...fields), "2026-11-22")).toEqual({ problem });
});
