import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDecimal } from "./decimal.ts";
import { cross, inverse, PARITY, productMinor, quoted, share, translate } from "./exchange.ts";

const at = (text: string) => quoted(parseDecimal(text));

describe("translate", () => {
  it.each([
    ["40.00 USD at 1.0800 a euro", 4000n, "USD", "EUR", at("1.0800"), 3704n],
    ["a loss, halves away from zero", -1n, "USD", "EUR", at("2"), -1n],
    ["100,000 USD of a sale at 1.1080", 10_000_000n, "USD", "EUR", at("1.1080"), 9_025_271n],
    ["yen, which have no decimals", 161_803n, "JPY", "EUR", at("161.80"), 100_002n],
    ["dinars, which have three", 1_234n, "KWD", "EUR", at("0.3345"), 369n],
    ["euros to dollars", 10_000n, "EUR", "USD", inverse(at("1.25")), 12_500n],
    [
      "francs to dollars, both quoted a euro",
      9_300n,
      "CHF",
      "USD",
      cross(at("0.93"), at("1.10")),
      11_000n,
    ],
    ["a currency against itself", 77n, "EUR", "EUR", PARITY, 77n],
  ] as const)("translates %s", (_what, minor, from, to, rate, expected) => {
    expect(translate(minor, from, to, rate)).toBe(expected);
  });

  it("leaves a cross rate unrounded: a rate against itself changes no amount", () => {
    const rate = fc
      .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 10 }))
      .map(([unscaled, scale]) => quoted({ unscaled, scale }));
    fc.assert(
      fc.property(rate, rate, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (a, b, minor) => {
        const there = cross(a, b);
        expect(translate(minor, "USD", "USD", cross(there, there))).toBe(minor);
      }),
    );
  });
});

describe("products and shares", () => {
  it.each([
    ["120 x 61.00", ["120", "61.00"], "EUR", 732_000n],
    ["a price in percent of the nominal", ["100000", "99.125", "0.01"], "EUR", 9_912_500n],
    ["one rounding of 1.005 x 1", ["1.005", "1"], "EUR", 101n],
    ["yen", ["3", "0.5"], "JPY", 2n],
  ] as const)("rounds %s once", (_what, factors, currency, expected) => {
    expect(productMinor(factors.map(parseDecimal), currency)).toBe(expected);
  });

  it("gives five of eleven units 7,178.75 of 15,793.25", () => {
    expect(share(1_579_325n, 5n, 11n)).toBe(717_875n);
  });
});
