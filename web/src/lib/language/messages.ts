import type { Catalogue, en } from "./catalogue/en.ts";
import type { Message } from "./catalogue/message.ts";
import { ABOUT, type Language } from "./languages.ts";

type MessageKey = keyof typeof en;

type Places<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;
type PlacesOf<Key extends MessageKey> = (typeof en)[Key] extends { other: infer Other }
  ? Places<Other> | "count"
  : Places<(typeof en)[Key]>;
type Values<Key extends MessageKey> = [PlacesOf<Key>] extends [never]
  ? []
  : [values: Readonly<Record<PlacesOf<Key>, string | number>>];

/** A key of a text without places. */
export type PlainKey = {
  [Key in MessageKey]: [PlacesOf<Key>] extends [never] ? Key : never;
}[MessageKey];

/** Writes a message of the catalogue in the reader's language; numbers in the notation of its locale. */
export type Translate = <Key extends MessageKey>(key: Key, ...values: Values<Key>) => string;

/** The translation into one language. */
export function translator(language: Language, catalogue: Catalogue): Translate {
  const { locale } = ABOUT[language];
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, ...[values]) => {
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const message: Message = catalogue[key];
    const text = typeof message === "string" ? message : pluralOf(message, given["count"], plurals);
    return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
      const value = given[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? place);
    });
  };
}

const pluralOf = (
  message: Exclude<Message, string>,
  count: string | number | undefined,
  plurals: Intl.PluralRules,
): string => message[plurals.select(Number(count))] ?? message.other;
