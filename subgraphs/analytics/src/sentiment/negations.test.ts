import { expect, test } from "vitest";
import { judgeSentiment } from "./judge-sentiment.ts";
import { lexemesOf } from "./lexemes.ts";
import { negationsIn } from "./negations.ts";

test.each([
  ["POSITIVE", "The fund did not incur any losses."],
  ["POSITIVE", "The covenant was not breached."],
  ["POSITIVE", "The bank avoided a loss."],
  ["NEGATIVE", "The fund could not avoid a loss."],
  ["NEGATIVE", "The bank failed to avoid a loss."],
  ["NEGATIVE", "Revenue failed to grow in the third quarter."],
  ["NEGATIVE", "The dividend was not paid."],
  ["NEGATIVE", "The recovery has not materialised."],
  ["NEGATIVE", "Profits fell, and no recovery is in sight."],
  ["POSITIVE", "It is not surprising that profits rose again."],
  ["POSITIVE", "Sales rose, not only in Europe."],
  ["NEGATIVE", "Margins did not improve despite lower costs."],
  ["NEGATIVE", "Die Erwartungen wurden nicht erfüllt."],
  ["POSITIVE", "Die Dividende wird nicht gekürzt."],
  ["POSITIVE", "Das Unternehmen schreibt keine roten Zahlen mehr."],
  ["NEGATIVE", "Le chiffre d'affaires n'a pas progressé."],
  ["POSITIVE", "Aucun défaut n'a été constaté."],
  ["NEGATIVE", "El beneficio no mejoró."],
  ["POSITIVE", "Los costes no aumentaron."],
  ["NEGATIVE", "היעדים לא הושגו."],
  ["POSITIVE", "החברה לא רשמה הפסד."],
])("a negation turns what is stated: %s: %s", (label, text) => {
  expect(judgeSentiment(text).label).toBe(label);
});

test.each([
  ["nothing that is good or bad", "The meeting will not take place in Zurich."],
  ["something else that points the other way", "Costs did not rise, but profits fell sharply."],
  ["no negation", "Profits rose again."],
])("decides nothing with %s", (_reason, text) => {
  expect(negationsIn(lexemesOf(text))).toEqual([]);
});
