/** A text with places `{name}`; with a count, one text for each plural category of the language. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { other: string });

/** A language's texts: all keys of English, one text for each of its plural categories. */
export type CatalogueOf<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Exclude<Message, string>;
};
