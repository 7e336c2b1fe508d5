/** A text with places `{name}`; with a count, one text for each plural category of the language. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { other: string });
