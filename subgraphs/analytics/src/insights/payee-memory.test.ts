import { expect, test } from "vitest";
import type { PastMovement } from "./past-movement.ts";
import { PayeeMemory } from "./payee-memory.ts";

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

test("a payee is held with the latest 200 payments, and known by money that came in, too", () => {
  const memory = new PayeeMemory();
  memory.hold("a", false, []);
  expect(memory.knows("a")).toBe(false);
  memory.add("a", paid(0, "IN"));
  expect(memory.knows("a")).toBe(true);
  for (let number = 1; number <= 205; number += 1) memory.add("a", paid(number));
  expect(memory.payments("a")).toHaveLength(200);
  expect(memory.payments("a")[0]).toMatchObject({ transactionId: "t6" });
  memory.add("stranger", paid(1));
  expect(memory.holds("stranger")).toBe(false);
});

test("of many payees those asked for last are kept, and few enough", () => {
  const memory = new PayeeMemory();
  for (let number = 0; number < 25_000; number += 1) memory.hold(`p${number}`, true, []);
  memory.holds("p0");
  memory.trim();
  expect(memory.holds("p0")).toBe(true);
  expect(memory.holds("p1")).toBe(false);
  expect(memory.holds("p24999")).toBe(true);
});

test("of payees with many payments fewer are kept", () => {
  const memory = new PayeeMemory();
  const many = Array.from({ length: 200 }, (_, number) => paid(number));
  for (let number = 0; number < 400; number += 1) memory.hold(`p${number}`, true, many);
  memory.trim();
  const kept = Array.from({ length: 400 }, (_, number) => memory.holds(`p${number}`));
  expect(kept.filter(Boolean)).toHaveLength(150);
  expect(kept[0]).toBe(false);
  expect(kept[399]).toBe(true);
});
