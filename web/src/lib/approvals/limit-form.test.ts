import { expect, test } from "vitest";
import { readLimit } from "./limit-form.ts";

function limit(fields: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ currency: "eur", ...fields })) form.set(name, value);
  return readLimit(form, ",");
}

test("reads a limit of one posting in the reader's notation", () => {
  expect(limit({ amount: "10.000,50", approvers: "2", fundId: "f" })).toEqual({
    currency: "EUR",
    amount: "10000.50",
    fundId: "f",
    per: "POSTING",
    approvers: 2,
    idempotencyKey: null,
  });
});

test("demands no number of approvers for other kinds, unless one is chosen", () => {
  expect(limit({ per: "CHANGE", amount: "0", approvers: "1" })).not.toHaveProperty("approvers");
  expect(limit({ per: "DAY", approvers: "3" })).toMatchObject({ approvers: 3, amount: null });
});

test("takes an unknown kind for a limit of one posting, and leaves what is no amount to the graph", () => {
  expect(limit({ per: "YEAR", amount: "much" })).toMatchObject({ per: "POSTING", amount: "much" });
});
