import { describe, expect, test } from "vitest";
import { dateOfDay, dayOfDate } from "./day.ts";
import { expectNext } from "./expectation.ts";
import { monthly, onDay, onOrAfter, onOrBefore, paid, seenOn } from "./payments.fixture.ts";
import { modelSeries } from "./series-model.ts";

const MONTHS = [0, 5, 9, 14, 20];
const DAYS = Array.from({ length: 31 }, (_, index) => index + 1);
const monthAt = (index: number): string =>
  `${2019 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;

/** Some starts within two years and each day of the month: the share of next dates that hit, and that the range holds. */
function shares(step: number, count: number, roll: typeof onDay) {
  let [all, exact, held] = [0, 0, 0];
  for (const month of MONTHS) {
    for (const day of DAYS) {
      const days = monthly(monthAt(month), count + 1, roll(day), step);
      const [model, ...others] = modelSeries(
        days.slice(0, -1).map((each) => paid(each)),
        "TARGET2",
      );
      all += 1;
      if (model === undefined || others.length > 0) continue;
      const actual = dateOfDay(days.at(-1) ?? Number.NaN);
      const next = expectNext(model, (days.at(-2) ?? 0) + 20);
      if (next.date === actual) exact += 1;
      if (next.earliestDate <= actual && next.latestDate >= actual) held += 1;
    }
  }
  return { exact: exact / all, held: held / all };
}

describe("a half-yearly series of so few payments that its roll shows seldom", () => {
  test.each([
    ["whatever the day", onDay, 0.85],
    ["on the business day after", onOrAfter, 0.85],
    ["on the business day before", onOrBefore, 0.8],
  ] as const)(
    "has its next payment in the range but for one in a hundred, %s",
    (_name, roll, least) => {
      for (const count of [3, 4, 5, 6]) {
        const { exact, held } = shares(6, count, roll);
        expect([count, held >= 0.99, exact >= least]).toEqual([count, true, true]);
      }
    },
  );
});

describe("the range of a date that is no business day", () => {
  test("holds the business days around it where a series by months has only been paid on such", () => {
    const twice = monthly("2019-03", 3, onDay(12), 6).map((day) => paid(day));
    expect(twice.map(({ date }) => date)).toEqual(["2019-03-12", "2019-09-12", "2020-03-12"]);
    expect(seenOn("2020-04-01", twice)).toMatchObject([
      { date: "2020-09-14", earliestDate: "2020-09-11", latestDate: "2020-09-14" },
    ]);
  });

  test("is that day alone once a payment came on one", () => {
    const weekend = monthly("2019-03", 4, onDay(16), 6).map((day) => paid(day));
    expect(weekend.map(({ date }) => new Date(date).getUTCDay())).toContain(6);
    const [next] = seenOn("2021-01-01", weekend);
    expect(next).toMatchObject({ date: "2021-03-16", latestDate: "2021-03-16" });
    const sunday = expectNext(next.model, dayOfDate("2025-01-01"));
    expect(sunday.date).toBe("2025-03-16");
  });
});
