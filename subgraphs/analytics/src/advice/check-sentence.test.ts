import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSentence } from "./check-sentence.ts";
import { RIGHT_ANSWERS, WRONG_ANSWERS } from "./recorded-answers.fixture.ts";
import { UNSUPPORTED_ANSWERS } from "./recorded-nouns.fixture.ts";
import { recordedFacts } from "./recorded-facts.fixture.ts";

const factOf = recordedFacts();
const isShown = (sentence: string) => checkSentence(sentence, factOf).ok;
const wrong = Object.entries(WRONG_ANSWERS);

describe("the checker of sentences", () => {
  it.each(wrong)("shows no recorded answer when %s", (_why, answers) => {
    expect(answers.filter(isShown)).toEqual([]);
  });

  it("shows no answer that puts a noun, a time or a judgement to a figure which it has not", () => {
    expect(UNSUPPORTED_ANSWERS.filter(isShown)).toEqual([]);
  });

  it("has at least 200 recorded wrong answers and 100 right ones", () => {
    expect(wrong.flatMap(([, answers]) => answers).length).toBeGreaterThanOrEqual(200);
    expect(RIGHT_ANSWERS.length).toBeGreaterThanOrEqual(100);
  });

  it("refuses at most 5 % of the recorded answers that are right", () => {
    const refused = RIGHT_ANSWERS.filter((answer) => !isShown(answer));
    expect(refused.length / RIGHT_ANSWERS.length).toBeLessThanOrEqual(0.05);
  });

  it("shows no digit that a fact did not bring, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (around, number) => {
        const verdict = checkSentence(`${around} ${number} {{f1}}`, factOf);
        expect(verdict.ok).toBe(false);
      }),
    );
  });

  it("names every reason when a sentence has several faults", () => {
    expect(checkSentence("Buy 3 percent.", factOf)).toEqual({
      ok: false,
      faults: ["DIGIT", "PERCENT", "TRADE_ADVICE", "NO_FACT"],
    });
  });

  it("leaves the sign to the words when they say the direction", () => {
    const verdict = checkSentence("Net asset value declined by {{f23}}.", factOf);
    expect(verdict).toMatchObject({ sentence: { cited: [{ magnitude: true }] } });
  });
});
