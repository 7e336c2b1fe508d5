import { expect, test } from "vitest";
import type { Message } from "./catalogue/message.ts";
import { ABOUT, LANGUAGES, type Language } from "./languages.ts";
import { CATALOGUE_PARTS } from "./catalogue-parts.ts";
import { readCatalogue } from "./load-messages.ts";
import { translator } from "./messages.ts";

type Catalogue = Record<string, Message>;

const wholeCatalogue = async (language: Language): Promise<Catalogue> =>
  Object.assign(
    {},
    ...(await Promise.all(
      ["core" as const, ...CATALOGUE_PARTS].map((part) => readCatalogue(part, language)),
    )),
  );
const [en, de, he] = (await Promise.all(LANGUAGES.map(wholeCatalogue))) as [
  Catalogue,
  Catalogue,
  Catalogue,
];
const CATALOGUES: Record<Language, Catalogue> = { en, de, he };

const textsOf = (message: Message): string[] =>
  typeof message === "string" ? [message] : Object.values(message);
const placesOf = (text: string): string[] =>
  Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? "").toSorted();

test.each(LANGUAGES)("lacks no key, has no other, and leaves none empty: %s", (language) => {
  const catalogue = CATALOGUES[language];
  expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(en).toSorted());
  const empty = Object.entries(catalogue).filter(([, message]) =>
    textsOf(message).some((text) => text.trim() === ""),
  );
  expect(empty).toEqual([]);
});

test.each(LANGUAGES)("has every plural category of its numbers: %s", (language) => {
  const needed = new Intl.PluralRules(ABOUT[language].locale).resolvedOptions().pluralCategories;
  const lacking = Object.entries(CATALOGUES[language]).flatMap(([key, message]) =>
    typeof message === "string"
      ? []
      : needed.filter((category) => message[category] === undefined).map((one) => `${key} ${one}`),
  );
  expect(lacking).toEqual([]);
});

test.each(LANGUAGES)("fills no place that English does not name: %s", (language) => {
  const catalogue = CATALOGUES[language];
  const others = Object.entries(en).flatMap(([key, message]) => {
    const named = new Set([...textsOf(message).flatMap(placesOf), "count"]);
    return textsOf(catalogue[key] ?? "")
      .flatMap(placesOf)
      .filter((place) => !named.has(place))
      .map((place) => `${key} {${place}}`);
  });
  expect(others).toEqual([]);
});

test.each(LANGUAGES)("leaves out no place of a text without plurals: %s", (language) => {
  const catalogue = CATALOGUES[language];
  for (const [key, message] of Object.entries(en)) {
    if (typeof message !== "string") continue;
    const translated = textsOf(catalogue[key] ?? "").flatMap(placesOf);
    expect([key, translated]).toEqual([key, placesOf(message)]);
  }
});

test("chooses the plural and the notation of the language", () => {
  const german = translator("de", de);
  const hebrew = translator("he", he);
  expect(german("spending.transactions", { count: 1 })).toBe("1 Buchung");
  expect(german("spending.transactions", { count: 1234 })).toBe("1.234 Buchungen");
  expect(hebrew("spending.transactions", { count: 2 })).toBe("שתי תנועות");
  expect(hebrew("spending.transactions", { count: 11 })).toBe("11 תנועות");
});

test("keeps parts apart that would else be read in the wrong order from right to left", () => {
  const asOf = { day: "20 \u05d1\u05e0\u05d5\u05d1\u05f3 2026" };
  expect(translator("he", he)("ui.asOfDay", asOf)).toContain(`\u2068${asOf.day}\u2069`);
  expect(translator("en", en)("ui.asOfDay", { day: "20 Nov 2026" })).toBe("as of 20 Nov 2026");
});
