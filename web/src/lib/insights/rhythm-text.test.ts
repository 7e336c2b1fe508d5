import { expect, test } from "vitest";
import { de } from "../language/catalogue/fund/de.ts";
import { en } from "../language/catalogue/fund/en.ts";
import { he } from "../language/catalogue/fund/he.ts";
import { withoutIsolates } from "../language/isolated.ts";
import { translator } from "../language/messages.ts";
import { rhythmText } from "./rhythm-text.ts";

const MONTHLY = {
  kind: "MONTH_DAYS",
  every: 1,
  weekday: null,
  nth: null,
  roll: "NONE",
  exceptMonths: [],
} as const;
const BUSINESS = { ...MONTHLY, kind: "BUSINESS_DAY", days: null } as const;
const WEEKLY = { ...BUSINESS, kind: "DAYS", weekday: 5 } as const;

test.each([
  [
    { ...MONTHLY, days: [25], roll: "PRECEDING" } as const,
    "on day 25 of each month, or the business day before",
    "am 25. jedes Monats, sonst am Bankarbeitstag davor",
    "ביום 25 של כל חודש, או ביום העסקים שלפניו",
  ],
  [
    { ...MONTHLY, days: [31], roll: "PRECEDING" } as const,
    "on the last business day of each month",
    "am letzten Bankarbeitstag jedes Monats",
    "ביום העסקים האחרון של כל חודש",
  ],
  [
    { ...MONTHLY, days: [1, 15] },
    "on day 1 and day 15 of each month",
    "am 1. und 15. jedes Monats",
    "ביום 1 ויום 15 של כל חודש",
  ],
  [
    { ...MONTHLY, days: [8], exceptMonths: [7, 8] },
    "on day 8 of each month but July and August",
    "am 8. jedes Monats außer Juli und August",
    "ביום 8 של כל חודש מלבד יולי ואוגוסט",
  ],
  [
    { ...BUSINESS, every: 3, nth: 3 },
    "on business day 3 of every third month",
    "am 3. Bankarbeitstag jedes dritten Monats",
    "ביום העסקים ה־3 של כל חודש שלישי",
  ],
  [
    { ...BUSINESS, nth: -2 },
    "on business day 2 from the end of each month",
    "am 2. Bankarbeitstag vor dem Ende jedes Monats",
    "ביום העסקים ה־2 מסוף כל חודש",
  ],
  [
    { ...WEEKLY, every: 14 },
    "every 2 weeks on Friday",
    "alle 2 Wochen am Freitag",
    "כל 2 שבועות ביום שישי",
  ],
  [
    { ...BUSINESS, kind: "WEEKDAY", weekday: 5, nth: -1, roll: "PRECEDING" } as const,
    "on the last Friday of each month, or the business day before",
    "am letzten Freitag jedes Monats, sonst am Bankarbeitstag davor",
    "ביום שישי האחרון של כל חודש, או ביום העסקים שלפניו",
  ],
  [
    { ...BUSINESS, kind: "WEEKDAY", every: 3, weekday: 3, nth: 3 } as const,
    "on the third Wednesday of every third month",
    "am dritten Mittwoch jedes dritten Monats",
    "ביום רביעי השלישי של כל חודש שלישי",
  ],
  [{ ...WEEKLY, weekday: null, every: 10 }, "every 10 days", "alle 10 Tage", "כל 10 ימים"],
  [{ ...WEEKLY, every: 7 }, "every Friday", "wöchentlich am Freitag", "בכל יום שישי"],
])("words the rule %j in each language", (rhythm, english, german, hebrew) => {
  expect(rhythmText(rhythm, translator("en", en), "en-GB")).toBe(english);
  expect(rhythmText(rhythm, translator("de", de), "de-DE")).toBe(german);
  expect(withoutIsolates(rhythmText(rhythm, translator("he", he), "he-IL") ?? "")).toBe(hebrew);
});
