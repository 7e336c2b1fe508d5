import { expect, test } from "vitest";
import { contentTag, heldTag, weakTag } from "./entity-tag.ts";

test.each([
  [undefined, undefined],
  ["*", '"7"'],
  [' "7" ', '"7"'],
  ['W/"7"', '"7"'],
  ['"8", "7"', '"7"'],
  ['"8", "7-gzip"', '"7-gzip"'],
  ['"7-other"', undefined],
  ['"6","8"', undefined],
  ["7", undefined],
  ['"7', undefined],
  ["", undefined],
])("compares If-None-Match %s with the tag weakly, in every encoding", (sent, held) => {
  expect(heldTag(sent, '"7"')).toBe(held);
});

test("gives equal answers one tag and others another", () => {
  expect(contentTag("{}")).toBe(contentTag("{}"));
  expect(contentTag("{}")).not.toBe(contentTag("[]"));
  expect(contentTag("{}")).toMatch(/^"[\w-]{22}"$/);
});

test("gives back a weak tag as a weak one, in whichever encoding it is held", () => {
  const tag = weakTag({ value: "1.00" });
  const encoded = tag.replace(/"$/, '-gzip"');
  expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
  expect(heldTag(tag, tag)).toBe(tag);
  expect(heldTag(encoded, tag)).toBe(encoded);
  expect(heldTag(encoded.replace("W/", ""), tag)).toBe(encoded);
  expect(heldTag(weakTag({ value: "2.00" }), tag)).toBeUndefined();
});
