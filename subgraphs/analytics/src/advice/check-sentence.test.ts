import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSentence } from "./check-sentence.ts";
import { FactSheet, groupOfFund, type NewFact } from "./fact.ts";
import {
  FURTHER_RIGHT_ANSWERS,
  FURTHER_WRONG_ANSWERS,
} from "./recorded-further-answers.fixture.ts";
import { WRONG_ANSWERS } from "./recorded-answers.fixture.ts";
import { RIGHT_ANSWERS } from "./recorded-right-answers.fixture.ts";
import { DISGUISED_ANSWERS } from "./recorded-disguises.fixture.ts";
import { PLAIN_ANSWERS } from "./recorded-plain-answers.fixture.ts";
import { TWISTED_ANSWERS } from "./recorded-meanings.fixture.ts";
import { UNSUPPORTED_ANSWERS } from "./recorded-nouns.fixture.ts";
import { recordedFacts } from "./recorded-facts.fixture.ts";

const factOf = recordedFacts();
const isShown = (sentence: string) => checkSentence(sentence, factOf).ok;
const wrong = Object.entries(WRONG_ANSWERS);

describe("the checker of sentences", () => {
  it.each(wrong)("shows no recorded answer when %s", (_why, answers) => {
    expect(answers.filter(isShown)).toEqual([]);
  });

  it.each(Object.entries(FURTHER_WRONG_ANSWERS))(
    "shows no further answer where %s",
    (_why, answers) => {
      expect(answers.filter(isShown)).toEqual([]);
    },
  );

  it("shows each of 60 further answers that are right, beside 60 wrong ones", () => {
    expect(FURTHER_RIGHT_ANSWERS.length).toBeGreaterThanOrEqual(60);
    expect(Object.values(FURTHER_WRONG_ANSWERS).flat().length).toBeGreaterThanOrEqual(60);
    expect(FURTHER_RIGHT_ANSWERS.filter((answer) => !isShown(answer))).toEqual([]);
  });

  it("shows no answer that puts a noun, a time or a judgement to a figure which it has not", () => {
    expect(UNSUPPORTED_ANSWERS.filter(isShown)).toEqual([]);
  });

  it("shows no answer whose words change what its figure means", () => {
    expect(TWISTED_ANSWERS.filter(isShown)).toEqual([]);
  });

  it("shows no answer whose fault is disguised by script, words, marks or order", () => {
    expect(DISGUISED_ANSWERS.length).toBeGreaterThanOrEqual(100);
    expect(DISGUISED_ANSWERS.filter(isShown)).toEqual([]);
  });

  it("has at least 200 recorded wrong answers and 100 right ones", () => {
    expect(wrong.flatMap(([, answers]) => answers).length).toBeGreaterThanOrEqual(200);
    expect(RIGHT_ANSWERS.length).toBeGreaterThanOrEqual(100);
  });

  it("refuses at most 5 % of the recorded answers that are right", () => {
    const refused = RIGHT_ANSWERS.filter((answer) => !isShown(answer));
    expect(refused.length / RIGHT_ANSWERS.length).toBeLessThanOrEqual(0.05);
  });

  it("refuses at most 5 % of right answers as language models word them", () => {
    expect(PLAIN_ANSWERS.length).toBeGreaterThanOrEqual(100);
    const refused = PLAIN_ANSWERS.filter((answer) => !isShown(answer));
    expect(refused.length / PLAIN_ANSWERS.length).toBeLessThanOrEqual(0.05);
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
      faults: ["DIGIT", "PERCENT", "TRADE_ADVICE", "WORD", "NO_FACT"],
    });
  });

  it("leaves the sign to the words when they say the direction", () => {
    const verdict = checkSentence("Net asset value declined by {{f23}}.", factOf);
    expect(verdict).toMatchObject({ sentence: { cited: [{ magnitude: true }] } });
  });

  it("shows a row of a fund beside the name of that fund, and of no other", () => {
    const source = { kind: "METRIC", metric: "BALANCE" } as const;
    const name = (value: string, fundId: string, group: string): NewFact => {
      return { kind: "TEXT", value, label: "name", source, terms: { measures: [] }, fundId, group };
    };
    const sheet = new FactSheet();
    sheet.add(
      name("North", "1", groupOfFund("1")),
      name("South", "2", groupOfFund("2")),
      name("Current account", "1", "account"),
      {
        ...name("7.00", "1", "account"),
        kind: "MONEY",
        currency: "EUR",
        terms: { measures: ["CASH"] },
      },
    );
    const verdictOf = (sentence: string) => checkSentence(sentence, (id) => sheet.get(id));
    expect(verdictOf("{{f1}}: {{f3}}: {{f4}}.")).toMatchObject({ ok: true });
    expect(verdictOf("{{f2}}: {{f3}}: {{f4}}.")).toEqual({ ok: false, faults: ["LABEL"] });
  });
});
