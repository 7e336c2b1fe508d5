import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, uuidOfText } from "./canonical-json.ts";

test("members are sorted, white space and absent members are left out", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined, A: true })).toBe(
    '{"A":true,"b":[1,{"c":"x","d":null}]}',
  );
});

test("equal values are spelled equally, whatever the order of their members", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      const reversed: unknown = JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
        typeof inner === "object" && inner !== null && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? 1 : -1)))
          : inner,
      );
      expect(canonicalJson(reversed)).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

// The digests are from coreutils' sha256sum; the ids of tenant books are made so.
test.each([
  ["key 1", "227ba5f2-c6c9-809f-a5c4-4a0696f39337"],
  ["key 2", "08f225fe-08e9-8a5b-9da2-da4079fcd1a7"],
  ["key 3", "3d3ee11c-2fbf-8f6a-ab1e-6aa16c382631"],
  ["key 4", "a1788ce1-d89f-88b4-96e2-6d4c37fd6356"],
])("%s stands for a UUID of version 8", (text, id) => {
  expect(uuidOfText(text)).toBe(id);
});
