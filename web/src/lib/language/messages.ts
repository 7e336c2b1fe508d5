import type { en as administration } from "./catalogue/administration/en.ts";
import type { en as analysis } from "./catalogue/analysis/en.ts";
import type { en as books } from "./catalogue/books/en.ts";
import type { en as budgets } from "./catalogue/budgets/en.ts";
import type { en as core } from "./catalogue/en.ts";
import type { en as fund } from "./catalogue/fund/en.ts";
import type { en as home } from "./catalogue/home/en.ts";
import type { Message } from "./catalogue/message.ts";
import type { en as problems } from "./catalogue/problems/en.ts";
import type { en as search } from "./catalogue/search/en.ts";
import type { en as settings } from "./catalogue/settings/en.ts";
import type { en as signIn } from "./catalogue/sign-in/en.ts";
import { partOf } from "./isolated.ts";
import { ABOUT, type Language } from "./languages.ts";

type Texts = typeof core &
  typeof administration &
  typeof analysis &
  typeof books &
  typeof budgets &
  typeof fund &
  typeof home &
  typeof problems &
  typeof search &
  typeof settings &
  typeof signIn;
type MessageKey = keyof Texts;

type Places<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;
type PlacesOf<Key extends MessageKey> = Texts[Key] extends { other: infer Other }
  ? Places<Other> | "count"
  : Places<Texts[Key]>;
type Values<Key extends MessageKey> = [PlacesOf<Key>] extends [never]
  ? []
  : [values: Readonly<Record<PlacesOf<Key>, string | number>>];

/** A key of a text without places. */
export type PlainKey = {
  [Key in MessageKey]: [PlacesOf<Key>] extends [never] ? Key : never;
}[MessageKey];

/** Writes a message of the catalogue in the reader's language; numbers in the notation of its locale. */
export type Translate = <Key extends MessageKey>(key: Key, ...values: Values<Key>) => string;

/** What a key that is found at run time gives: the text with its values, or undefined where there is none. */
export function textBy(
  t: Translate,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
): string | undefined {
  // The key is none of those that the compiler could check.
  const text = (t as (key: string, values: object) => string)(key, values);
  return text === key ? undefined : text;
}

/** The translation into one language, with the texts that were read so far. */
export function translator(
  language: Language,
  texts: Readonly<Record<string, Message>>,
): Translate {
  const { locale } = ABOUT[language];
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, ...[values]) => {
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const message: Message = texts[key] ?? key;
    const text = typeof message === "string" ? message : pluralOf(message, given["count"], plurals);
    return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
      const value = given[name];
      if (typeof value === "number") return numbers.format(value);
      return value === undefined ? place : partOf(language, value);
    });
  };
}

const pluralOf = (
  message: Exclude<Message, string>,
  count: string | number | undefined,
  plurals: Intl.PluralRules,
): string => message[plurals.select(Number(count))] ?? message.other;
