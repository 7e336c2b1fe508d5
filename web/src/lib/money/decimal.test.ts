import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, negateDecimal, parseDecimal, printDecimal } from "./decimal.ts";

const decimal = fc.record({
  units: fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
  scale: fc.nat({ max: 12 }),
});

test("reads back what it printed", () => {
  fc.assert(
    fc.property(decimal, (value) => {
      expect(parseDecimal(printDecimal(value))).toEqual(value);
    }),
  );
});

test("adds a number and its opposite to zero at any size", () => {
  fc.assert(
    fc.property(decimal, (value) => {
      expect(addDecimals(value, negateDecimal(value)).units).toBe(0n);
    }),
  );
});

test("keeps cents that floating point loses", () => {
  const sum = ["0.1", "0.2", "9007199254740993"]
    .map((text) => parseDecimal(text)!)
    .reduce(addDecimals);
  expect(printDecimal(sum)).toBe("9007199254740993.3");
});

test.each(["1e3", "1,000", "", " ", "NaN", "0x10", "1.", ".5", "--1", "١"])(
  "%j is not a plain decimal",
  (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  },
);
