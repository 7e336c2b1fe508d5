import { readFileSync } from "node:fs";
import type { Aim } from "./aims.ts";
import { judgeSentiment, SENTIMENT_LABELS } from "../src/sentiment/judge-sentiment.ts";
import type { Sentiment, SentimentLabel } from "../src/sentiment/judge-sentiment.ts";

/** The sets of sentences written apart from the training. */
const SETS = ["en", "headlines", "de", "fr", "es", "he"] as const;

interface JudgedSentence {
  readonly set: string;
  readonly label: SentimentLabel;
  readonly text: string;
  readonly sentiment: Sentiment;
}

/** Every held-out sentence with what is judged of it. */
export function judgeHeldOutSentences(): JudgedSentence[] {
  return SETS.flatMap((set) => {
    const text = readFileSync(new URL(`held-out/sentiment.${set}.txt`, import.meta.url), "utf8");
    let label: SentimentLabel = "NEUTRAL";
    return text.split("\n").flatMap((line) => {
      const opened = SENTIMENT_LABELS.find((each) => each === line);
      label = opened ?? label;
      if (opened !== undefined || line === "") return [];
      const sentence = line.replace(/^! /, "");
      return [{ set, label, text: sentence, sentiment: judgeSentiment(sentence) }];
    });
  });
}

/** Accuracy, macro-F1, and what always choosing the most frequent label would reach. */
export function sentimentFigures(sentences: readonly JudgedSentence[]) {
  const right = sentences.filter(({ label, sentiment }) => label === sentiment.label).length;
  const counts = SENTIMENT_LABELS.map((label) => sentences.filter((s) => s.label === label).length);
  const f1 = SENTIMENT_LABELS.map((label) => {
    const given = sentences.filter(({ sentiment }) => sentiment.label === label);
    const hits = given.filter((sentence) => sentence.label === label).length;
    const expected = sentences.filter((sentence) => sentence.label === label).length;
    return given.length + expected === 0 ? 1 : (2 * hits) / (given.length + expected);
  });
  return {
    sentences: sentences.length,
    accuracy: right / sentences.length,
    macroF1: f1.reduce((sum, value) => sum + value, 0) / f1.length,
    majority: Math.max(...counts) / sentences.length,
  };
}

/** The figures of each set, and the sentences judged wrongly. */
export function evaluateSentiment(report: (line: string) => void): Aim[] {
  const judged = judgeHeldOutSentences();
  report(
    "\nsentiment on held-out sentences\n           sentences  accuracy  macro-F1  always the most frequent",
  );
  for (const set of SETS) {
    const f = sentimentFigures(judged.filter((sentence) => sentence.set === set));
    const columns = [f.accuracy, f.macroF1, f.majority].map((value) => value.toFixed(3));
    report(`${set.padEnd(10)} ${String(f.sentences).padStart(9)}     ${columns.join("     ")}`);
  }
  report("\njudged wrongly (expected -> given)");
  for (const { label, text, sentiment } of judged.filter((s) => s.label !== s.sentiment.label)) {
    report(
      `  ${label} -> ${sentiment.label} ${sentiment.confidence.toFixed(2)} [${sentiment.evidence.join("; ")}]  ${text}`,
    );
  }
  const plain = sentimentFigures(judged.filter(({ set }) => set !== "headlines"));
  const headlines = sentimentFigures(judged.filter(({ set }) => set === "headlines"));
  return [
    { name: "sentiment of plain sentences, accuracy", value: plain.accuracy, least: 0.87 },
    {
      name: "sentiment of headlines, beside always the most frequent",
      value: headlines.accuracy,
      least: headlines.majority,
    },
  ];
}
