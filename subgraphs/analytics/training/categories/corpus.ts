import { readFileSync } from "node:fs";
import { isCategoryCode } from "../../src/classification/taxonomy.ts";
import type { CategoryCode } from "../../src/classification/taxonomy.ts";

export const LANGUAGES = ["en", "de", "fr", "es", "he"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One way to word a payment of a category. */
export interface Pattern {
  /** Names the pattern: lines made from one pattern are either all trained or all held out. */
  readonly id: string;
  readonly language: Language;
  readonly category: CategoryCode;
  readonly direction: "IN" | "OUT" | "EITHER";
  /** Digits before the decimal point, when the source states an amount. */
  readonly magnitude: number | undefined;
  readonly text: string;
}

const DIRECTIONS = { "+": "IN", "-": "OUT", "±": "EITHER" } as const;
/** English, German and French in one file: the language of a line decides only how banks spell it. */
const GERMAN = /[äöüß]|\b(und|konto|gebühr|rechnung|fonds|anteil)/i;
const FRENCH = /[éèàç]|\b(de|du|des|frais|vers)\b/i;

/** All patterns that the model is trained on. */
export function readCorpus(): Pattern[] {
  return [...LANGUAGES.flatMap((language) => readPatterns(language)), ...readPatterns("mixed")];
}

/** The source text of a corpus. */
const corpusText = (name: string): string =>
  readFileSync(new URL(`corpus/${name}.txt`, import.meta.url), "utf8");

/**
 * Reads patterns: a line with only a category code opens its section; every other line is `+` (received),
 * `-` (paid) or `±`, perhaps digits of the amount, and a text with `{slots}`, `(one|of|these)` and `[perhaps]`.
 */
function readPatterns(name: Language | "mixed", text = corpusText(name)): Pattern[] {
  let category: CategoryCode | undefined;
  const patterns: Pattern[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    if (isCategoryCode(line)) {
      category = line;
      continue;
    }
    const { sign, magnitude, words } =
      /^(?<sign>[-+±])(?<magnitude>\d*) (?<words>.+)$/.exec(line)?.groups ?? {};
    if (category === undefined || sign === undefined || words === undefined) {
      throw new Error(`no pattern in line ${at + 1} of ${name}: ${line}`);
    }
    patterns.push({
      id: `${name}:${at + 1}`,
      language: name === "mixed" ? languageOf(words) : name,
      category,
      direction: DIRECTIONS[sign as keyof typeof DIRECTIONS],
      magnitude: magnitude === "" ? undefined : Number(magnitude),
      text: words,
    });
  }
  return patterns;
}

function languageOf(text: string): Language {
  if (GERMAN.test(text)) return "de";
  return FRENCH.test(text) ? "fr" : "en";
}
