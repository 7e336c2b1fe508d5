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
  `versus vs v against compared compares compare comparable comparison from gegenueber gegen nach statt vergleich verglichen von vorjahr
   contre face rapport compare comparativement depuis frente contra comparado comparacion desde respecto
   לעומת מול בהשוואה after instead anterior auparavant précédent`.split(/\s+/),
);
/** What was expected stands where the earlier figure does: "0.91, missing the consensus of 0.98". */
const EXPECTED = new Set(
  `consensus expectation expectations expected estimate estimates forecast forecasts erwartet erwartete erwarteten
   erwartung erwartungen konsens prognostiziert prognostizierten attendu attendus attendue attente attentes prevu prevus
   consenso esperado esperados prevision previsto previstos expectativas הצפי צפי התחזיות`.split(
    /\s+/,
  ),
);
export const FROM = new Set(["from", "von", "vom", "de", "du", "desde", "del", "depuis", "מ"]);
export const TO = new Set(["to", "auf", "a", "al", "au", "zu", "hasta", "ל", "at"]);
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
  const order = orderOf(lexemes, first, second);
  if (order === undefined) return undefined;
  // "from 6.1 to 4.0 percent": the sign stands once.
  const sharesPercent = order === "EARLIER_FIRST" && other.percent && one.unit === 1;
  if (one.percent !== other.percent && !sharesPercent) return undefined;
  const measure = measureBefore(lexemes, first, Math.max(0, first - MEASURE_REACH));
  const own = measureBefore(lexemes, second, first + 1);
  if (measure === undefined) return undefined;
  const [now, before] = order === "LATER_FIRST" ? [one, other] : [other, one];
  const [nowSign, beforeSign] =
    order === "LATER_FIRST"
      ? [measure.sign, (own ?? measure).sign]
      : [(own ?? measure).sign, measure.sign];
  const signed = [sized(now, before) * nowSign, sized(before, now) * beforeSign] as const;
  const change = signed[0] - signed[1];
  const largest = Math.max(Math.abs(signed[0]), Math.abs(signed[1]), Number.MIN_VALUE);
  const words = `${measure.word} ${now.shown} ${order === "LATER_FIRST" ? "against" : "after"} ${before.shown}`;
  return {
    sign: Math.sign(change) as 1 | 0 | -1,
    size: Math.min(1, Math.abs(change) / largest),
    words,
  };
}

/** "to 5.2 from 4.8 mn": a unit after one of the figures counts for both. */
const sized = (figure: Lexeme, other: Lexeme): number =>
  (figure.value ?? 0) * (figure.unit > 1 ? figure.unit : other.unit > 1 ? other.unit : 1);

function orderOf(
  lexemes: readonly Lexeme[],
  first: number,
  second: number,
): "LATER_FIRST" | "EARLIER_FIRST" | undefined {
  const between = lexemes.slice(first + 1, second);
  // "the 12 mn expected, and 13 mn came", "3 mn, over the 2.8 mn expected"
  if (EXPECTED.has(wordAt(lexemes, first + 1))) return "EARLIER_FIRST";
  if (EXPECTED.has(wordAt(lexemes, second + 1))) return "LATER_FIRST";
  const isCompared = ({ word }: Lexeme) => COMPARED.has(word) || EXPECTED.has(word);
  const compared = between.some((each) => isCompared(each) && !FROM.has(each.word));
  if (!compared && FROM.has(wordAt(lexemes, first - 1)) && TO.has(wordAt(lexemes, second - 1))) {
    return "EARLIER_FIRST";
  }
  const bracketed = between.every(({ word, shown }) => shown === "(" || word.length <= 3);
  const opened = between.some(({ shown }) => shown === "(");
  if (opened && bracketed) return "LATER_FIRST";
  const marked = between.findIndex((each) => isCompared(each) || FROM.has(each.word));
  if (marked < 0) return undefined;
  if (!compared && isChange(lexemes, first)) return undefined;
  const earlierFirst = between.slice(0, marked).some(({ word }) => EARLIER.has(word));
  const laterSecond = lexemes.slice(second, second + 4).some(({ word }) => THIS.has(word));
  return earlierFirst && laterSecond ? "EARLIER_FIRST" : "LATER_FIRST";
}

/** "rose 3 mn from 12 mn": how far it moved, not where to. */
function isChange(lexemes: readonly Lexeme[], figure: number): boolean {
  const before = wordAt(lexemes, figure - 1);
  return UP.has(before) || DOWN.has(before);
}

/** Words before a noun that only states where or of what: "vacancy in the portfolio" is about vacancy. */
const ATTRIBUTES = new Set(
  `in of for at on within across im am bei des von fuer dans sur pour du des chez en del sobre ב של`.split(
    /\s+/,
  ),
);
const ARTICLES = new Set(
  "the its our a an der den dem die das ihrer le la les l el los las su".split(" "),
);

/** Whether the noun at a place is an attribute of one before it. */
export function isAttribute(lexemes: readonly Lexeme[], at: number): boolean {
  const before = at - 1;
  const place = ARTICLES.has(lexemes[before]?.word ?? "") ? before - 1 : before;
  return ATTRIBUTES.has(lexemes[place]?.word ?? "");
}

/** What is measured by the figure at this place: the nearest measure before it that is no mere attribute. */
function measureBefore(
  lexemes: readonly Lexeme[],
  figure: number,
  from: number,
): { readonly word: string; readonly sign: 1 | -1 } | undefined {
  let attribute: { readonly word: string; readonly sign: 1 | -1 } | undefined;
  for (let at = figure - 1; at >= from; at -= 1) {
    const { word, shown } = lexemes[at] as Lexeme;
    if (word === "" || UP.has(word) || DOWN.has(word)) continue;
    const sign = BAD_THINGS.has(word) ? -1 : GOOD_THINGS.has(word) ? 1 : undefined;
    if (sign === undefined) continue;
    if (!isAttribute(lexemes, at)) return { word: shown, sign };
    attribute ??= { word: shown, sign };
  }
  return attribute;
}

const wordAt = (lexemes: readonly Lexeme[], at: number): string => {
  // A currency may stand between: "to EUR 5.2 mn".
  const lexeme = lexemes[at];
  if (lexeme === undefined) return "";
  return lexeme.currency ? wordAt(lexemes, at - 1) : lexeme.word;
};
