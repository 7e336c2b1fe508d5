import fc from "fast-check";
import { expect, test } from "vitest";
import { LANGUAGES } from "../language/languages.ts";
import { formatAmount, pointOf } from "./format-money.ts";
import { readAmount } from "./read-amount.ts";

test.each([
  ["1234.56", "1234.56"],
  ["1,234.56", "1234.56"],
  ["1.234,56", "1234.56"],
  ["1 234,56", "1234.56"],
  ["1\u202f234\u202f567,5", "1234567.5"],
  ["1'234'567.50", "1234567.50"],
  ["12,50", "12.50"],
  ["12.5", "12.5"],
  ["1,250,000,000.00", "1250000000.00"],
  ["1.250.000", "1250000"],
  ["0,005", "0.005"],
  ["0012.50", "12.50"],
  ["\u22121,234.56\u00a0EUR", "-1234.56"],
  ["-12,50 €", "-12.50"],
  ["12.50-", "-12.50"],
  ["+12.50", "12.50"],
  ["EUR 12.50", "12.50"],
])("reads %j as %s", (text, plain) => {
  expect(readAmount(text, "EUR", ".")).toBe(plain);
});

test.each([
  ["1.234", "EUR", "1234"],
  ["1,234", "EUR", "1234"],
  ["1.234", "JPY", "1234"],
  ["1.234", "KWD", "1.234"],
  ["1,234", "KWD", "1234"],
  ["1.234", "BTC/8", "1.234"],
  ["1.234", undefined, "1.234"],
  ["1,234", undefined, "1234"],
])("reads %j of %s as %s", (text, currency, plain) => {
  expect(readAmount(text, currency, ".")).toBe(plain);
});

test.each([
  "",
  " ",
  "-",
  "1e3",
  "1,23,456.00",
  "1.2.3",
  "1,2,3",
  "12.",
  ".5",
  "0x10",
  "--1",
  "1.234,",
  "a",
])("does not read %j", (text) => {
  expect(readAmount(text, "EUR", ".")).toBeUndefined();
});

const currency = fc.constantFrom<[string, number][]>(
  ["EUR", 2],
  ["JPY", 0],
  ["KWD", 3],
  ["BTC/8", 8],
);

test("reads back every amount that the app prints, in each language", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }),
      currency,
      fc.constantFrom(...LANGUAGES),
      (units, [code, scale], language) => {
        const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
        const whole = digits.slice(0, digits.length - scale);
        const fraction = scale === 0 ? "" : `.${digits.slice(-scale)}`;
        const amount = `${units < 0n ? "-" : ""}${whole}${fraction}`;
        expect(readAmount(formatAmount(amount, language), code, pointOf(language))).toBe(amount);
      },
    ),
  );
});
