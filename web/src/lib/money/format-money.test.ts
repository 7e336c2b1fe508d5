import fc from "fast-check";
import { expect, test } from "vitest";
import { fitAmount, formatAmount, pointOf, WIDTHS } from "./format-money.ts";
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
  expect(formatAmount(amount, "en")).toBe(expected);
});

test("writes the sign of a movement", () => {
  expect(formatAmount("12.50", "en", { signed: true })).toBe("+12.50");
  expect(formatAmount("-12.50", "en", { signed: true })).toBe("−12.50");
  expect(formatAmount("0.00", "en", { signed: true })).toBe("0.00");
});

test("never changes a digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (units) => {
      expect(formatAmount(units.toString(), "en").replaceAll(",", "")).toBe(units.toString());
    }),
  );
});

test("writes the signs of the reader's language", () => {
  expect(formatAmount("-1234567.80", "de")).toBe("\u22121.234.567,80");
  expect(formatAmount("-1234567.80", "he")).toBe("\u22121,234,567.80");
  expect(fitAmount("1250000000.00", 12, "de")).toBe("1,25\u00a0Mrd.");
  expect([pointOf("en"), pointOf("de")]).toEqual([".", ","]);
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

test.each([
  ["522070.07", "522,070.07"],
  ["999999999.99", "999,999,999.99"],
  ["-999999999.99", "−999,999,999.99"],
  ["1250000000.00", "1.25bn"],
  ["-1250000000.00", "−1.25bn"],
  ["1259999999.99", "1.25bn"],
  ["1000000000000", "1.00tn"],
  ["999999999999999.999", "999.99tn"],
  ["1000000000000000000000000.00", "1.00×10²⁴"],
  ["12345678901.123", "12.34bn"],
  ["0.123456789012345678", "0.123456789012345678"],
])("fits %s into a tile as %s", (amount, shown) => {
  expect(fitAmount(amount, WIDTHS.tile + (amount.startsWith("-") ? 1 : 0), "en")).toBe(shown);
});

test("never fits an amount as more than it is", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 12n, max: 10n ** 17n }), (units) => {
      const amount = `${units / 100n}.${String(units % 100n).padStart(2, "0")}`;
      const shown = fitAmount(amount, 8, "en");
      const power = { tn: 12, bn: 9, m: 6 }[shown.replaceAll(/[\d.]/g, "")] ?? 0;
      const [whole = "", fraction = ""] = shown.replace(/[a-z]+/, "").split(".");
      const least = BigInt(whole + fraction) * 10n ** BigInt(power);
      expect(least <= units && units - least < 10n ** BigInt(power)).toBe(true);
    }),
  );
});
