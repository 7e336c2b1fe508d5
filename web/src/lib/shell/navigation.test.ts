import { expect, test } from "vitest";
import { en } from "../language/catalogue/en.ts";
import { translator } from "../language/messages.ts";
import { viewerOf } from "../session/viewer.ts";
import { fundOf, navigation } from "./navigation.ts";

const viewer = (scopes: readonly string[]) =>
  viewerOf({ subject: "a", name: "A", email: "a@b", roles: [], scopes, acr: undefined });
const names = (scopes: readonly string[], fundId?: string) =>
  navigation(viewer(scopes), fundId, translator("en", en)).flatMap(({ links }) =>
    links.map(({ name }) => name),
  );

test("offers a viewer the pages of the fund that is shown, and nothing to change", () => {
  expect(names(["ledger:read"])).toEqual(["Markets"]);
  expect(names(["ledger:read"], "1")).toEqual([
    "Summary",
    "Transactions",
    "Accounts",
    "Reports",
    "Administration",
    "Performance",
    "NAV bridge",
    "Allocation",
    "Simulate a plan",
    "Categories",
    "Counterparties",
    "Recurring journals",
    "Month-end",
    "Periods",
    "Markets",
  ]);
});

test("marks the administration of a fund on each page that its tabs lead to", () => {
  const links = navigation(viewer([]), "1", translator("en", en)).flatMap((group) => group.links);
  expect(links.find(({ name }) => name === "Administration")?.covers).toEqual([
    "/funds/1/orders",
    "/funds/1/portfolio",
    "/funds/1/actions",
    "/funds/1/valuations",
  ]);
});

test("offers each role what it may do", () => {
  expect(names(["ledger:write"])).toEqual([
    "To review",
    "Approvals",
    "Securities",
    "Dimensions",
    "Markets",
    "Open a fund",
  ]);
  expect(names(["audit:read"])).toEqual(["Markets", "Audit log", "Jobs"]);
  expect(names(["metrics:write"])).toEqual(["Markets", "Jobs"]);
  expect(names(["admin"])).toEqual([
    "Markets",
    "Users",
    "API clients",
    "Webhooks",
    "Components",
    "Jobs",
  ]);
});

test("finds the fund of a page by its address, its account or its transaction", () => {
  expect(fundOf("/funds/[id]/ask", { id: "1" }, {})).toBe("1");
  expect(fundOf("/accounts/[id]", { id: "2" }, { account: { fund: { id: "1" } } })).toBe("1");
  expect(fundOf("/accounts/[id]", { id: "2" }, { fundId: "1" })).toBe("1");
  expect(fundOf("/transactions/[id]", {}, { transaction: { fund: { id: "1" } } })).toBe("1");
  const statement = { account: { fund: { id: "1" } } };
  expect(fundOf("/accounts/[id]/statements/[statement]", { id: "2" }, { statement })).toBe("1");
  expect(fundOf("/", {}, { account: null })).toBeUndefined();
});
