import { visibleText } from "../classification/visible-text.ts";
import { judgeSentiment } from "../sentiment/judge-sentiment.ts";
import type { Sentiment } from "../sentiment/judge-sentiment.ts";

/** What a piece of news is about. */
export interface NewsSubject {
  readonly of: "FUND" | "INSTRUMENT";
  readonly id: string;
}

/** A piece of news as it was posted. */
export interface News {
  readonly headline: string;
  readonly body: string | null;
  readonly publishedAt: Date;
  /** Who published it. */
  readonly source: string;
  readonly url: string | null;
}

/** Repeats of a story come within this time. */
export const REPEATED_WITHIN_MS = 3 * 24 * 60 * 60 * 1_000;

const SIMILAR = 0.6;

/** A headline without case, accents, punctuation and spacing: equal for the same headline elsewhere. */
export const headlineKey = (headline: string): string =>
  visibleText(headline)
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/(?<=\p{N})[.,](?=\p{N})/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Whether two headlines are of the same story: the same words, or most pairs of neighbouring words in common
 * (Jaccard index of shingles, Broder 1997). Other figures or another tone make another story.
 */
export function isSameStory(one: string, other: string): boolean {
  const [first, second] = [headlineKey(one), headlineKey(other)];
  if (first === second) return true;
  if (figuresOf(first) !== figuresOf(second)) return false;
  if (judgeSentiment(one).label !== judgeSentiment(other).label) return false;
  return jaccard(shinglesOf(first), shinglesOf(second)) >= SIMILAR;
}

const figuresOf = (key: string): string => (key.match(/\p{N}+/gu) ?? []).toSorted().join(" ");

function shinglesOf(key: string): Set<string> {
  const words = key.split(" ");
  return new Set(words.slice(1).map((word, at) => `${words[at]} ${word}`));
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((shingle) => other.has(shingle)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}

const MOST_SENTENCES = 8;
/** A body whose sentences lean less to one side than this is neutral. */
const LEANING = 0.25;

/** The tone of a piece of news: the headline's, or the mean of its first sentences when that is neutral. */
export function judgeNews({ headline, body }: Pick<News, "headline" | "body">): Sentiment {
  const ofHeadline = judgeSentiment(headline);
  if (ofHeadline.label !== "NEUTRAL" || body === null) return ofHeadline;
  const sentences = body
    .split(/(?<=[.!?])\s+/u)
    .filter((sentence) => sentence.trim() !== "")
    .slice(0, MOST_SENTENCES)
    .map(judgeSentiment);
  const mean = sentences.reduce((sum, { score }) => sum + score, 0) / Math.max(1, sentences.length);
  if (Math.abs(mean) < LEANING) return ofHeadline;
  const label = mean > 0 ? "POSITIVE" : "NEGATIVE";
  const agreeing = sentences.filter((sentence) => sentence.label === label);
  return {
    label,
    score: mean,
    confidence: agreeing.reduce((sum, each) => sum + each.confidence, 0) / agreeing.length,
    evidence: agreeing.flatMap(({ evidence }) => evidence).slice(0, 4),
  };
}
