import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headlineKey, judgeNews, isSameStory } from "./news.ts";

describe("headlines of the same story", () => {
  test.each([
    ["Siemens lifts outlook after strong quarter", "SIEMENS LIFTS OUTLOOK AFTER STRONG QUARTER!"],
    ["Société Générale relève ses objectifs", "Societe Generale releve ses objectifs"],
    [
      "Siemens lifts its full-year outlook after a strong third quarter",
      "Siemens lifts its full-year outlook after a strong third quarter - sources",
    ],
  ])("%j is the same as %j", (one, other) => {
    expect(isSameStory(one, other)).toBe(true);
  });

  test.each([
    ["Siemens shares rise after earnings", "Siemens shares fall after earnings"],
    ["Bayer to cut 1,500 jobs in Leverkusen", "Bayer to cut 2,500 jobs in Leverkusen"],
    ["Siemens names new CFO", "SAP names new CFO"],
  ])("%j is not the same as %j", (one, other) => {
    expect(isSameStory(one, other)).toBe(false);
  });

  test("are the same as themselves, in either order, for any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
        (one, other) => {
          expect(isSameStory(one, one)).toBe(true);
          expect(isSameStory(one, other)).toBe(isSameStory(other, one));
          expect(headlineKey(headlineKey(one))).toBe(headlineKey(one));
        },
      ),
    );
  });
});

describe("the tone of news", () => {
  test("is that of the headline", () => {
    const news = { headline: "Bayer slashes dividend as debt weighs", body: "Sales rose by 5 %." };
    expect(judgeNews(news).label).toBe("NEGATIVE");
  });

  test("is that of the body when the headline has none", () => {
    const news = {
      headline: "Unilever publishes its report",
      body: "Operating profit rose to EUR 5.4 mn from EUR 3.6 mn. EPS of 0.31 versus 0.22.",
    };
    expect(judgeNews(news)).toMatchObject({
      label: "POSITIVE",
      evidence: ["+ profit 5.4 mn against 3.6 mn", "+ EPS 0.31 against 0.22"],
    });
  });
});
