import { visibleText } from "../classification/visible-text.ts";
import { BAD_THINGS, DOWN, GOOD_THINGS, NEGATION, NEGATIVE, POSITIVE, UP } from "./lexicon.ts";

export type SentimentLabel = "POSITIVE" | "NEUTRAL" | "NEGATIVE";

export interface Sentiment {
  readonly label: SentimentLabel;
  /** -1 (bad) to 1 (good). */
  readonly score: number;
  /** 0 to 1; grows with the number of signals that agree. */
  readonly confidence: number;
  /** The signals found, such as `+ losses narrowed`. */
  readonly evidence: readonly string[];
}

export const SENTIMENT_MODEL = "allfunds-finance-lexicon-1";

interface Signal {
  readonly sign: 1 | -1;
  readonly words: string;
}

/** How far apart a thing and its movement may stand, in words. */
const REACH = 4;
const NEGATION_REACH = 3;

/**
 * Judges a sentence about money. A direction word counts with the nearest thing that moved; a word
 * that is good or bad by itself counts alone; a negation shortly before turns it around.
 */
export function judgeSentiment(text: string): Sentiment {
  const tokens =
    visibleText(text)
      .toLowerCase()
      .match(/[\p{L}][\p{L}'-]*/gu) ?? [];
  const signals = tokens.flatMap((token, at) => {
    const found = signalAt(tokens, token, at);
    if (found === undefined) return [];
    const negated = tokens
      .slice(Math.max(0, at - NEGATION_REACH), at)
      .some((each) => NEGATION.has(each));
    return negated ? [{ sign: -found.sign as 1 | -1, words: `not ${found.words}` }] : [found];
  });
  const sum = signals.reduce((total, { sign }) => total + sign, 0);
  const score =
    signals.length === 0 ? 0 : sum / Math.sqrt(signals.length * Math.max(signals.length, 2));
  return {
    label: sum > 0 ? "POSITIVE" : sum < 0 ? "NEGATIVE" : "NEUTRAL",
    score,
    confidence: signals.length === 0 ? 0.5 : 0.5 + 0.45 * Math.abs(sum / (signals.length + 0.5)),
    evidence: signals.map(({ sign, words }) => `${sign > 0 ? "+" : "-"} ${words}`),
  };
}

function signalAt(tokens: readonly string[], token: string, at: number): Signal | undefined {
  const direction = UP.has(token) ? 1 : DOWN.has(token) ? -1 : undefined;
  if (direction !== undefined) {
    const thing = nearestThing(tokens, at);
    return thing === undefined
      ? undefined
      : { sign: (direction * thing.polarity) as 1 | -1, words: `${thing.word} ${token}` };
  }
  if (POSITIVE.has(token)) return { sign: 1, words: token };
  return NEGATIVE.has(token) ? { sign: -1, words: token } : undefined;
}

/** The subject usually precedes its verb, so at equal distance the word before wins. */
function nearestThing(
  tokens: readonly string[],
  at: number,
): { word: string; polarity: 1 | -1 } | undefined {
  for (let distance = 1; distance <= REACH; distance += 1) {
    for (const word of [tokens[at - distance], tokens[at + distance]]) {
      if (word === undefined) continue;
      if (BAD_THINGS.has(word)) return { word, polarity: -1 };
      if (GOOD_THINGS.has(word)) return { word, polarity: 1 };
    }
  }
  return undefined;
}
