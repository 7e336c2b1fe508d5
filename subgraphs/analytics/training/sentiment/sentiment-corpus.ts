import { readFileSync } from "node:fs";
import type { SentimentLabel } from "../../src/sentiment/judge-sentiment.ts";

const SENTIMENT_LANGUAGES = ["en", "de", "fr", "es", "he"] as const;
export type SentimentLanguage = (typeof SENTIMENT_LANGUAGES)[number];

/** One way to word a statement, with its tone. */
export interface Statement {
  /** Names the pattern: sentences made from one are either all trained or all held out. */
  readonly id: string;
  readonly language: SentimentLanguage;
  readonly label: SentimentLabel;
  readonly headline: boolean;
  readonly text: string;
}

const LABELS: readonly SentimentLabel[] = ["POSITIVE", "NEUTRAL", "NEGATIVE"];

/** Every pattern: a label opens its section; `!` marks a headline. */
export function readStatements(): Statement[] {
  return SENTIMENT_LANGUAGES.flatMap((language) => {
    const text = readFileSync(new URL(`corpus/${language}.txt`, import.meta.url), "utf8");
    let label: SentimentLabel = "NEUTRAL";
    return text.split("\n").flatMap((line, at) => {
      if (line === "") return [];
      const opened = LABELS.find((each) => each === line);
      label = opened ?? label;
      if (opened !== undefined) return [];
      const headline = line.startsWith("! ");
      const id = `${language}:${at + 1}`;
      return [{ id, language, label, headline, text: headline ? line.slice(2) : line }];
    });
  });
}
