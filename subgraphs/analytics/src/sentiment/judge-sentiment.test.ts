import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeHeldOutSentences, sentimentFigures } from "../../eval/sentiment.ts";
import { sentimentSources } from "../../training/sentiment/train-sentiment.ts";
import { loadModel } from "../linear-model/linear-model.ts";
import { judgeSentiment } from "./judge-sentiment.ts";
import { lexemesOf } from "./lexemes.ts";
import { LABELLED_SENTENCES } from "./labelled-sentences.fixture.ts";
import { wordComparisonsIn } from "./word-comparisons.ts";

describe("what a sentence compares without figures", () => {
  test.each([
    ["The outlook was revised to stable from negative.", "POSITIVE", "+ stable against negative"],
    [
      "The agency changed the outlook from positive to stable.",
      "NEGATIVE",
      "- stable against positive",
    ],
    ["Der Ausblick wurde von positiv auf stabil gesenkt.", "NEGATIVE", "- stabil against positiv"],
    ["La perspective passe de négative à stable.", "POSITIVE", "+ stable against négative"],
    ["La perspectiva pasa de negativa a estable.", "POSITIVE", "+ estable against negativa"],
    ["התחזית שונתה מחיובית ליציבה.", "NEGATIVE", "- ליציבה against מחיובית"],
    ["Losses were smaller than feared.", "POSITIVE", "+ Losses smaller"],
    ["Profit was smaller than expected.", "NEGATIVE", "- Profit smaller"],
    ["Redemptions were higher than planned.", "NEGATIVE", "- Redemptions higher"],
    ["Der Gewinn fiel geringer aus als erwartet.", "NEGATIVE", "- Gewinn geringer"],
    ["Le bénéfice est moindre que prévu.", "NEGATIVE", "- bénéfice moindre"],
    ["Las pérdidas fueron menores de lo esperado.", "POSITIVE", "+ pérdidas menores"],
    ["The company made no profit in the quarter.", "NEGATIVE", "- no profit"],
    ["No impairments were recorded.", "POSITIVE", "+ No impairments"],
    ["Es wurde kein Gewinn erzielt.", "NEGATIVE", "- kein Gewinn"],
    ["Der Fonds verzeichnete keine Ausfälle.", "POSITIVE", "+ keine Ausfälle"],
    ["Aucune perte n'a été enregistrée.", "POSITIVE", "+ Aucune perte"],
    ["La société n'a réalisé aucun bénéfice.", "NEGATIVE", "- aucun bénéfice"],
    ["El banco no registró pérdidas.", "POSITIVE", "+ no registró pérdidas"],
    ["No se repartirá ningún dividendo.", "NEGATIVE", "- ningún dividendo"],
    ["החברה לא רשמה רווח ברבעון.", "NEGATIVE", "- לא רשמה רווח"],
    ["החברה פועלת ללא חוב.", "POSITIVE", "+ ללא חוב"],
  ])("decides: %s", (sentence, label, evidence) => {
    const judged = judgeSentiment(sentence);
    expect(judged.label).toBe(label);
    expect(judged.evidence).toEqual([evidence]);
  });

  test.each([
    ["a noun that is part of another", "No dividend tax is withheld."],
    ["a noun that is part of another", "The company issued no profit warning."],
    ["a noun that is part of another", "The fund charges no sales load."],
    ["something that moved", "Profit rose without higher debt."],
    ["absences of both kinds", "The shell has no debt and no revenue."],
    ["a comparison of no measure", "The notice was sent later than planned."],
    ["a grade without the one before", "The outlook remains negative."],
    ["grades far apart", "From negative rates the treasury of the group went on to stable income."],
  ])("leaves %s to the words: %s", (_name, sentence) => {
    expect(wordComparisonsIn(lexemesOf(sentence))).toEqual([]);
  });
});

describe("terms that mean another thing than their words", () => {
  test.each([
    ["The loss per share was 0.12, after 0.45 a year ago.", "POSITIVE"],
    ["Der Verlust je Aktie betrug 0,45 nach 0,12 im Vorjahr.", "NEGATIVE"],
    ["La perte par action est de 0,12 contre 0,45.", "POSITIVE"],
    ["Cost income ratio deteriorated to 71 % versus 64 %.", "NEGATIVE"],
    ["Die Nettoverschuldung stieg auf 3,4 Mrd. von 2,9 Mrd.", "NEGATIVE"],
    ["Insurer slumps to quarterly loss", "NEGATIVE"],
    ["Bank sinks to annual loss", "NEGATIVE"],
  ])("are read as what they are: %s", (sentence, label) => {
    const judged = judgeSentiment(sentence);
    expect(judged.label).toBe(label);
    expect(judged.evidence.join(" ")).not.toContain("swings");
  });
});

describe("figures that a sentence compares", () => {
  test.each([
    ["EPS of 0.31 versus 0.22 last year", "POSITIVE", "+ EPS 0.31 against 0.22"],
    ["Operating loss narrowed to 2.1 mn from 5.6 mn", "POSITIVE", "+ loss 2.1 mn against 5.6 mn"],
    ["Net sales fell to EUR 4.8 mn from EUR 5.2 mn", "NEGATIVE", "- sales 4.8 mn against 5.2 mn"],
    ["Net profit of 1.1 mn compares with 1.8 mn", "NEGATIVE", "- profit 1.1 mn against 1.8 mn"],
    ["Net profit of 0.4 mn against a loss of 1.2 mn", "POSITIVE", "+ profit 0.4 mn against 1.2 mn"],
    [
      "Profit before taxes was EUR 5.4 mn (EUR 6.1 mn)",
      "NEGATIVE",
      "- Profit 5.4 mn against 6.1 mn",
    ],
    [
      "Revenue rose from 900 million to 1.1 billion",
      "POSITIVE",
      "+ Revenue 1.1 billion after 900 million",
    ],
    [
      "Die Kosten stiegen auf 48 Mio. Euro von 41 Mio. Euro",
      "NEGATIVE",
      "- Kosten 48 Mio against 41 Mio",
    ],
    [
      "La perte s'est réduite à 2,1 millions contre 5,6 millions",
      "POSITIVE",
      "+ perte 2,1 millions against 5,6 millions",
    ],
    [
      "El beneficio cayó a 3,2 millones desde 4,8 millones",
      "NEGATIVE",
      "- beneficio 3,2 millones against 4,8 millones",
    ],
    ["La perte s'est réduite de 8,4 à 3,1 millions", "POSITIVE", "+ perte 3,1 millions after 8,4"],
    ["Der Umsatz sank von 4,8 auf 4,1 Mio.", "NEGATIVE", "- Umsatz 4,1 Mio after 4,8"],
    ["La deuda pasó de 30 a 24 millones", "POSITIVE", "+ deuda 24 millones after 30"],
    [
      "The company cut its guidance to 3-4 % growth from 5-6 %",
      "NEGATIVE",
      "- guidance 3-4% against 5-6%",
    ],
    [
      "Die Marge stieg auf 5 bis 6 Prozent von 3 bis 4 Prozent",
      "POSITIVE",
      "+ Marge 5 bis 6 Prozent against 3 bis 4 Prozent",
    ],
    ["EPS of 0.91, missing the consensus of 0.98", "NEGATIVE", "- EPS 0.91 against 0.98"],
    ["EBITDA of 7.1 mn, over the 6.8 mn expected", "POSITIVE", "+ EBITDA 7.1 mn against 6.8 mn"],
    [
      "Las ventas superaron los 12 millones previstos y llegaron a 13 millones",
      "POSITIVE",
      "+ ventas 13 millones after 12 millones",
    ],
    [
      "הנכסים עלו ל-1.2 מיליארד מ-950 מיליון",
      "POSITIVE",
      "+ הנכסים 1.2 מיליארד against 950 מיליון",
    ],
    ["הרווח למניה היה 0.31 שקל לעומת 0.22 שקל", "POSITIVE", "+ הרווח 0.31 against 0.22"],
  ])("%j is %s because of: %s", (text, label, evidence) => {
    expect(judgeSentiment(text)).toMatchObject({ label, evidence: [evidence] });
  });

  test("are no comparison when the first is how far something moved", () => {
    const texts = ["Sales rose 3 mn from 12 mn", "Costs fell 3 mn from 12 mn"];
    expect(texts.map((text) => judgeSentiment(text).label)).toEqual(["POSITIVE", "POSITIVE"]);
  });

  test("states nothing when no measure is named, or years and dates stand there", () => {
    for (const text of ["He lived there from 1950 to 1960", "Open from 3 May to 9 May 2024"]) {
      expect(judgeSentiment(text).evidence.join()).not.toContain("against");
    }
  });

  const figure = fc.integer({ min: 1, max: 9_999 }).map((tenths) => (tenths / 10).toFixed(1));
  const form = fc.constantFrom(
    (a: string, b: string) =>
      `Operating profit was EUR ${a} mn, compared to EUR ${b} mn a year earlier.`,
    (a: string, b: string) => `EPS of ${a} versus ${b} last year`,
    (a: string, b: string) => `The net loss amounted to ${a} million against ${b} million.`,
    (a: string, b: string) => `Der Umsatz betrug ${a} Mio. Euro nach ${b} Mio. Euro.`,
    (a: string, b: string) => `Les coûts atteignent ${a} millions contre ${b} millions.`,
    (a: string, b: string) => `La perte est passée de ${b} à ${a} millions.`,
    (a: string, b: string) => `Der Aufwand ging von ${b} auf ${a} Mio. Euro.`,
    (a: string, b: string) => `El margen pasó del ${b} % al ${a} %.`,
    (a: string, b: string) => `Las ventas fueron de ${a} millones frente a ${b} millones.`,
  );
  const OPPOSITE = { POSITIVE: "NEGATIVE", NEGATIVE: "POSITIVE", NEUTRAL: "NEUTRAL" } as const;

  test("turn the tone around when they are swapped", () => {
    fc.assert(
      fc.property(form, figure, figure, (write, a, b) => {
        const one = judgeSentiment(write(a, b));
        const swapped = judgeSentiment(write(b, a));
        expect(swapped.label).toBe(OPPOSITE[one.label]);
        expect(swapped.score).toBeCloseTo(-one.score, 10);
      }),
    );
  });
});

describe("what moved which way", () => {
  test.each([
    ["Profit fell", "NEGATIVE", "- Profit fell"],
    ["Losses fell", "POSITIVE", "+ Losses fell"],
    ["Costs rose", "NEGATIVE", "- Costs rose"],
    ["There was no fraud", "POSITIVE", "+ not fraud"],
    ["Results were not strong", "NEGATIVE", "- not strong"],
    ["Die Kosten nahmen im Berichtsjahr ab", "POSITIVE", "+ Kosten nahmen"],
    ["Die Erlöse gingen im Berichtsjahr zurück", "NEGATIVE", "- Erlöse gingen"],
    ["Der Vorstand hob die Prognose für das Jahr an", "POSITIVE", "+ Prognose hob"],
    ["Der Gewinn nahm nicht zu", "NEGATIVE", "- not Gewinn nahm"],
    ["Der Ertrag stieg nicht", "NEGATIVE", "- not Ertrag stieg"],
    ["Las previsiones fueron rebajadas", "NEGATIVE", "- rebajadas"],
  ])("%s is %s because of: %s", (text, label, evidence) => {
    expect(judgeSentiment(text)).toMatchObject({ label, evidence: [evidence] });
  });

  test("is neutral, without a reason, when a text has no tone", () => {
    expect(judgeSentiment("Invoice 2231 of 3 March.")).toMatchObject({
      label: "NEUTRAL",
      evidence: [],
    });
  });

  test("shows words of the text itself, and stays within its scales, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { score, confidence } = judgeSentiment(text);
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("a verb has no direction of a last word that every object inherits", () => {
  expect(judgeSentiment("Die Kosten gehen zurück").evidence).toEqual(["+ Kosten gehen"]);
  expect(judgeSentiment("Die Kosten gehen constructor").evidence).toEqual([]);
});

describe("sentences that the training does not have", () => {
  const judged = judgeHeldOutSentences();
  const figuresOf = (...sets: string[]) =>
    sentimentFigures(judged.filter(({ set }) => sets.includes(set)));

  test("are judged rightly in plain sentences of reports", () => {
    expect(figuresOf("en").accuracy).toBeGreaterThanOrEqual(0.87);
  });

  test("are judged rightly in four other languages", () => {
    expect(figuresOf("de", "fr", "es", "he").accuracy).toBeGreaterThanOrEqual(0.87);
  });

  test("are judged better than by always the most frequent label in headlines", () => {
    const { accuracy, majority } = figuresOf("headlines");
    expect(accuracy).toBeGreaterThan(majority);
  });

  test("are judged rightly about funds", () => {
    const right = LABELLED_SENTENCES.filter(
      ([label, text]) => judgeSentiment(text).label === label,
    );
    expect(right.length / LABELLED_SENTENCES.length).toBeGreaterThan(0.8);
  });
});

test("the committed weights belong to the sources they name", () => {
  expect(loadModel("sentiment").header.sources).toBe(sentimentSources());
});
