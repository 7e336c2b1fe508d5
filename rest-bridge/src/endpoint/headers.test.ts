import { describe, expect, it } from "vitest";
import { entityTag, expectedVersion } from "./headers.ts";

describe("an If-Match header", () => {
  it.each([
    ["no version when it is absent", undefined, undefined],
    ["no version when it is *", "*", undefined],
    ["the version of an entity tag", entityTag(7), 7],
    ["the version of the tag of a compressed answer", '"7-zstd"', 7],
  ])("requires %s", (_what, header, version) => {
    expect(expectedVersion(header)).toBe(version);
  });

  it.each([
    ["a weak tag", 'W/"7"', "VERSION_CONFLICT"],
    ["a tag of another service", '"abc"', "VERSION_CONFLICT"],
    ["a version beyond all versions", '"99999999999999999999"', "VERSION_CONFLICT"],
    ["a bare number", "7", "INVALID_INPUT"],
    ["several tags", '"7", "8"', "INVALID_INPUT"],
    ["nothing", "", "INVALID_INPUT"],
  ])("is refused when it has %s", (_what, header, code) => {
    expect(() => expectedVersion(header)).toThrow(expect.objectContaining({ code }));
  });
});
