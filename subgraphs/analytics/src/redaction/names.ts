import type { Span } from "./account-numbers.ts";
import { nameWord } from "./name-words.ts";
import { ORGANISATION, peopleIn } from "./people.ts";
import { isKnownWord } from "./vocabulary.ts";

/** Where names of people stand in a text. */
export interface Names {
  readonly in: (text: string) => Span[];
}

const WORD = /[\p{L}\p{M}][\p{L}\p{M}'’.-]*/gu;

/**
 * Whether a register's entry can be the name of a person: two to five words, no sign of a company, and no word that
 * is a purpose only, unless a given name stands beside it.
 */
function isPersonal(name: string): boolean {
  const words = name.match(WORD) ?? [];
  if (words.length < 2 || words.length > 5 || /\d/.test(name) || ORGANISATION.test(name))
    return false;
  const kinds = words.map((word) => nameWord(word.replace(/[.'’-]+$/u, "")));
  return kinds.includes("GIVEN") || !kinds.includes("NONE");
}

export const NO_NAMES: Names = { in: peopleIn };

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
  return { in: (text) => [...peopleIn(text), ...registered(text, byWord)] };
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
