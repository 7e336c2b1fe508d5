import fc from "fast-check";
import { expect, test } from "vitest";
import { contentKey } from "./content-key.ts";

const numbers = fc.float64Array();

test("equal content has one key, whichever buffer it is a part of", () => {
  fc.assert(
    fc.property(numbers, fc.integer(), (values, argument) => {
      const part = Float64Array.of(7, ...values, 7).subarray(1, values.length + 1);
      expect(contentKey(part, argument)).toBe(contentKey(values, argument));
    }),
  );
});

test("another number, order, argument or cut is another key", () => {
  const keys = [
    contentKey(Float64Array.of(1, 2), 3),
    contentKey(Float64Array.of(2, 1), 3),
    contentKey(Float64Array.of(1, 2), 4),
    contentKey(Float64Array.of(1), Float64Array.of(2), 3),
    contentKey(Float64Array.of(1, 2), "3"),
    contentKey("1", "2"),
    contentKey("12"),
    contentKey(["1", "2"]),
    contentKey(Float64Array.of(0)),
    contentKey(Float64Array.of(-0)),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
