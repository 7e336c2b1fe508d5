/// <reference types="node" />
import { stdout } from "node:process";
import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { judgeSentiment } from "./judge-sentiment.ts";
import { LABELLED_SENTENCES } from "./labelled-sentences.fixture.ts";

describe("sentiment of a sentence about money", () => {
  test("agrees with the labels of at least 80 % of sentences it was not built from", () => {
    const right = LABELLED_SENTENCES.filter(
      ([label, text]) => judgeSentiment(text).label === label,
    );
    const accuracy = right.length / LABELLED_SENTENCES.length;
    stdout.write(
      `sentiment ${LABELLED_SENTENCES.length}: accuracy ${(accuracy * 100).toFixed(1)} %\n`,
    );
    expect(accuracy).toBeGreaterThan(0.8);
  });

  test.each([
    ["Profit fell", "NEGATIVE", "- profit fell"],
    ["Losses fell", "POSITIVE", "+ losses fell"],
    ["Costs rose", "NEGATIVE", "- costs rose"],
    ["There was no fraud", "POSITIVE", "+ not fraud"],
    ["Results were not strong", "NEGATIVE", "- not strong"],
  ])("%s is %s because of: %s", (text, label, evidence) => {
    expect(judgeSentiment(text)).toMatchObject({ label, evidence: [evidence] });
  });

  test("is neutral and uncertain when the text has no signal", () => {
    expect(judgeSentiment("Invoice 2231")).toEqual({
      label: "NEUTRAL",
      score: 0,
      confidence: 0.5,
      evidence: [],
    });
  });

  test("stays within its scales for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { score, confidence } = judgeSentiment(text);
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(confidence).toBeGreaterThanOrEqual(0.5);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});
