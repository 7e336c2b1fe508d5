/** An operation's variables by name, as they came or as the schema has them. */
export type Variables = Readonly<Record<string, unknown>>;
