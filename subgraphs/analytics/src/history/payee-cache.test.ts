import { expect, test } from "vitest";
import type { PastMovement } from "./past-movement.ts";
import { PayeeCache } from "./payee-cache.ts";

const paid = (number: number, direction: PastMovement["direction"] = "OUT"): PastMovement => ({
  tenantId: "t",
  transactionId: `t${number}`,
  fundId: "f",
  effectiveDate: "2026-06-01",
  amountMinor: BigInt(number),
  currency: "EUR",
  direction,
  counterpartyKey: "payee",
  reference: null,
});

test("holds a payee with the latest 200 payments, and one of whom money came in", () => {
  const cache = new PayeeCache();
  cache.hold("a", false, []);
  expect(cache.has("a")).toBe(false);
  cache.add("a", paid(0, "IN"));
  expect(cache.has("a")).toBe(true);
  for (let number = 1; number <= 205; number += 1) cache.add("a", paid(number));
  expect(cache.payments("a")).toHaveLength(200);
  expect(cache.payments("a")[0]).toMatchObject({ transactionId: "t6" });
  cache.add("another", paid(1));
  expect(cache.holds("another")).toBe(false);
});

test("keeps the payees used last when there are too many", () => {
  const cache = new PayeeCache();
  for (let number = 0; number < 25_000; number += 1) cache.hold(`p${number}`, true, []);
  cache.holds("p0");
  cache.trim();
  expect(cache.holds("p0")).toBe(true);
  expect(cache.holds("p1")).toBe(false);
  expect(cache.holds("p24999")).toBe(true);
});

test("keeps fewer payees when they have many payments", () => {
  const cache = new PayeeCache();
  const many = Array.from({ length: 200 }, (_, number) => paid(number));
  for (let number = 0; number < 400; number += 1) cache.hold(`p${number}`, true, many);
  cache.trim();
  const kept = Array.from({ length: 400 }, (_, number) => cache.holds(`p${number}`));
  expect(kept.filter(Boolean)).toHaveLength(150);
  expect(kept[0]).toBe(false);
  expect(kept[399]).toBe(true);
});
