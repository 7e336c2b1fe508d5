import { expect, test } from "vitest";
import { languageAttributes, readLanguage } from "./languages.ts";

test.each([
  ["he", "de,en", "he"],
  [undefined, "fr-CH, de;q=0.8, en;q=0.9", "en"],
  [undefined, "de-AT", "de"],
  [undefined, "iw-IL,en;q=0.5", "he"],
  [undefined, "de;q=0, *", "en"],
  ["klingon", null, "en"],
  ['"><script>', "x".repeat(10_000), "en"],
])("reads the choice %j and what the browser accepts, %j, as %s", (chosen, accepted, language) => {
  expect(readLanguage(chosen, accepted)).toBe(language);
});

test("names language and direction of a page", () => {
  expect(languageAttributes("he")).toBe('lang="he" dir="rtl"');
  expect(languageAttributes("de")).toBe('lang="de" dir="ltr"');
});
