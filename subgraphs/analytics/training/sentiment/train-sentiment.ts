import { confidenceOf, LinearModel } from "../../src/linear-model/linear-model.ts";
import { ngramsOf } from "../../src/linear-model/ngrams.ts";
import { TextScorer } from "../../src/linear-model/text-scorer.ts";
import {
  readSentence,
  SENTIMENT_LABELS,
  SENTIMENT_MODEL,
} from "../../src/sentiment/judge-sentiment.ts";
import { calibrate, calibrationError } from "../linear/calibrate.ts";
import type { Outcome } from "../linear/calibrate.ts";
import { quantise } from "../linear/quantise.ts";
import { hashSources } from "../linear/sources.ts";
import { train } from "../linear/trainer.ts";
import type { Sample } from "../linear/trainer.ts";
import { generateSentences } from "./generate-sentences.ts";
import type { LabelledSentence } from "./generate-sentences.ts";
import { readStatements } from "./sentiment-corpus.ts";
import type { Statement } from "./sentiment-corpus.ts";

const FOLDS = 5;
const MOST_ROWS = 24_000;
const OPTIONS = {
  classes: SENTIMENT_LABELS,
  seed: 5,
  epochs: 5,
  learningRate: 0.2,
  shrink: 3e-5,
  dropout: 0.3,
};

/** The hash that the committed weights must carry. */
export function sentimentSources(): string {
  return hashOf(generateSentences(readStatements(), OPTIONS.seed).map(toSample));
}

const hashOf = (samples: readonly Sample[]): string =>
  hashSources("sentiment", SENTIMENT_MODEL, samples);

/** Trains on all statements; confidence comes from models that had not seen the statement they judged. */
export function trainSentiment(report: (line: string) => void): Uint8Array {
  const statements = readStatements();
  const sentences = generateSentences(statements, OPTIONS.seed);
  const samples = sentences.map(toSample);
  report(`${statements.length} statements, ${sentences.length} sentences`);
  const judged = judgeApart(statements, sentences, samples);
  const calibration = calibrate(judged);
  reportAccuracy(judged, calibration, report);
  const head = { name: SENTIMENT_MODEL, sources: hashOf(samples), calibration, rules: {} };
  return quantise(train(samples, OPTIONS), MOST_ROWS, head);
}

function toSample({ text, label }: LabelledSentence): Sample {
  const { fields, fixed } = readSentence(text);
  return { ids: ngramsOf(fields), fixed, label: SENTIMENT_LABELS.indexOf(label) };
}

function judgeApart(
  statements: readonly Statement[],
  sentences: readonly LabelledSentence[],
  samples: readonly Sample[],
): Outcome[] {
  const foldOf = new Map(statements.map(({ id }, at) => [id, at % FOLDS]));
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const apart = (at: number): boolean => foldOf.get(sentences[at]?.statement ?? "") === fold;
    const learned = train(
      samples.filter((_, at) => !apart(at)),
      OPTIONS,
    );
    const head = { name: SENTIMENT_MODEL, sources: "", calibration: [], rules: {} };
    const scorer = new TextScorer(new LinearModel(quantise(learned, MOST_ROWS, head)));
    return sentences.filter((_, at) => apart(at)).map((sentence) => judge(sentence, scorer));
  });
}

function judge({ text, label }: LabelledSentence, scorer: TextScorer): Outcome {
  const { fields, fixed } = readSentence(text);
  const { probabilities, best, second, learned } = scorer.score(fields, fixed);
  const [first, next] = [best, second].map((k) => probabilities[k] as number) as [number, number];
  return { best: first, second: next, learned, right: SENTIMENT_LABELS[best] === label };
}

function reportAccuracy(
  judged: readonly Outcome[],
  calibration: readonly number[],
  report: (line: string) => void,
): void {
  const right = judged.filter((outcome) => outcome.right).length;
  const answers = judged.map((outcome) => {
    return { right: outcome.right, confidence: confidenceOf(calibration, outcome) };
  });
  report(
    `statements left out: ${(right / judged.length).toFixed(3)} right, calibration error ${calibrationError(answers).toFixed(3)}`,
  );
}
