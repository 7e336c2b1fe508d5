import { confidenceOf, loadModel } from "../linear-model/linear-model.ts";
import { TextScorer } from "../linear-model/text-scorer.ts";
import type { Scored } from "../linear-model/text-scorer.ts";
import type { FieldWords } from "../linear-model/ngrams.ts";
import { comparisonsIn, isAttribute } from "./figures.ts";
import type { Comparison } from "./figures.ts";
import { lexemesOf } from "./lexemes.ts";
import type { Lexeme } from "./lexemes.ts";
import {
  BAD_THINGS,
  BEFORE_THING,
  CLAUSE,
  DOWN,
  GOOD_THINGS,
  HEDGE,
  NEGATION,
  NEGATION_AFTER,
  NEGATIVE,
  POSITIVE,
  SEPARABLE,
  UP,
} from "./lexicon.ts";
import { negationsIn } from "./negations.ts";
import { wordComparisonsIn } from "./word-comparisons.ts";

export const SENTIMENT_LABELS = ["POSITIVE", "NEUTRAL", "NEGATIVE"] as const;
export type SentimentLabel = (typeof SENTIMENT_LABELS)[number];

export interface Sentiment {
  readonly label: SentimentLabel;
  /** -1 (bad) to 1 (good). */
  readonly score: number;
  /** Chance that the label is right, 0 to 1. */
  readonly confidence: number;
  /** The figures or words that decided, such as `+ EPS 0.31 against 0.22`. */
  readonly evidence: readonly string[];
}

export const SENTIMENT_MODEL = "allfunds-sentiment-3";

interface Signal {
  readonly sign: 1 | -1;
  readonly words: string;
}

/** How far apart a thing and its movement may stand, in words. */
const REACH = 5;
const NEGATION_REACH = 3;
const MOST_EVIDENCE = 4;
const LARGEST_SUM = 2;
const FIELD = 0x53454e54;

let loaded: TextScorer | undefined;
const scorer = (): TextScorer => (loaded ??= new TextScorer(loadModel("sentiment")));

/**
 * Judges a sentence or headline about money. Two figures of one measure decide, if there are any: they
 * cannot be worded away. So do words that compare, as "smaller than feared", and what is stated by a negation, as "did
 * not grow". Otherwise learned weights weigh the words, what moved which way, and negations.
 */
export function judgeSentiment(written: string): Sentiment {
  const text = inPlainTerms(written);
  const lexemes = lexemesOf(text);
  const sentiment =
    byComparisons(comparisonsIn(lexemes)) ??
    byComparisons(wordComparisonsIn(lexemes)) ??
    byComparisons(negationsIn(lexemes)) ??
    byWeights(lexemes, readSentence(text, lexemes));
  return text === written ? sentiment : withOwnEvidence(sentiment, written);
}

/** Evidence without the words that plain terms brought. */
function withOwnEvidence(sentiment: Sentiment, written: string): Sentiment {
  const own = written.toLowerCase().replace(/[\s-]/gu, "");
  const isOwn = (word: string): boolean =>
    word === "against" || own.includes(word.toLowerCase().replace(/-/gu, ""));
  const evidence = sentiment.evidence.filter((each) => each.slice(2).split(" ").every(isOwn));
  return { ...sentiment, evidence };
}

/** Terms whose words mean something else one by one: a loss per share is no share. */
const PLAIN_TERMS: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})(loss(?:es)?) per (?:share|unit)(?!\p{L})/giu, "$1"],
  [/(?<!\p{L})(Verlust) (?:je|pro) (?:Aktie|Anteil)(?!\p{L})/giu, "$1"],
  [/(?<!\p{L})(perte) par (?:action|part)(?!\p{L})/giu, "$1"],
  [/(?<!\p{L})(p[ée]rdida) por acci[oó]n(?!\p{L})/giu, "$1"],
  [/(?<!\p{L})(ה?הפסד) למניה(?!\p{L})/gu, "$1"],
  [/(?<!\p{L})cost income ratio(?!\p{L})/giu, "cost-income ratio"],
  [/(?<!\p{L})Netto(?=verschuldung|schulden)/giu, ""],
  [
    /(?<!\p{L})(?:slump|sink|fall|slid|slide|slip|plunge|tumble|drop)s? (?:in)?to (?:an? )?(?=(?:\p{L}+[- ])?(?:loss|deficit)(?!\p{L}))/giu,
    "swings to ",
  ],
];

const inPlainTerms = (text: string): string =>
  PLAIN_TERMS.reduce((plain, [term, word]) => plain.replace(term, word), text);

/** The first figures of a sentence are its subject; the others weigh half. */
function byComparisons(comparisons: readonly Comparison[]): Sentiment | undefined {
  const [first] = comparisons;
  if (first === undefined) return undefined;
  const sum = comparisons.reduce((total, { sign }, at) => total + sign * (at === 0 ? 1 : 0.5), 0);
  const label = sum > 0 ? "POSITIVE" : sum < 0 ? "NEGATIVE" : "NEUTRAL";
  const size = comparisons.reduce((most, each) => Math.max(most, each.size), 0);
  const agree = Math.abs(sum) / (1 + (comparisons.length - 1) / 2);
  const certainty = label === "NEUTRAL" ? 0.8 : 0.8 + 0.17 * agree * Math.min(1, size * 5);
  return {
    label,
    score: Math.sign(sum) * certainty * agree,
    confidence: certainty,
    evidence: comparisons
      .slice(0, MOST_EVIDENCE)
      .map(({ sign, words }) => `${MARKS[sign]} ${words}`),
  };
}

const MARKS = { 1: "+", 0: "=", [-1]: "-" } as const;

/** A sentence as the weights read it; training and judgement read alike. */
export interface SentenceReading {
  readonly fields: readonly FieldWords[];
  readonly fixed: readonly string[];
  readonly signals: readonly Signal[];
}

export function readSentence(text: string, lexemes = lexemesOf(text)): SentenceReading {
  const words = lexemes.flatMap(({ word }) => (word === "" ? [] : word.split(" ")));
  const signals = signalsIn(lexemes);
  const sum = signals.reduce((total, { sign }) => total + sign, 0);
  const clipped = Math.max(-LARGEST_SUM, Math.min(LARGEST_SUM, sum));
  return {
    fields: [{ field: FIELD, words }],
    signals,
    fixed: [
      "bias",
      signals.length === 0 ? "signals:none" : `signals:${clipped}`,
      ...(isHeadline(text) ? ["headline", `headline:${clipped}`] : []),
      ...(words.some((word) => HEDGE.has(word)) ? ["hedged"] : []),
    ],
  };
}

const MOST_HEADLINE_WORDS = 16;

/** Headlines have no full stop and few words; their verbs carry more than those of a report. */
function isHeadline(text: string): boolean {
  const line = text.trim();
  return !/[.;]$/.test(line) && line.split(/\s+/).length <= MOST_HEADLINE_WORDS;
}

function byWeights(lexemes: readonly Lexeme[], reading: SentenceReading): Sentiment {
  const model = scorer();
  const scored = model.score(reading.fields, reading.fixed);
  const [good = 0, , bad = 0] = scored.probabilities;
  const label = SENTIMENT_LABELS[scored.best] ?? "NEUTRAL";
  const chances = {
    best: scored.probabilities[scored.best] ?? 0,
    second: scored.probabilities[scored.second] ?? 0,
    learned: scored.learned,
  };
  return {
    label,
    score: good - bad,
    confidence: confidenceOf(model.model.header.calibration, chances),
    evidence: evidenceOf(label, lexemes, reading, scored),
  };
}

/** The signals that point the way of the label; where there are none, the strongest words. */
function evidenceOf(
  label: SentimentLabel,
  lexemes: readonly Lexeme[],
  { signals }: SentenceReading,
  scored: Scored,
): string[] {
  if (label === "NEUTRAL") return [];
  const sign = label === "POSITIVE" ? 1 : -1;
  const found = signals.filter((signal) => signal.sign === sign).map(({ words }) => words);
  const words = found.length > 0 ? found : strongestWords(lexemes, scored);
  return words.slice(0, MOST_EVIDENCE).map((each) => `${MARKS[sign]} ${each}`);
}

function strongestWords(lexemes: readonly Lexeme[], { best, wordWeight }: Scored): string[] {
  const shown = lexemes.flatMap((lexeme) =>
    lexeme.word === "" ? [] : lexeme.word.split(" ").map(() => lexeme.shown),
  );
  return shown
    .map((word, at) => ({ word, weight: wordWeight(at, best) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ word }) => word);
}

/**
 * A direction word counts with the nearest thing that moved; a word that is good or bad by itself counts
 * alone; a negation shortly before, or right behind a direction word, turns it around.
 */
function signalsIn(lexemes: readonly Lexeme[]): Signal[] {
  const words = lexemes.filter(({ word }) => word !== "");
  return words.flatMap((lexeme, at) => {
    const found = signalAt(words, lexeme, at);
    if (found === undefined) return [];
    return isNegated(words, at)
      ? [{ sign: -found.sign as 1 | -1, words: `not ${found.words}` }]
      : [found];
  });
}

const isNegation = ({ word }: Lexeme): boolean => NEGATION.has(word);

function isNegated(words: readonly Lexeme[], at: number): boolean {
  if (words.slice(Math.max(0, at - NEGATION_REACH), at).some(isNegation)) return true;
  const end = separatedAt(words, at)?.at;
  const behind = end === undefined ? words.slice(at + 1, at + 2) : words.slice(at + 1, end);
  return (
    directionAt(words, at) !== undefined && behind.some(({ word }) => NEGATION_AFTER.has(word))
  );
}

/** The direction of a word that has one, alone or with the end of its clause. */
function directionAt(words: readonly Lexeme[], at: number): 1 | -1 | undefined {
  const word = words[at]?.word ?? "";
  return separatedAt(words, at)?.direction ?? (UP.has(word) ? 1 : DOWN.has(word) ? -1 : undefined);
}

/** The part of a German verb at the end of its clause, and the direction that it gives the verb. */
function separatedAt(
  words: readonly Lexeme[],
  at: number,
): { readonly at: number; readonly direction: 1 | -1 } | undefined {
  const found = SEPARABLE.find(({ verb }) => verb.has(words[at]?.word ?? ""));
  if (found === undefined) return undefined;
  const next = words.findIndex(({ word }, place) => place > at && CLAUSE.has(word));
  const end = next < 0 ? words.length - 1 : next - 1;
  const direction = found.directions.get(words[end]?.word ?? "");
  return direction === undefined || end <= at ? undefined : { at: end, direction };
}

function signalAt(words: readonly Lexeme[], lexeme: Lexeme, at: number): Signal | undefined {
  const { word, shown } = lexeme;
  const direction = directionAt(words, at);
  if (direction !== undefined) {
    const thing = nearestThing(words, at, BEFORE_THING.has(word) ? 1 : -1);
    return thing === undefined
      ? undefined
      : { sign: (direction * thing.polarity) as 1 | -1, words: `${thing.shown} ${shown}` };
  }
  if (POSITIVE.has(word)) return { sign: 1, words: shown };
  return NEGATIVE.has(word) ? { sign: -1, words: shown } : undefined;
}

interface Thing {
  readonly shown: string;
  readonly polarity: 1 | -1;
}

/**
 * The thing that moved; at equal distance the side where such a word expects it wins. One that only states where
 * something moved gives way: "vacancy in the portfolio fell".
 */
function nearestThing(words: readonly Lexeme[], at: number, side: 1 | -1): Thing | undefined {
  let attribute: Thing | undefined;
  // The expected side counts as one word nearer, so "lower prices cut production costs" is about costs.
  for (let distance = 1; distance <= REACH; distance += 1) {
    for (const place of [at + side * distance, at - side * (distance - 1)]) {
      const thing = thingAt(words[place]);
      if (thing === undefined) continue;
      if (place > at || !isAttribute(words, place)) return thing;
      attribute ??= thing;
    }
  }
  return attribute;
}

function thingAt(lexeme: Lexeme | undefined): Thing | undefined {
  if (lexeme === undefined) return undefined;
  if (BAD_THINGS.has(lexeme.word)) return { shown: lexeme.shown, polarity: -1 };
  return GOOD_THINGS.has(lexeme.word) ? { shown: lexeme.shown, polarity: 1 } : undefined;
}
