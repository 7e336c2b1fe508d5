import { expect, test } from "vitest";
import { readSecurity, readTrade } from "./trade-form.ts";

test("leaves to the ledger what is empty in a trade", () => {
  const form = new FormData();
  form.set("isin", "ie00b4l5y983");
  form.set("quantity", "1 250,5");
  form.set("price", "85.20");
  expect(readTrade(form, ".")).toMatchObject({
    isin: "IE00B4L5Y983",
    quantity: "1250.5",
    price: "85.20",
    gross: undefined,
    accrued: undefined,
  });
});

test("sends decimals that are no whole number as what the ledger refuses", () => {
  const form = new FormData();
  form.set("quantityDecimals", "four");
  expect(readSecurity(form).quantityDecimals).toBe(-1);
  form.set("quantityDecimals", "4");
  expect(readSecurity(form).quantityDecimals).toBe(4);
});
