import fc from "fast-check";
import { expect, it } from "vitest";
import { isExactNumber, parseExactJson } from "./exact-json.ts";

const NUMBERS = [
  "9007199254740993",
  "-9007199254740993",
  "4611686018427387905",
  "123456789012345678.90",
  "1.00000000000000000001",
  "0.1234567890123456789",
  "12345678901234567891e3",
];

it.each(NUMBERS)("keeps every digit of %s when it is parsed and written", (number) => {
  for (const text of [number, `{"a":${number}}`, `[${number},1]`, `{"a":[{"b":${number}}]}`])
    expect(JSON.stringify(parseExactJson(`{"v":${text}}`))).toBe(`{"v":${text}}`);
});

it("keeps plain numbers when a double holds them", () => {
  const text =
    '[1,-2.5,0.30000000000000004,9007199254740991,1000000000000000000,"9007199254740993"]';
  expect(parseExactJson(text)).toEqual(JSON.parse(text));
});

it("keeps each digit of any decimal at any place of a text", () => {
  const digits = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String);
  fc.assert(
    fc.property(digits, fc.nat(20), fc.string(), (whole, places, padding) => {
      const written = places === 0 ? whole : `${whole}.${"1".repeat(places)}`;
      const read = parseExactJson(`{${JSON.stringify(`${padding}k`)}:${written}}`);
      const value: unknown = Object.values(read as object)[0];
      const digitsRead = isExactNumber(value) ? value.rawJSON : String(value);
      expect(scaled(digitsRead)).toBe(scaled(written));
    }),
  );
});

/** A decimal as a whole number of 10^-60. */
function scaled(text: string): bigint {
  const [mantissa = "", exponent = "0"] = text.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(60 + Number(exponent) - fraction.length);
}
