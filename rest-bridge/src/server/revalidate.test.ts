import { expect, test } from "vitest";
import { contentTag, hasCurrent } from "./revalidate.ts";

test.each([
  [undefined, false],
  ["*", true],
  [' "7" ', true],
  ['W/"7"', true],
  ['"8", "7"', true],
  ['"6","8"', false],
  ["7", false],
  ['"7', false],
  ["", false],
])("compares If-None-Match %s with the tag weakly", (sent, current) => {
  expect(hasCurrent(sent, '"7"')).toBe(current);
});

test("gives equal answers one tag and others another", () => {
  expect(contentTag("{}")).toBe(contentTag("{}"));
  expect(contentTag("{}")).not.toBe(contentTag("[]"));
  expect(contentTag("{}")).toMatch(/^"[\w-]{22}"$/);
});
