import { expect, test } from "vitest";
import { RecentCategories } from "./recent-categories.ts";
import type { RecentCategory } from "./recent-categories.ts";

const recentOf = (tenantId: string, transactionId: string): RecentCategory => ({
  tenantId,
  fundId: "f1",
  position: 3,
  category: {
    transactionId,
    category: "TAX",
    confidence: 0.9,
    source: "MODEL",
    model: "some-model",
    evidence: [],
    needsReview: false,
    categorisedAt: new Date("2026-06-15T10:00:00Z"),
  },
});

test("a recent category is found by its tenant, for five seconds, until it is evicted", () => {
  let now = 0;
  const recent = new RecentCategories(() => now);
  recent.keep([recentOf("t1", "a"), recentOf("t2", "b")]);
  expect(recent.find("t1", "a")?.category.category).toBe("TAX");
  expect(recent.find("t2", "a")).toBeUndefined();
  recent.evict("t1");
  expect(recent.find("t1", "a")).toBeUndefined();
  expect(recent.find("t2", "b")).toBeDefined();
  now = 5_000;
  expect(recent.find("t2", "b")).toBeUndefined();
  recent.keep([recentOf("t1", "c")]);
  recent.evict();
  expect(recent.find("t1", "c")).toBeUndefined();
});
