/** A sentence's texts between its facts, folded for the search of words; each fact is written P. */
export class Prose {
  readonly texts: readonly string[];
  readonly folded: readonly string[];
  readonly whole: string;

  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.folded = texts.map(fold);
    this.whole = this.folded.join("P");
  }

  words(): string[] {
    return this.folded.flatMap(wordsOf);
  }
}

/** Lower case, without accents, with plain apostrophes and hyphens. */
export const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/œ/g, "oe")
    .replace(/[’‘`´]/g, "'")
    .replace(/״/g, '"')
    .replace(/[‐‑‒]/g, "-")
    .normalize("NFD")
    .replace(/\p{M}+/gu, "");

const WORD = /[\p{L}]+(?:['"][\p{L}]+)*/gu;
export const wordsOf = (folded: string): string[] => folded.match(WORD) ?? [];

/** Hebrew prepositions, articles and conjunctions are characters in front of the word. */
export function inSet(word: string, set: ReadonlySet<string>): boolean {
  if (set.has(word)) return true;
  for (const length of [1, 2]) {
    const front = word.slice(0, length);
    if (/^[והבלמשכ]+$/u.test(front) && set.has(word.slice(length))) return true;
  }
  return word.split("'").some((part) => part !== word && set.has(part));
}
