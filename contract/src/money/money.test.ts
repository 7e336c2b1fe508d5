import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideRounded, formatScaled, parseDecimal, rescale } from "./decimal.ts";
import { allocate, formatAmount, MAX_MINOR, parseAmount } from "./money.ts";

describe("parseAmount", () => {
  it.each([
    ["0", "EUR", 0n],
    ["1234.56", "EUR", 123_456n],
    ["1234.5", "EUR", 123_450n],
    ["-0.01", "EUR", -1n],
    ["-0.00", "EUR", 0n],
    ["-12", "EUR", -1200n],
    ["007.50", "EUR", 750n],
    ["1000", "JPY", 1000n],
    ["1.234", "BHD", 1234n],
    ["9007199254740993.00", "EUR", 900_719_925_474_099_300n],
    ["0.00000001", "BTC/8", 1n],
    ["1.000000000000000001", "ETH/18", 1_000_000_000_000_000_001n],
    ["170141183460469231731.687303715884105727", "ETH/18", MAX_MINOR],
    ["7", "SHARES/0", 7n],
  ])("reads %s %s", (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  it.each([
    ["1e3", "EUR", "INVALID_AMOUNT"],
    ["+1", "EUR", "INVALID_AMOUNT"],
    [" 1", "EUR", "INVALID_AMOUNT"],
    ["1,5", "EUR", "INVALID_AMOUNT"],
    [".5", "EUR", "INVALID_AMOUNT"],
    ["5.", "EUR", "INVALID_AMOUNT"],
    ["1.2.3", "EUR", "INVALID_AMOUNT"],
    ["1\n", "EUR", "INVALID_AMOUNT"],
    ["--1", "EUR", "INVALID_AMOUNT"],
    ["0x10", "EUR", "INVALID_AMOUNT"],
    ["٣", "EUR", "INVALID_AMOUNT"],
    ["NaN", "EUR", "INVALID_AMOUNT"],
    ["", "EUR", "INVALID_AMOUNT"],
    ["1.005", "EUR", "INVALID_AMOUNT"],
    ["0.5", "JPY", "INVALID_AMOUNT"],
    [(MAX_MINOR + 1n).toString(), "JPY", "INVALID_AMOUNT"],
    ["1", "EURO", "INVALID_INPUT"],
    ["1", "eur", "INVALID_INPUT"],
    ["1", "ZZZ", "INVALID_INPUT"],
    ["1", "BTC/19", "INVALID_INPUT"],
    ["1", "BTC/08", "INVALID_INPUT"],
    ["1", "btc/8", "INVALID_INPUT"],
    ["0.000000001", "BTC/8", "INVALID_AMOUNT"],
    ["0.5", "SHARES/0", "INVALID_AMOUNT"],
  ])("refuses %j %s with %s", (text, currency, code) => {
    expect(() => parseAmount(text, currency)).toThrow(expect.objectContaining({ code }));
  });

  it("reads back every amount that formatAmount writes", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR }),
        fc.constantFrom("EUR", "JPY", "BHD", "HUF", "CLF", "BTC/8", "ETH/18", "SHARES/0"),
        (minor, currency) => {
          expect(parseAmount(formatAmount(minor, currency), currency)).toBe(minor);
        },
      ),
    );
  });
});

describe("rounding", () => {
  it.each([
    [25n, "HALF_EVEN", 2n],
    [35n, "HALF_EVEN", 4n],
    [-25n, "HALF_EVEN", -2n],
    [25n, "HALF_UP", 3n],
    [-25n, "HALF_UP", -3n],
    [29n, "DOWN", 2n],
    [-29n, "DOWN", -2n],
  ] as const)("rounds %s tenths by %s to %s", (tenths, mode, expected) => {
    expect(divideRounded(tenths, 10n, mode)).toBe(expected);
  });

  it("keeps every digit when the scale grows", () => {
    expect(rescale(parseDecimal("1.5"), 4, "DOWN")).toBe(15_000n);
    expect(formatScaled(-5n, 3)).toBe("-0.005");
  });
});

describe("allocate", () => {
  it("gives the odd cents to the largest remainders when the split is uneven", () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(-5n, [3n, 7n])).toEqual([-2n, -3n]);
  });

  it("adds up to the total, and keeps each part within one unit, for any weights", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc
          .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 })
          .filter((w) => w.some((x) => x > 0n)),
        (total, weights) => {
          const parts = allocate(total, weights);
          const sum = weights.reduce((a, b) => a + b, 0n);
          expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
          parts.forEach((part, index) => {
            const off = part * sum - total * (weights[index] ?? 0n);
            expect(off < sum && off > -sum).toBe(true);
          });
        },
      ),
    );
  });
});
