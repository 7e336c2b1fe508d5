import type { PlainKey, Translate } from "./messages.ts";

/** Options of a choice whose texts are keys of the catalogue, with the texts. */
export const named = <Code extends string>(
  options: readonly (readonly [Code, PlainKey])[],
  t: Translate,
): (readonly [Code, string])[] => options.map(([code, key]) => [code, t(key)] as const);
