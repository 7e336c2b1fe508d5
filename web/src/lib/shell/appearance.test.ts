import { expect, test } from "vitest";
import { appearanceAttributes, readAppearance, writeAppearance } from "./appearance.ts";

test("reads back what it wrote", () => {
  const chosen = {
    theme: "dark",
    density: "compact",
    keys: "none",
    offline: "on",
    amounts: "hidden",
  } as const;
  expect(readAppearance(writeAppearance(chosen))).toEqual(chosen);
});

test.each([undefined, "", "pink.tiny", '"><script>', "dark.compact.more.keys", "a.b.c.<i>"])(
  "writes attributes of its own words only for %j",
  (cookie) => {
    expect(appearanceAttributes(readAppearance(cookie))).toMatch(
      /^data-theme="(?:system|light|dark)" data-density="(?:comfortable|compact)"$/,
    );
  },
);
