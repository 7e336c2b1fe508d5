import { amountFeatures, Classifier, readItem } from "../../src/classification/classifier.ts";
import { readMemo } from "../../src/classification/memo.ts";
import { matchRule, RULES } from "../../src/classification/rules.ts";
import type { Rule } from "../../src/classification/rules.ts";
import { CATEGORIES, UNKNOWN_CATEGORY } from "../../src/classification/taxonomy.ts";
import { confidenceOf, LinearModel } from "../../src/linear-model/linear-model.ts";
import { ngramsOf } from "../../src/linear-model/ngrams.ts";
import { calibrate, calibrationError } from "../linear/calibrate.ts";
import { quantise } from "../linear/quantise.ts";
import { hashSources } from "../linear/sources.ts";
import { train } from "../linear/trainer.ts";
import type { Sample } from "../linear/trainer.ts";
import { readCorpus } from "./corpus.ts";
import type { Pattern } from "./corpus.ts";
import { generateLines } from "./generate.ts";
import type { LabelledLine } from "./generate.ts";

const NAME = "allfunds-classifier-2";
const FOLDS = 5;
const MOST_ROWS = 36_000;
const CLASSES = CATEGORIES.map(({ code }) => code);
const OPTIONS = {
  classes: CLASSES,
  seed: 11,
  epochs: 5,
  learningRate: 0.3,
  shrink: 1e-5,
  dropout: 0.2,
};

/** The hash that the committed weights must carry. */
export function categorySources(): string {
  return hashSources("categories", NAME, examples());
}

/** One line of each pattern as it is read, with the rule that matches it: the header states how often rules are right. */
function* examples(): Generator<Pick<Sample, "ids" | "fixed">> {
  for (const line of generateLines(readCorpus(), OPTIONS.seed, 1)) {
    const { ids, fixed } = toSample(line);
    yield { ids, fixed: [...fixed, ruleOf(line)?.name ?? "no rule"] };
  }
}

/** Trains on all patterns; confidence comes from models that had not seen the pattern they judged. */
export function trainCategories(report: (line: string) => void): Uint8Array {
  const patterns = readCorpus();
  const lines = generateLines(patterns, OPTIONS.seed);
  const samples = lines.map(toSample);
  report(`${patterns.length} patterns, ${lines.length} lines`);
  const judged = judgeApart(patterns, lines, samples);
  const answered = judged.filter(({ category }) => category !== UNKNOWN_CATEGORY);
  const calibration = calibrate(answered);
  reportCalibration(answered, calibration, report);
  const head = { name: NAME, sources: categorySources(), calibration, rules: rulesOn(judged) };
  return quantise(train(samples, OPTIONS), MOST_ROWS, head);
}

function toSample(line: LabelledLine): Sample {
  return {
    ids: ngramsOf(readItem(line).fields),
    fixed: amountFeatures(line),
    label: CLASSES.indexOf(line.category),
  };
}

const ruleOf = ({ text, direction }: LabelledLine): Rule | undefined =>
  matchRule(readMemo(text).words.join(" "), direction);

interface Judged {
  readonly line: LabelledLine;
  readonly category: string;
  readonly best: number;
  readonly second: number;
  readonly learned: number;
  readonly right: boolean;
}

/** Each line judged by a model that was trained without its pattern. */
function judgeApart(
  patterns: readonly Pattern[],
  lines: readonly LabelledLine[],
  samples: readonly Sample[],
): Judged[] {
  const foldOf = new Map(patterns.map(({ id }, at) => [id, at % FOLDS]));
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const apart = (at: number): boolean => foldOf.get(lines[at]?.pattern ?? "") === fold;
    const learned = train(
      samples.filter((_, at) => !apart(at)),
      { ...OPTIONS, epochs: 3 },
    );
    const head = { name: NAME, sources: "", calibration: [], rules: {} };
    const classifier = new Classifier(new LinearModel(quantise(learned, MOST_ROWS, head)));
    return lines.filter((_, at) => apart(at)).map((line) => judge(line, classifier));
  });
}

function judge(line: LabelledLine, classifier: Classifier): Judged {
  const { category, probabilities, learned, best, second } = classifier.predict(line);
  const [first, next] = [best, second].map((k) => probabilities[k] as number) as [number, number];
  return { line, category, best: first, second: next, learned, right: category === line.category };
}

/** The share that was right, drawn to a prior by two imagined patterns. */
function shareOf(tally: ReadonlyMap<string, boolean>, prior: number): number {
  const right = [...tally.values()].filter(Boolean).length;
  return Math.round(((right + 2 * prior) / (tally.size + 2)) * 1e3) / 1e3;
}

/** How often each rule is right when the weights agree and when not, counted by pattern, not by line. */
function rulesOn(judged: readonly Judged[]): Record<string, [number, number]> {
  const counts = new Map(RULES.map(({ name }) => [name, [new Map(), new Map()] as const]));
  for (const { line, category } of judged) {
    const rule = ruleOf(line);
    if (rule === undefined) continue;
    const tally = counts.get(rule.name)?.[category === rule.category ? 0 : 1];
    tally?.set(line.pattern, rule.category === line.category);
  }
  return Object.fromEntries(
    [...counts].map(([name, [agreed, not]]) => [name, [shareOf(agreed, 0.95), shareOf(not, 0.4)]]),
  );
}

function reportCalibration(
  judged: readonly Judged[],
  calibration: readonly number[],
  report: (line: string) => void,
): void {
  const answers = judged.map(({ right, ...each }) => {
    return { right, confidence: confidenceOf(calibration, each) };
  });
  report(`calibration ${calibration.join(", ")}, error ${calibrationError(answers).toFixed(3)}`);
  for (const bar of [0.5, 0.6, 0.65, 0.7, 0.75, 0.8]) {
    const above = answers.filter(({ confidence }) => confidence >= bar);
    const right = above.filter((answer) => answer.right).length;
    report(
      `from ${bar}: ${(above.length / answers.length).toFixed(3)}, right ${(right / above.length).toFixed(3)}`,
    );
  }
}
