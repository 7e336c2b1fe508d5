import { AppError } from "@allfunds/contract/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrictJson } from "./strict-json.ts";
import { decodeUtf8 } from "./text.ts";

const refusalOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
};

test.each([
  ['{"amount":"1.00","amount":"2.00"}', 'has the member "amount" twice'],
  ['{"entries":[{"a":1},{"a":1,"b":{"c":1,"c":1}}]}', 'has the member "c" twice'],
  ['{"amount":1,"\\u0061mount":2}', 'has the member "amount" twice'],
  ['{"a" : 1,\n\t"a"\n:2}', 'has the member "a" twice'],
  ['{"":1,"":2}', 'has the member "" twice'],
  ['{"__proto__":{}}', 'has a member named "__proto__"'],
  ['{"a":"x\u202Ey"}', "bidirectional control"],
  ['{"a":"x\\u202ey"}', "bidirectional control"],
  ['{"a":"x\\u2066y"}', "bidirectional control"],
  ["{\u2069}", "bidirectional control"],
  ['{"a":9007199254740993}', "has the number 9007199254740993, which would lose digits"],
  ["[-12345678901234567]", "has the number -12345678901234567"],
  ['{"a":0.1000000000000000055511151231257827}', "has the number 0.1000000000000000055"],
  ['{"a":1e400}', "has the number 1e400"],
  ['{"a":-1e-400}', "has the number -1e-400"],
  ['{"a":1', "is not valid JSON"],
  ["", "is not valid JSON"],
  [`${"[".repeat(300)}${"]".repeat(300)}`, "nested more than 256 levels"],
])("refuses %j when the body %s", (text, reason) => {
  const refusal = refusalOf(() => parseStrictJson(text));
  expect(refusal).toContain("MALFORMED_BODY");
  expect(refusal).toContain(reason);
});

test.each([
  ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
  ['{"a:b":"{\\"a\\":1,\\"a\\":2}"}'],
  ['"a:b"'],
  ['{"a":"\\\\","b":"\\\\\\""}'],
  ['{"constructor":{"prototype":1}}'],
  ["[0.10000000000000001,1e22,0e999,-0.0,1.7976931348623157e+308,9007199254740992]"],
  ['{"a":"12345678901234567890","b":"1e400"}'],
  ['"שלום \u200F123"'],
])("returns what JSON.parse returns when the text is %s", (text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

test("accepts generated JSON, and refuses it when a member is repeated", () => {
  const named = fc.dictionary(
    fc.string().filter((name) => name !== "__proto__"),
    fc.jsonValue({ maxDepth: 3 }),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(named, fc.nat(), fc.constantFrom(0, 2), (value, pick, indent) => {
      const text = JSON.stringify(value, null, indent);
      fc.pre(!/[\u202A-\u202E\u2066-\u2069]|\\u20[26]|__proto__/i.test(text));
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      const names = Object.keys(value);
      const repeated = JSON.stringify(names[pick % names.length]);
      const twice = `${text.slice(0, text.lastIndexOf("}"))},${repeated}:null}`;
      expect(refusalOf(() => parseStrictJson(twice))).toContain(`the member`);
    }),
    { numRuns: 100 },
  );
});

test.each([
  [[0xff], "MALFORMED_BODY"],
  [[0xc3], "MALFORMED_BODY"],
  [[0xed, 0xa0, 0x80], "MALFORMED_BODY"],
  [[0xc0, 0xaf], "MALFORMED_BODY"],
  [[0xc3, 0xa4, 0xf0, 0x9f, 0x92, 0xb6], "accepted"],
])("decodes or refuses when the bytes are %j: %s", (bytes, expected) => {
  expect(refusalOf(() => decodeUtf8(Uint8Array.from(bytes)))).toContain(expected);
});
