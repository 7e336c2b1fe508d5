import fc from "fast-check";
import pg from "pg";
import { expect, test } from "vitest";
import { arrayLiteral } from "./array-literal.ts";

/** Sends the literal through the driver's own reader of arrays. */
const parse = (literal: string): unknown =>
  pg.types.getTypeParser(pg.types.builtins.TEXT + 984)(literal);

test("any texts come back as they were, nulls among them", () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom("NULL", "null", "", "{}", null)));
  fc.assert(
    fc.property(texts, (items) => {
      expect(parse(arrayLiteral(items))).toEqual(items);
    }),
  );
});

test.each([
  ["numbers", [1, -2n, 2n ** 127n], "{1,-2,170141183460469231731687303715884105728}"],
  ["bytes", [Buffer.from("00ff", "hex")], String.raw`{"\\x00ff"}`],
  ["moments", [new Date(0)], '{"1970-01-01T00:00:00.000Z"}'],
  ["ids", ["018f0000-0000-7000-8000-000000000001"], "{018f0000-0000-7000-8000-000000000001}"],
])("%s are written as PostgreSQL reads them", (_what, items, literal) => {
  expect(arrayLiteral(items)).toBe(literal);
});

test("what is no plain value is refused", () => {
  expect(() => arrayLiteral([[1]])).toThrow("flat");
});
