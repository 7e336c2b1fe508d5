import { expect, test } from "vitest";
import { roleName, viewerOf } from "./viewer.ts";

const anna = {
  subject: "1",
  name: "Anna",
  email: "anna@test.example",
  roles: ["accountant"],
  acr: "pwd",
};

test("offers what the scopes allow, whatever the roles are called", () => {
  const viewer = viewerOf({ ...anna, scopes: ["ledger:read", "ledger:write"] });
  const others = {
    approve: false,
    administer: false,
    audit: false,
    verify: false,
    analyse: false,
    ask: false,
    publishNav: false,
    seeInvestors: false,
    registerInvestors: false,
    simulate: false,
  };
  expect(viewer.may).toEqual({ post: true, correct: false, ...others });
  expect(viewer.secondFactor).toBe(false);
  expect(viewerOf({ ...anna, scopes: ["admin"], acr: "mfa" })).toMatchObject({
    secondFactor: true,
    may: { administer: true, post: false },
  });
});

test("contains only names and abilities for the browser", () => {
  const secretly = { ...anna, scopes: [], accessToken: "eyJ", refreshToken: "r" };
  expect(Object.keys(viewerOf(secretly)).sort()).toEqual(
    ["email", "id", "may", "name", "roles", "secondFactor"].sort(),
  );
});

test("writes roles as words", () => {
  expect(roleName("fund-manager")).toBe("Fund manager");
});
