import { BAD_THINGS, DOWN, GOOD_THINGS, UP } from "./lexicon.ts";
import type { Lexeme } from "./lexemes.ts";

/** Two figures of one measure that a sentence compares. */
export interface Comparison {
  /** 1 when the change is good, -1 when it is bad, 0 when nothing changed. */
  readonly sign: 1 | 0 | -1;
  /** Change over the larger figure, 0 to 1; 1 from loss to profit. */
  readonly size: number;
  /** As they stand in the text: `operating loss 2.1 mn from 5.6 mn`. */
  readonly words: string;
}

/** Words between two figures that make the second the earlier one. */
const COMPARED = new Set(
  `versus vs v against compared comparable comparison from gegenueber gegen nach statt vergleich verglichen von vorjahr
   contre face rapport compare comparativement depuis frente contra comparado comparacion desde respecto
   לעומת מול בהשוואה after instead anterior auparavant précédent`.split(/\s+/),
);
const FROM = new Set(["from", "von", "vom", "de", "desde", "depuis", "מ"]);
const TO = new Set(["to", "auf", "a", "zu", "hasta", "ל", "at"]);
/** "rose by 5 %": how far, not where to. */
const BY = new Set(["by", "um", "en", "ב"]);
const EARLIER = new Set(
  "last previous prior earlier vorjahr letzten dernier precedent pasado anterior אשתקד".split(" "),
);
const THIS = new Set("this current heute diesjaehrig cette este actual השנה".split(" "));

/** Figures may stand this many words apart; further ones belong to other statements. */
const REACH = 14;
const MEASURE_REACH = 12;

/** The comparisons of a sentence, in order. A measure whose growth is neither good nor bad counts for none. */
export function comparisonsIn(lexemes: readonly Lexeme[]): Comparison[] {
  const amounts = lexemes.flatMap((lexeme, at) =>
    lexeme.value !== undefined && !BY.has(wordAt(lexemes, at - 1)) ? [at] : [],
  );
  return amounts.slice(1).flatMap((second, index) => {
    const first = amounts[index] as number;
    if (second - first > REACH) return [];
    const comparison = compare(lexemes, first, second);
    return comparison === undefined ? [] : [comparison];
  });
}

function compare(
  lexemes: readonly Lexeme[],
  first: number,
  second: number,
): Comparison | undefined {
  const one = lexemes[first] as Lexeme;
  const other = lexemes[second] as Lexeme;
  if (one.percent !== other.percent) return undefined;
  const order = orderOf(lexemes, first, second);
  if (order === undefined) return undefined;
  const measure = measureBefore(lexemes, first, Math.max(0, first - MEASURE_REACH));
  const own = measureBefore(lexemes, second, first + 1);
  if (measure === undefined) return undefined;
  const [now, before] = order === "LATER_FIRST" ? [one, other] : [other, one];
  const [nowSign, beforeSign] =
    order === "LATER_FIRST"
      ? [measure.sign, (own ?? measure).sign]
      : [(own ?? measure).sign, measure.sign];
  const signed = [sized(now, other) * nowSign, sized(before, one) * beforeSign] as const;
  const change = signed[0] - signed[1];
  const largest = Math.max(Math.abs(signed[0]), Math.abs(signed[1]), Number.MIN_VALUE);
  const words = `${measure.word} ${now.shown} ${order === "LATER_FIRST" ? "against" : "after"} ${before.shown}`;
  return {
    sign: Math.sign(change) as 1 | 0 | -1,
    size: Math.min(1, Math.abs(change) / largest),
    words,
  };
}

/** "to 5.2 from 4.8 mn": a unit after the second figure counts for both. */
const sized = (figure: Lexeme, other: Lexeme): number =>
  (figure.value ?? 0) * (figure.unit > 1 ? figure.unit : other.unit > 1 ? other.unit : 1);

function orderOf(
  lexemes: readonly Lexeme[],
  first: number,
  second: number,
): "LATER_FIRST" | "EARLIER_FIRST" | undefined {
  const between = lexemes.slice(first + 1, second);
  const compared = between.some(({ word }) => COMPARED.has(word) && !FROM.has(word));
  if (!compared && FROM.has(wordAt(lexemes, first - 1)) && TO.has(wordAt(lexemes, second - 1))) {
    return "EARLIER_FIRST";
  }
  const bracketed = between.every(({ word, shown }) => shown === "(" || word.length <= 3);
  const opened = between.some(({ shown }) => shown === "(");
  if (opened && bracketed) return "LATER_FIRST";
  const marked = between.findIndex(({ word }) => COMPARED.has(word) || FROM.has(word));
  if (marked < 0) return undefined;
  const earlierFirst = between.slice(0, marked).some(({ word }) => EARLIER.has(word));
  const laterSecond = lexemes.slice(second, second + 4).some(({ word }) => THIS.has(word));
  return earlierFirst && laterSecond ? "EARLIER_FIRST" : "LATER_FIRST";
}

/** What is measured by the figure at this place: the nearest measure before it. */
function measureBefore(
  lexemes: readonly Lexeme[],
  figure: number,
  from: number,
): { readonly word: string; readonly sign: 1 | -1 } | undefined {
  for (let at = figure - 1; at >= from; at -= 1) {
    const { word, shown } = lexemes[at] as Lexeme;
    if (word === "" || UP.has(word) || DOWN.has(word)) continue;
    if (BAD_THINGS.has(word)) return { word: shown, sign: -1 };
    if (GOOD_THINGS.has(word)) return { word: shown, sign: 1 };
  }
  return undefined;
}

const wordAt = (lexemes: readonly Lexeme[], at: number): string => {
  // A currency may stand between: "to EUR 5.2 mn".
  const lexeme = lexemes[at];
  if (lexeme === undefined) return "";
  return lexeme.currency ? wordAt(lexemes, at - 1) : lexeme.word;
};
