import { expect, test } from "vitest";
import { de } from "./catalogue/de.ts";
import { en, type Catalogue } from "./catalogue/en.ts";
import { he } from "./catalogue/he.ts";
import type { Message } from "./catalogue/message.ts";
import { ABOUT, LANGUAGES, type Language } from "./languages.ts";
import { translator } from "./messages.ts";

const CATALOGUES: Record<Language, Catalogue> = { en, de, he };

const textsOf = (message: Message): string[] =>
  typeof message === "string" ? [message] : Object.values(message);
const placesOf = (text: string): string[] =>
  Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? "").toSorted();

test.each(LANGUAGES)("lacks no key, has no other, and leaves none empty: %s", (language) => {
  const catalogue: Record<string, Message> = CATALOGUES[language];
  expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(en).toSorted());
  const empty = Object.entries(catalogue).filter(([, message]) =>
    textsOf(message).some((text) => text.trim() === ""),
  );
  expect(empty).toEqual([]);
});

test.each(LANGUAGES)("has every plural category of its numbers: %s", (language) => {
  const needed = new Intl.PluralRules(ABOUT[language].locale).resolvedOptions().pluralCategories;
  const lacking = Object.entries<Message>(CATALOGUES[language]).flatMap(([key, message]) =>
    typeof message === "string"
      ? []
      : needed.filter((category) => message[category] === undefined).map((one) => `${key} ${one}`),
  );
  expect(lacking).toEqual([]);
});

test.each(LANGUAGES)("fills no place that English does not name: %s", (language) => {
  const catalogue: Record<string, Message> = CATALOGUES[language];
  const others = Object.entries<Message>(en).flatMap(([key, message]) => {
    const named = new Set([...textsOf(message).flatMap(placesOf), "count"]);
    return textsOf(catalogue[key] ?? "")
      .flatMap(placesOf)
      .filter((place) => !named.has(place))
      .map((place) => `${key} {${place}}`);
  });
  expect(others).toEqual([]);
});

test.each(LANGUAGES)("leaves out no place of a text without plurals: %s", (language) => {
  const catalogue: Record<string, Message> = CATALOGUES[language];
  for (const [key, message] of Object.entries<Message>(en)) {
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
