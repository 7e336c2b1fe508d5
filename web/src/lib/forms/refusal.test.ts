import { expect, test } from "vitest";
import { refusalOf, refuse } from "./refusal.ts";

const form = new FormData();
form.set("amount", "10.00");
form.set("file", new Blob(["x"]));
const PROBLEM = { code: "BELOW_MINIMUM", message: "The amount is below the minimum." };

test("keeps what was entered, and the sentence of the first problem", () => {
  const { status, data } = refuse("place", form, [PROBLEM]);
  expect(status).toBe(422);
  expect(data).toEqual({
    action: "place",
    of: "",
    problem: PROBLEM.message,
    values: { amount: "10.00" },
  });
});

test("is shown at the form that was refused, and at no other", () => {
  const { data } = refuse("cancel", form, [PROBLEM], "order-1");
  expect(refusalOf(data, "cancel", "order-1")).toBe(data);
  expect(refusalOf(data, "cancel", "order-2")).toBeUndefined();
  expect(refusalOf(data, "place")).toBeUndefined();
  expect(refusalOf(null, "cancel", "order-1")).toBeUndefined();
});
