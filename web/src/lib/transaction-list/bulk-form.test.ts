import { expect, test } from "vitest";
import { idsOf, outcomeOf } from "./bulk-form.ts";

const A = "0193a8c0-0001-7000-8000-000000000001";
const B = "0193a8c0-0001-7000-8000-000000000002";

const ids = (text: string, most = 2) => {
  const form = new FormData();
  form.set("ids", text);
  return idsOf(form, most);
};

test.each([
  [A, [A]],
  [`${A},${B}`, [A, B]],
  [`${A},${A}`, [A]],
  ["", undefined],
  ["1", undefined],
  [`${A},x`, undefined],
])("reads the selection %s", (text, expected) => {
  expect(ids(text)).toEqual(expected);
});

test("refuses more than can be changed at once", () => {
  expect(ids(`${A},${B}`, 1)).toBeUndefined();
});

test("counts what was made, and each reason of a refusal", () => {
  expect(outcomeOf("reverse", [undefined, "Closed.", undefined, "Closed.", "Gone."])).toEqual({
    kind: "reverse",
    made: 2,
    refused: 3,
    reasons: [
      { message: "Closed.", count: 2 },
      { message: "Gone.", count: 1 },
    ],
  });
});
