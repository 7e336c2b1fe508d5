import { describe, expect, it } from "vitest";
import { entityTag, expectedVersion } from "./entity-tag.ts";

describe("an If-Match header", () => {
  it.each([
    ["is absent", undefined, undefined],
    ["says any version", "*", undefined],
    ["holds a tag that was given out", entityTag(7), 7],
  ])("that %s expects what it says", (_what, header, version) => {
    expect(expectedVersion(header)).toBe(version);
  });

  it.each([
    ["a weak tag", 'W/"7"', "VERSION_CONFLICT"],
    ["a tag of somebody else", '"abc"', "VERSION_CONFLICT"],
    ["a version beyond all versions", '"99999999999999999999"', "VERSION_CONFLICT"],
    ["a bare number", "7", "INVALID_INPUT"],
    ["several tags", '"7", "8"', "INVALID_INPUT"],
    ["nothing", "", "INVALID_INPUT"],
  ])("with %s is refused", (_what, header, code) => {
    expect(() => expectedVersion(header)).toThrow(expect.objectContaining({ code }));
  });
});
