/// <reference types="node" />
import { stdout } from "node:process";
import { describe, expect, test } from "vitest";
import { createBuiltInModel, REVIEW_BELOW } from "./built-in-model.ts";
import type { LabelledInput } from "./classifier.ts";
import { trainClassifier } from "./classifier.ts";
import { CATEGORIES } from "./taxonomy.ts";
import { HELD_OUT } from "./training/held-out.fixture.ts";
import { parseCorpus, trainingCorpus } from "./training-corpus.ts";

const corpus = trainingCorpus();
const heldOut = parseCorpus(HELD_OUT);
const FOLDS = 5;

const share = (outcomes: readonly boolean[]): number =>
  outcomes.filter(Boolean).length / outcomes.length;
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
const report = (line: string): boolean => stdout.write(`${line}\n`);

describe("the corpus", () => {
  test("has at least fourteen texts for every category except the fallback, and no text twice", () => {
    for (const { code } of CATEGORIES.filter((each) => each.code !== "OTHER")) {
      expect([code, corpus.filter(({ category }) => category === code).length >= 14]).toEqual([
        code,
        true,
      ]);
      expect([code, heldOut.some(({ category }) => category === code)]).toEqual([code, true]);
    }
    const texts = [...corpus, ...heldOut].map(({ text }) => text.toLowerCase());
    expect(new Set(texts).size).toBe(texts.length);
  });
});

// Each test trains, which takes a while on a busy machine.
describe("the built-in model", { timeout: 120_000 }, () => {
  test("puts texts it was not trained on into the right category", () => {
    const model = createBuiltInModel();
    const outcomes = heldOut.map((sample) => {
      const decision = model.categorise(sample);
      return { right: decision.category === sample.category, ...decision };
    });
    const sure = outcomes.filter(({ needsReview }) => !needsReview);
    report(
      `held-out ${heldOut.length}: accuracy ${percent(share(outcomes.map(({ right }) => right)))}, ` +
        `answered without review ${percent(sure.length / heldOut.length)}, of those right ${percent(share(sure.map(({ right }) => right)))}`,
    );
    expect(share(outcomes.map(({ right }) => right))).toBeGreaterThan(0.9);
    expect(share(sure.map(({ right }) => right))).toBeGreaterThan(0.97);
    expect(sure.length / heldOut.length).toBeGreaterThan(0.8);
  });

  // Cross-validation is the harsher figure: each part of the corpus is mostly words the rest lacks.
  test("is certain only when it is right, in five-fold cross-validation of the classifier alone", () => {
    const answers = Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
      const classifier = trainClassifier(corpus.filter((_, index) => index % FOLDS !== fold));
      return corpus
        .filter((_, index) => index % FOLDS === fold)
        .map((sample) => judged(sample, classifier.predict(sample)));
    });
    const sure = answers.filter(({ probability }) => probability >= REVIEW_BELOW);
    const accuracy = share(answers.map(({ right }) => right));
    const precision = share(sure.map(({ right }) => right));
    const claimed = answers.reduce((sum, { probability }) => sum + probability, 0) / answers.length;
    report(
      `cross-validation ${corpus.length}: accuracy ${percent(accuracy)}, mean confidence ${percent(claimed)}, ` +
        `above the review bar ${percent(sure.length / answers.length)}, of those right ${percent(precision)}`,
    );
    expect(accuracy).toBeGreaterThan(0.6);
    expect(precision).toBeGreaterThan(0.9);
    // Lower confidence than accuracy is fine, higher is not.
    expect(claimed - accuracy).toBeLessThan(0.05);
  });

  test("gives the same answer every time it is trained", () => {
    const sample = { text: "quarterly invoice prices vendor", direction: "OUT" } as const;
    expect(createBuiltInModel().categorise(sample)).toEqual(
      createBuiltInModel().categorise(sample),
    );
  });
});

function judged(sample: LabelledInput, answer: { category: string; probability: number } | null) {
  return { right: answer?.category === sample.category, probability: answer?.probability ?? 0 };
}
