import { expect, test } from "vitest";
import { contentTag, heldTag } from "./entity-tag.ts";

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
