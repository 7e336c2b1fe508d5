import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { KnownBudgets } from "./known-budgets.ts";

const TOKEN = `Bearer ${"a".repeat(200)}`;
const stated = (remaining: number, wait: number) => ({
  ratelimit: `"cost";r=${remaining};t=${wait}`,
  "ratelimit-policy": '"cost";q=1000;w=100',
});

it("counts in what has flowed back since the gateway stated a budget", () => {
  const budgets = new KnownBudgets();
  const now = performance.now();
  budgets.note(TOKEN, stated(20, 3));
  expect(budgets.headersFor(TOKEN, now + 2_000)["ratelimit"]).toMatch(/^"cost";r=(?:39|40);t=2$/);
  expect(budgets.headersFor(TOKEN, now + 200_000)).toEqual({
    ratelimit: '"cost";r=1000;t=0',
    "ratelimit-policy": '"cost";q=1000;w=100',
  });
});

it("has no budget of a caller whom the gateway has not answered, or not with one", () => {
  const budgets = new KnownBudgets();
  budgets.note(TOKEN, { ratelimit: "soon" });
  budgets.note(undefined, stated(20, 0));
  expect(budgets.headersFor(TOKEN)).toEqual({});
  expect(budgets.headersFor(undefined)).toEqual({});
});
