import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAmount, formatMoney } from "./format-money.ts";
import { signOf, totalsByCurrency } from "./money.ts";

test.each([
  ["0", "0"],
  ["0.00", "0.00"],
  ["-0.00", "0.00"],
  ["999.99", "999.99"],
  ["1000", "1,000"],
  ["-1234567.80", "−1,234,567.80"],
  ["123456789012345678901234.567", "123,456,789,012,345,678,901,234.567"],
  ["1e3", "—"],
])("formats %s as %s", (amount, expected) => {
  expect(formatAmount(amount)).toBe(expected);
});

test("writes the sign of a movement", () => {
  expect(formatAmount("12.50", { signed: true })).toBe("+12.50");
  expect(formatAmount("-12.50", { signed: true })).toBe("−12.50");
  expect(formatAmount("0.00", { signed: true })).toBe("0.00");
});

test("never changes a digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (units) => {
      expect(formatAmount(units.toString()).replaceAll(",", "")).toBe(units.toString());
    }),
  );
});

test("adds the currency code", () => {
  expect(formatMoney({ amount: "1500.00", currency: "EUR" })).toBe("1,500.00\u00a0EUR");
});

test("totals each currency exactly", () => {
  const totals = totalsByCurrency([
    { amount: "0.10", currency: "EUR" },
    { amount: "5", currency: "JPY" },
    { amount: "0.20", currency: "EUR" },
  ]);
  expect(totals).toEqual([
    { amount: "0.30", currency: "EUR" },
    { amount: "5", currency: "JPY" },
  ]);
});

test("finds the sign of an amount of any size", () => {
  expect(["-0.01", "0.00", "99999999999999999999.99"].map(signOf)).toEqual([-1, 0, 1]);
});
