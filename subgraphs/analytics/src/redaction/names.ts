import type { Span } from "./account-numbers.ts";
import { isKnownWord } from "./vocabulary.ts";

/** Where names of people stand in a text. */
export interface Names {
  readonly in: (text: string) => Span[];
}

/** Words by which a name is one of a company. */
const ORGANISATION =
  /(?<!\p{L})(?:ltd|limited|llc|llp|plc|inc|corp|company|co|gmbh|ag|kg|mbh|ug|ohg|ev|se|sarl|sas|sa|bv|nv|oy|ab|as|aps|spa|srl|sl|slu|bank|banca|banque|banco|fund|funds|fonds|fondo|trust|group|gruppe|groupe|grupo|holding|holdings|services?|solutions?|systems?|management|capital|partners|insurance|versicherung|assurances?|seguros|association|verein|foundation|stiftung|university|council|ministry|office|agency|hotel|restaurant|department|account|konto|compte|cuenta|בנק|בעמ|חברת|קרן|ביטוח)(?!\p{L})/iu;

const WORD = /[\p{L}\p{M}][\p{L}\p{M}'’.-]*/gu;

/** Whether a register's entry can be the name of a person: two to five words, and no sign of a company. */
function isPersonal(name: string): boolean {
  const words = name.match(WORD) ?? [];
  return words.length >= 2 && words.length <= 5 && !/\d/.test(name) && !ORGANISATION.test(name);
}

const TITLE =
  /(?<!\p{L})(?:mr|mrs|ms|miss|dr|prof|sir|madam|herrn?|frau|mme|mlle|monsieur|madame|señora?|sra?|מר|גב'|גברת)\.?\s+(?:\p{L}\.\s*)?[\p{Lu}\p{Lo}][\p{L}'’-]*(?:\s+[\p{Lu}\p{Lo}][\p{L}'’-]+){0,2}/giu;

const titled = (text: string): Span[] =>
  [...text.matchAll(TITLE)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    sent: "[name]",
  }));

export const NO_NAMES: Names = { in: titled };

/**
 * The names of a register. Unknown words are replaced anyway, so only names that have a known word count: people
 * are called Grant, Price and May.
 */
export function namesOf(register: Iterable<string>): Names {
  const byWord = new Map<string, string[][]>();
  for (const name of register) {
    const words = (name.match(WORD) ?? []).map(fold);
    if (!isPersonal(name) || !words.some(isKnownWord)) continue;
    for (const order of [words, reversed(words)]) {
      const key = order[0] ?? "";
      byWord.set(key, [...(byWord.get(key) ?? []), order]);
    }
  }
  return { in: (text) => [...titled(text), ...registered(text, byWord)] };
}

function registered(text: string, byWord: ReadonlyMap<string, readonly string[][]>): Span[] {
  if (byWord.size === 0) return [];
  const words = [...text.matchAll(WORD)].map(({ index, 0: word }) => ({
    folded: fold(word),
    from: index,
    to: index + word.length,
  }));
  return words.flatMap(({ folded, from }, place) => {
    const names = byWord.get(folded) ?? [];
    const found = names.find((name) =>
      name.every((word, offset) => words[place + offset]?.folded === word),
    );
    const to = words[place + (found?.length ?? 0) - 1]?.to;
    return found === undefined || to === undefined ? [] : [{ from, to, sent: "[name]" }];
  });
}

/** People are called by their surname first as well. */
const reversed = (words: readonly string[]): string[] =>
  words.map((_, place) => words[words.length - 1 - place] ?? "");

const fold = (word: string): string => word.toLowerCase().replace(/[.'’-]+$/u, "");
