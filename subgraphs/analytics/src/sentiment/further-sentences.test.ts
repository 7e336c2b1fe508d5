import { describe, expect, test } from "vitest";
import { judgeSentiment } from "./judge-sentiment.ts";

describe("sentences written apart from the training", () => {
  test.each([
    ["POSITIVE", "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn."],
    ["NEGATIVE", "Operating profit fell to EUR 8.7 mn from EUR 13.1 mn."],
    ["POSITIVE", "Net loss narrowed to USD 1.2 million from USD 3.4 million a year earlier."],
    ["NEGATIVE", "Net loss widened to USD 3.4 million, compared with USD 1.2 million."],
    ["NEGATIVE", "EPS came in at 0.18 against 0.25 a year ago."],
    ["POSITIVE", "The vacancy rate decreased to 4.1 % from 6.3 %."],
    ["NEGATIVE", "Debt increased to 120 million from 90 million."],
    ["POSITIVE", "Costs were EUR 4 mn, down from EUR 6 mn."],
    ["NEGATIVE", "Profit did not rise: it fell to 3 mn from 5 mn."],
    ["POSITIVE", "Revenue of one million two hundred thousand beat the expected one million."],
    ["NEGATIVE", "The dividend was cut from 1.20 to 0.80 per share."],
    ["POSITIVE", "The dividend was raised from 0.80 to 1.20 per share."],
    ["NEGATIVE", "No profit was made this year."],
    ["POSITIVE", "Impairments were lower than in the previous year."],
    ["NEGATIVE", "Margins shrank to 8 % from 11 %."],
    ["POSITIVE", "Non-performing loans fell to 1.9 % from 2.6 %."],
    ["NEUTRAL", "The annual general meeting takes place on 12 May 2026."],
    ["NEUTRAL", "The fund has 42 investors and 3 share classes."],
    ["POSITIVE", "Der Gewinn stieg auf 4,2 Mio. Euro nach 3,1 Mio. Euro im Vorjahr."],
    ["NEGATIVE", "Der Umsatz sank von 12,4 Mio. auf 10,9 Mio. Euro."],
    ["POSITIVE", "Der Verlust verringerte sich von 5 Mio. auf 2 Mio. Euro."],
    ["NEGATIVE", "Die Kosten stiegen auf 8,5 Mio. Euro (Vorjahr: 7,1 Mio. Euro)."],
    ["NEUTRAL", "Die Hauptversammlung findet am 12. Mai 2026 statt."],
    ["POSITIVE", "Le bénéfice net a progressé à 12 M€ contre 9 M€ un an plus tôt."],
    ["NEGATIVE", "Le chiffre d'affaires a reculé à 45 M€ contre 51 M€."],
    ["POSITIVE", "La dette a diminué à 30 M€, contre 42 M€ fin 2024."],
    ["NEUTRAL", "L'assemblée générale se tiendra le 3 juin 2026."],
    ["POSITIVE", "El beneficio subió a 7,5 millones desde 6,2 millones."],
    ["NEGATIVE", "Las pérdidas aumentaron a 3 millones frente a 1 millón."],
    ["POSITIVE", "הרווח הנקי עלה ל-12 מיליון שקל לעומת 9 מיליון."],
    ["NEGATIVE", "ההכנסות ירדו ל-40 מיליון לעומת 55 מיליון."],
  ])("%s: %s", (label, sentence) => {
    expect(judgeSentiment(sentence).label).toBe(label);
  });
});
