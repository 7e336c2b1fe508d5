import { expect, test } from "vitest";
import { readOrder, readOrderState } from "./order-form.ts";

test("reads an amount as people write it, and leaves out what is empty", () => {
  const form = new FormData();
  form.set("kind", "SUBSCRIPTION");
  form.set("amount", "1.234,50");
  form.set("units", " ");
  const { kind, amount, units, toClassId } = readOrder(form, ".");
  expect({ kind, amount, units, toClassId }).toEqual({
    kind: "SUBSCRIPTION",
    amount: "1234.50",
    units: undefined,
    toClassId: undefined,
  });
});

test("passes on what is no amount, which the ledger refuses", () => {
  const form = new FormData();
  form.set("amount", "a lot");
  expect(readOrder(form, ".").amount).toBe("a lot");
});

test("filters by the states that exist", () => {
  expect(readOrderState("DEALT")).toBe("DEALT");
  expect(readOrderState("GONE")).toBeNull();
  expect(readOrderState(null)).toBeNull();
});
