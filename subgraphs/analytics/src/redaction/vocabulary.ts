import { KNOWN_PAYEES, PURPOSE_WORDS } from "./purpose-words.ts";

/** One spelling of a word: lower case, without accents and apostrophes, umlauts as banks write them. */
function foldings(word: string): string[] {
  const plain = word.toLowerCase().replace(/['’"״׳]/gu, "");
  const spelledOut = plain
    .replaceAll("ä", "ae")
    .replaceAll("ö", "oe")
    .replaceAll("ü", "ue")
    .replaceAll("ß", "ss");
  return [plain, spelledOut, withoutAccents(plain)];
}

const withoutAccents = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replaceAll("ß", "ss");

const WORDS: ReadonlySet<string> = new Set([...PURPOSE_WORDS, ...KNOWN_PAYEES].flatMap(foldings));

/** Whether a word may leave: it is listed, or is made of two that are listed. */
export function isKnownWord(word: string): boolean {
  return foldings(word).some((form) => WORDS.has(form) || isCompound(form) || isPrefixed(form));
}

const SHORTEST_PART = 5;

/** German compounds: `Depotgebühr`, `Fondsverwaltungskosten` has three and is not taken. */
function isCompound(word: string): boolean {
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at += 1) {
    if (!WORDS.has(word.slice(at))) continue;
    const first = word.slice(0, at);
    if (WORDS.has(first) || (first.endsWith("s") && WORDS.has(first.slice(0, -1)))) return true;
  }
  return false;
}

/** Hebrew writes some prepositions and the article as part of the word. */
const isPrefixed = (word: string): boolean =>
  /^[הלבומשכ]\p{Script=Hebrew}{3,}$/u.test(word) && WORDS.has(word.slice(1));
