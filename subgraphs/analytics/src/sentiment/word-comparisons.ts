import { FROM, TO } from "./figures.ts";
import type { Comparison } from "./figures.ts";
import type { Lexeme } from "./lexemes.ts";
import { BAD_THINGS, DOWN, GOOD_THINGS, UP, WordList } from "./lexicon.ts";

/**
 * What a sentence compares without figures: "the outlook was revised to stable from negative", "losses were smaller
 * than feared", "no dividend will be paid". The words of such a sentence by themselves point the other way.
 */
export function wordComparisonsIn(lexemes: readonly Lexeme[]): Comparison[] {
  const words = lexemes.filter(({ word }) => word !== "");
  for (const find of [changeOfGrade, againstExpectation, absence]) {
    const found = find(words);
    if (found !== undefined) return [found];
  }
  return [];
}

/** Of no figures the size is unknown. */
const SIZE = 0.1;

const GRADES: readonly (readonly [grade: number, words: WordList])[] = [
  [1, new WordList("positive positif positiv* positiva positivo חיובי חיובית")],
  [0, new WordList("stable stabil* estable neutral neutre יציב יציבה")],
  [-1, new WordList("negative negatif negativ* negativa negativo שלילי שלילית")],
];
const GRADE_REACH = 4;

interface Grade {
  readonly at: number;
  readonly grade: number;
  readonly isBefore: boolean;
}

/** The Hebrew prepositions stand in one word with what follows them. */
const HEBREW_FROM = "מ";
const HEBREW_TO = "ל";

function gradeAt(words: readonly Lexeme[], at: number): Grade | undefined {
  const word = words[at]?.word ?? "";
  const before = words[at - 1]?.word ?? "";
  if (FROM.has(before) || TO.has(before)) {
    const grade = gradeOf(word);
    return grade === undefined ? undefined : { at, grade, isBefore: FROM.has(before) };
  }
  if (!word.startsWith(HEBREW_FROM) && !word.startsWith(HEBREW_TO)) return undefined;
  const grade = gradeOf(word.slice(1));
  return grade === undefined ? undefined : { at, grade, isBefore: word.startsWith(HEBREW_FROM) };
}

const gradeOf = (word: string): number | undefined =>
  GRADES.find(([, named]) => named.has(word))?.[0];

/** "to stable from negative", "von positiv auf stabil". */
function changeOfGrade(words: readonly Lexeme[]): Comparison | undefined {
  const grades = words.flatMap((_, at) => gradeAt(words, at) ?? []);
  const before = grades.find(({ isBefore }) => isBefore);
  const now = grades.find(({ isBefore }) => !isBefore);
  if (before === undefined || now === undefined) return undefined;
  if (Math.abs(now.at - before.at) > GRADE_REACH) return undefined;
  const shown = `${words[now.at]?.shown} against ${words[before.at]?.shown}`;
  return { sign: Math.sign(now.grade - before.grade) as 1 | 0 | -1, size: SIZE, words: shown };
}

const SMALLER = new WordList(`
  smaller fewer less lower geringer* kleiner* niedriger* weniger moindre* moins inferieur* menor menores menos inferior*`);
const LARGER = new WordList(`
  larger higher bigger greater groesser* hoeher* superieur* mayor mayores superior*`);
const THAN = new Set(["than", "als", "que", "a", "aux", "lo"]);
const EXPECTED = new WordList(`
  feared expected forecast planned anticipated estimated hoped befuerchtet* erwartet* geplant* prognostiziert* prevu*
  attendu* craint* redoute* espere* previsto* esperado* temido* estimado*`);
/** Words between a comparative and what was expected: "geringer aus als erwartet". */
const EXPECTED_REACH = 4;
const THING_REACH = 6;

/** "Losses were smaller than feared." */
function againstExpectation(words: readonly Lexeme[]): Comparison | undefined {
  for (const [at, { word, shown }] of words.entries()) {
    const direction = SMALLER.has(word) ? -1 : LARGER.has(word) ? 1 : undefined;
    if (direction === undefined) continue;
    const behind = words.slice(at + 1, at + 1 + EXPECTED_REACH);
    const than = behind.findIndex((each) => THAN.has(each.word));
    if (than < 0 || !behind.slice(than + 1).some((each) => EXPECTED.has(each.word))) continue;
    const thing = words
      .slice(Math.max(0, at - THING_REACH), at)
      .findLast((each) => polarityOf(each) !== undefined);
    const polarity = thing && polarityOf(thing);
    if (polarity === undefined) continue;
    return {
      sign: (direction * polarity) as 1 | -1,
      size: SIZE,
      words: `${thing?.shown} ${shown}`,
    };
  }
  return undefined;
}

function polarityOf({ word }: Lexeme): 1 | -1 | undefined {
  if (BAD_THINGS.has(word)) return -1;
  return GOOD_THINGS.has(word) ? 1 : undefined;
}

/** What is missed when there is none of it. */
const WANTED = new WordList(`
  profit profits dividend dividends revenue revenues sales earnings orders gewinn* dividende* umsatz umsaetze* erloes*
  auftraege benefice* beneficio* ganancia* dividendo* ingreso* ventas רווח רווחים דיבידנד הכנסות הזמנות`);
/** What is good not to have. */
const UNWANTED = new WordList(`
  loss losses debt debts impairment impairments default defaults arrears writedowns write_downs verlust* schulden
  abschreibung* ausfaelle zahlungsausfaelle perte* dette* depreciation* impaye* perdida* deuda* impagos deterioro*
  הפסד הפסדים חוב חובות מחיקות פיגורים`);
const NONE_OF = new WordList("no without kein* ohne aucun* sans sin ningun* ללא אין");
/** "no registró pérdidas", "לא נרשמו הפסדים": what was not done is to have it. */
const NOT = new Set(["no", "לא"]);
const HAVING = new WordList(`
  registro registra obtuvo obtiene tuvo tiene hubo habra genero genera logro reparte repartira distribuira
  רשמה רשם נרשמו נרשם יחולק חולק יש היו תחלק`);
/** In English a noun may follow that makes it part of another: "no dividend tax", "no profit warning". */
const ENDS_NOUN = new Set(
  `in for from this was were has have is are will during at on after and of by to since until so yet either as or but
   last next today recorded reported expected remained outstanding wurde werden wird fielen angefallen`.split(
    /\s+/,
  ),
);

/** "No dividend will be paid": with nothing that moved, the absence is what the sentence states. */
function absence(words: readonly Lexeme[]): Comparison | undefined {
  if (words.some(({ word }) => UP.has(word) || DOWN.has(word))) return undefined;
  const found = words.flatMap(({ word, shown }, at) => {
    const sign = WANTED.has(word) ? -1 : UNWANTED.has(word) ? 1 : undefined;
    const none = sign === undefined ? undefined : noneBefore(words, at);
    return sign === undefined || none === undefined ? [] : [{ sign, words: `${none} ${shown}` }];
  });
  const [first] = found;
  if (first === undefined || found.some(({ sign }) => sign !== first.sign)) return undefined;
  return { sign: first.sign as 1 | -1, size: SIZE, words: first.words };
}

/** The word by which there is none of the thing at a place. */
function noneBefore(words: readonly Lexeme[], at: number): string | undefined {
  const [two, one, next] = [words[at - 2], words[at - 1], words[at + 1]];
  if (two !== undefined && one !== undefined && NOT.has(two.word) && HAVING.has(one.word))
    return `${two.shown} ${one.shown}`;
  const none = [one, two].find((each) => each !== undefined && NONE_OF.has(each.word));
  const isEnglish = none?.word === "no" || none?.word === "without";
  if (isEnglish && next !== undefined && !ENDS_NOUN.has(next.word)) return undefined;
  return none?.shown;
}
