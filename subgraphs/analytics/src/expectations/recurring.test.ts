import { rounds } from "@allfunds/platform/testing/seed";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarOf, nextBusinessDay, previousBusinessDay } from "./business-calendar.ts";
import { dateOfDay, dayOfDate } from "./day.ts";
import { bookedDaysOf, expectNext } from "./expectation.ts";
import { changeSentence } from "./expected-cash-flows.ts";
import {
  every,
  monthly,
  onBusinessDay,
  onDay,
  onWeekday,
  onOrAfter,
  onOrBefore,
  paid,
  seenOn,
} from "./payments.fixture.ts";
import { describeRhythm, rhythmParts } from "./rhythm.ts";
import { modelSeries } from "./series-model.ts";
import type { SeriesModel } from "./series-model.ts";

const LAST = 31;
const both = [...monthly("2026-01", 6, onDay(1)), ...monthly("2026-01", 6, onDay(15))];
const withoutOne = monthly("2025-06", 12, onDay(20)).filter((_, index) => index !== 7);
const paused = [...every("2026-01-07", 7, 10), ...every("2026-04-15", 7, 8)];
const aDayEarly = ["2023-03-14", "2024-03-13", "2025-03-14"].map(dayOfDate);
const rolled = (days: readonly number[]) =>
  days.map((day) => nextBusinessDay(day, calendarOf("TARGET2")));
const lastFridays = monthly("2025-06", 18, onWeekday(-1, 5)).map((day) =>
  previousBusinessDay(day, calendarOf("TARGET2")),
);
const withoutSummers = monthly("2024-01", 30, onDay(8)).filter(
  (_, index) => index % 12 < 6 || index % 12 > 7,
);
const moved = [...monthly("2025-01", 9, onDay(3)), ...monthly("2025-10", 8, onDay(17))];

describe("the next date", () => {
  test.each([
    ["MONTHLY", monthly("2025-03", 14, onOrBefore(LAST)), "2026-05-10", "2026-05-29"],
    ["MONTHLY", monthly("2025-04", 12, onOrBefore(25)), "2026-04-01", "2026-04-24"],
    ["FOUR_WEEKLY", every("2026-01-05", 28, 10), "2026-09-20", "2026-10-12"],
    ["SEMI_MONTHLY", both, "2026-06-20", "2026-07-01"],
    ["BIWEEKLY", every("2026-01-09", 14, 10), "2026-05-20", "2026-05-29"],
    ["YEARLY", monthly("2024-02", 4, onDay(LAST), 12), "2027-03-05", "2028-02-29"],
    ["MONTHLY", monthly("2025-12", 5, onDay(LAST)), "2026-05-01", "2026-05-31"],
    ["MONTHLY", monthly("2026-01", 4, onOrAfter(15)), "2026-04-20", "2026-05-15"],
    ["MONTHLY", monthly("2025-06", 12, onBusinessDay(3)), "2026-06-01", "2026-06-03"],
    ["MONTHLY", monthly("2025-01", 15, onOrAfter(3)), "2026-03-20", "2026-04-07"],
    ["MONTHLY", monthly("2024-01", 35, onOrBefore(25)), "2026-12-01", "2026-12-24"],
    ["MONTHLY", monthly("2024-08", 20, onDay(30)), "2026-03-31", "2026-04-30"],
    ["MONTHLY", withoutOne, "2026-05-25", "2026-06-20"],
    ["MONTHLY", moved, "2026-05-20", "2026-06-17"],
    ["WEEKLY", every("2026-06-01", 7, 3), "2026-06-16", "2026-06-22"],
    ["DAYS", every("2026-03-01", 5, 20), "2026-06-05", "2026-06-09"],
    ["DAYS", every("2026-03-02", 10, 5), "2026-04-12", "2026-04-21"],
    ["DAYS", rolled(every("2026-01-03", 10, 9)), "2026-03-26", "2026-04-07"],
    ["DAYS", every("2026-02-04", 15, 6), "2026-04-22", "2026-05-05"],
    ["DAYS", every("2026-01-15", 21, 5), "2026-04-11", "2026-04-30"],
    ["DAYS", rolled(every("2025-11-19", 30, 6)), "2026-04-22", "2026-05-18"],
    ["DAYS", every("2025-08-14", 42, 5), "2026-02-01", "2026-03-12"],
    ["DAYS", every("2025-01-20", 90, 5), "2026-01-20", "2026-04-15"],
    ["DAYS", every("2026-02-20", 11, 7), "2026-04-30", "2026-05-08"],
    ["MONTHLY", monthly("2026-01", 5, onDay(30)), "2026-06-01", "2026-06-30"],
    ["QUARTERLY", monthly("2025-01", 5, onDay(20), 3), "2026-02-01", "2026-04-20"],
    ["WEEKLY", paused, "2026-06-05", "2026-06-10"],
    ["MONTHLY", monthly("2025-09", 10, onWeekday(3, 3)), "2026-06-20", "2026-07-15"],
    ["MONTHLY", monthly("2025-09", 10, onWeekday(-1, 5)), "2026-06-28", "2026-07-31"],
    ["MONTHLY", monthly("2025-06", 11, onWeekday(1, 1)), "2026-04-20", "2026-05-04"],
    ["MONTHLY", monthly("2025-06", 11, onWeekday(4, 4)), "2026-04-28", "2026-05-28"],
    ["MONTHLY", lastFridays, "2026-12-01", "2026-12-24"],
    ["QUARTERLY", monthly("2024-03", 9, onWeekday(3, 5), 3), "2026-04-01", "2026-06-19"],
    ["BIMONTHLY", monthly("2025-01", 6, onDay(9), 2), "2025-12-01", "2026-01-09"],
    ["QUARTERLY", monthly("2025-06", 3, onDay(LAST), 3), "2026-01-02", "2026-03-31"],
    ["HALF_YEARLY", monthly("2024-01", 4, onDay(15), 6), "2025-08-01", "2026-01-15"],
    ["YEARLY", monthly("2023-05", 3, onDay(2), 12), "2025-06-01", "2026-05-04"],
    ["YEARLY", aDayEarly, "2026-02-01", "2026-03-16"],
  ])("of a %s series, case %#", (recurrence, days, asOf, date) => {
    const payments = days.map((day) => paid(day));
    expect(seenOn(asOf, payments)).toMatchObject([
      { date, state: "EXPECTED", model: { recurrence } },
    ]);
  });

  test.each([
    ["two payments", ["2026-01-01", "2026-02-01"]],
    ["irregular dates", ["2026-01-01", "2026-01-03", "2026-02-20", "2026-05-01"]],
    ["several payments of one day", ["2026-01-01", "2026-01-01", "2026-01-01"]],
  ])("is not claimed for %s", (_name, dates) => {
    expect(
      modelSeries(
        dates.map((date) => paid(dayOfDate(date))),
        "TARGET2",
      ),
    ).toEqual([]);
  });

  test("names its rule", () => {
    const rules = [
      monthly("2025-03", 14, onOrBefore(LAST)),
      monthly("2025-03", 14, onOrBefore(25)),
      monthly("2025-06", 12, onBusinessDay(3)),
      monthly("2025-06", 12, onDay(LAST)),
      both,
      every("2026-01-09", 14, 10),
      rolled(every("2026-01-03", 10, 9)),
      every("2026-01-15", 21, 5),
      lastFridays,
      monthly("2025-09", 10, onWeekday(3, 3)),
      withoutSummers,
    ].map(
      (days) =>
        seenOn(
          "2026-06-20",
          days.map((day) => paid(day)),
        )[0]?.model,
    );
    expect(rules.map((model) => model && describeRhythm(model.rhythm))).toEqual([
      "on the last business day of each month",
      "on day 25 of each month, or the business day before",
      "on business day 3 of each month",
      "on the last day of each month",
      "on day 1 and day 15 of each month",
      "every 2 weeks on Friday",
      "every 10 days, or the business day after",
      "every 3 weeks on Thursday",
      "on the last Friday of each month, or the business day before",
      "on the third Wednesday of each month",
      "on day 8 of each month but July and August",
    ]);
    const [, before25, third, , , fridays, , , lastFriday, , summers] = rules.map(
      (model) => model && rhythmParts(model.rhythm),
    );
    const none = { exceptMonths: [], weekday: null, days: null, nth: null, roll: "NONE" };
    expect([before25, third, fridays, lastFriday, summers]).toEqual([
      { ...none, kind: "MONTH_DAYS", every: 1, days: [25], roll: "PRECEDING" },
      { ...none, kind: "BUSINESS_DAY", every: 1, nth: 3 },
      { ...none, kind: "DAYS", every: 14, weekday: 5 },
      { ...none, kind: "WEEKDAY", every: 1, nth: -1, weekday: 5, roll: "PRECEDING" },
      { ...none, kind: "MONTH_DAYS", every: 1, days: [8], exceptMonths: [7, 8] },
    ]);
  });
});

const priced = (days: readonly number[], amountOf: (index: number) => string) =>
  days.map((day, index) => paid(day, amountOf(index)));
const onFifth = monthly("2025-05", 14, onDay(5));

describe("the next amount", () => {
  test("is that of the new level after a price rise", () => {
    const payments = priced(onFifth, (index) => (index < 9 ? "9.99" : "12.99"));
    const [next] = seenOn("2026-06-20", payments);
    expect(next).toMatchObject({ date: "2026-07-05", model: { amountMinor: 12_99n } });
    const { fromMinor = 0n, toMinor = 0n } = next?.model.priceChange ?? {};
    expect(changeSentence(fromMinor, toMinor)).toBe("price rose 30 %");
    expect(next?.model.priceChange?.since).toBe("2026-02-05");
  });

  test("follows the second of two shifts, and states how far it fell", () => {
    const levels = ["20.00", "25.00", "22.50"];
    const payments = priced(onFifth, (index) => levels[Math.floor(index / 5)] ?? "");
    const [next] = seenOn("2026-06-20", payments);
    expect(next?.model).toMatchObject({
      amountMinor: 22_50n,
      priceChange: { fromMinor: 25_00n, toMinor: 22_50n },
    });
    expect(changeSentence(25_00n, 22_50n)).toBe("price fell 10 %");
  });

  test("goes on growing with a trend", () => {
    const days = monthly("2025-07", 12, onDay(10));
    const payments = priced(days, (index) => (1000 * 1.02 ** index).toFixed(2));
    const [next] = seenOn("2026-06-20", payments);
    expect(next).toMatchObject({ date: "2026-07-10", model: { amountKind: "TREND" } });
    expect(Number(next?.model.amountMinor) / 100).toBeCloseTo(1268.24, 0);
    expect(next?.model.growth).toBeCloseTo(0.02, 3);
  });

  test("is not moved by one outlier, and neither is the date", () => {
    const payments = priced(onFifth, (index) => (index === 6 ? "900.00" : "45.00"));
    expect(seenOn("2026-06-20", payments)).toMatchObject([
      { date: "2026-07-05", model: { amountMinor: 45_00n, priceChange: null } },
    ]);
  });

  test("lies in the middle of noise, whose width the interval shows", () => {
    // As of a fixed amount in another currency.
    const rates = [1.02, 0.98, 1.01, 0.99, 1.03, 0.97, 1, 1.02, 0.98, 1.01, 0.99, 1, 1.01, 0.99];
    const payments = priced(onFifth, (index) => (500 * (rates[index] ?? 1)).toFixed(2));
    const [model] = seenOn("2026-06-20", payments).map((each) => each.model) as [SeriesModel];
    expect(Number(model.amountMinor)).toBeCloseTo(500_00, -3);
    expect([model.lowMinor < 495_00n, model.highMinor > 505_00n]).toEqual([true, true]);
    expect([model.lowMinor > 470_00n, model.highMinor < 530_00n]).toEqual([true, true]);
  });

  test("is exact when all amounts were", () => {
    const [model] = seenOn(
      "2026-06-20",
      onFifth.map((day) => paid(day)),
    ).map((each) => each.model);
    expect(model).toMatchObject({ lowMinor: 100_00n, amountMinor: 100_00n, highMinor: 100_00n });
  });

  test("is the total of a day with several payments", () => {
    const payments = onFifth.flatMap((day) => [paid(day, "60.00"), paid(day, "60.00")]);
    expect(seenOn("2026-06-20", payments)).toMatchObject([{ model: { amountMinor: 120_00n } }]);
  });
});

describe("several contracts of one payee", () => {
  const small = monthly("2025-12", 7, onDay(5)).map((day) => paid(day, "20.00"));

  test("are separated by amount and day", () => {
    const large = monthly("2025-12", 6, onDay(18)).map((day) => paid(day, "300.00"));
    expect(
      seenOn("2026-06-25", [...small, ...large, paid(dayOfDate("2026-06-18"), "300.00")]),
    ).toMatchObject([
      { date: "2026-07-05", model: { amountMinor: 20_00n } },
      { date: "2026-07-18", model: { amountMinor: 300_00n } },
    ]);
  });

  test("are separated when both are paid on the same day now and then", () => {
    const quarterly = monthly("2025-03", 6, onDay(5), 3).map((day) => paid(day, "300.00"));
    const long = monthly("2025-01", 18, onDay(5)).map((day) => paid(day, "20.00"));
    expect(seenOn("2026-06-25", [...long, ...quarterly])).toMatchObject([
      { date: "2026-07-05", model: { recurrence: "MONTHLY", amountMinor: 20_00n } },
      { date: "2026-09-05", model: { recurrence: "QUARTERLY", amountMinor: 300_00n } },
    ]);
  });

  test("are one when a payment has only moved to another day", () => {
    expect(
      seenOn(
        "2026-05-20",
        moved.map((day) => paid(day)),
      ),
    ).toHaveLength(1);
  });
});

describe("the state of a series", () => {
  const on12th = monthly("2025-06", 12, onDay(12)).map((day) => paid(day));

  test.each([
    ["2026-05-20", "EXPECTED", null, "2026-06-12"],
    ["2026-06-12", "EXPECTED", null, "2026-06-12"],
    ["2026-06-20", "OVERDUE", "2026-06-12", "2026-07-12"],
    ["2026-07-20", "MISSED", "2026-06-12", "2026-08-12"],
    ["2026-08-20", "STOPPED", "2026-06-12", "2026-09-12"],
  ])("on %s is %s", (asOf, state, overdueSince, date) => {
    expect(seenOn(asOf, on12th)).toMatchObject([{ state, overdueSince, date }]);
  });

  test("is in time until the business day after a weekend", () => {
    const on13th = monthly("2025-06", 12, onDay(13)).map((day) => paid(day));
    const states = ["2026-06-15", "2026-06-16"].map((asOf) => seenOn(asOf, on13th)[0]);
    expect(states).toMatchObject([{ state: "EXPECTED", date: "2026-06-15" }, { state: "OVERDUE" }]);
  });

  test("does not depend on a posting far in the future", () => {
    const payments = [...on12th, paid(dayOfDate("2027-12-31"), "777.00")];
    expect(seenOn("2026-06-20", payments)).toEqual(seenOn("2026-06-20", on12th));
  });

  test("does not expect what is booked already", () => {
    const [model] = seenOn("2026-05-20", on12th).map((each) => each.model) as [SeriesModel];
    const booked = [dayOfDate("2026-06-12")];
    const today = dayOfDate("2026-05-20");
    expect(expectNext(model, today, { booked }).date).toBe("2026-07-12");
  });

  test("expects a payment beside one that is booked for another contract, or of another size", () => {
    const small = monthly("2025-06", 12, onDay(12)).map((day) => paid(day, "20.00"));
    const large = monthly("2025-06", 12, onDay(14)).map((day) => paid(day, "300.00"));
    const models = seenOn("2026-05-20", [...small, ...large]).map((each) => each.model);
    const sizes = models.map((model) => Number(model.amountMinor));
    const booked = (day: string, amount: string) =>
      bookedDaysOf(models, [paid(dayOfDate(day), amount)]);
    const june = dayOfDate("2026-06-13");
    expect(booked("2026-06-13", "310.00")).toEqual(
      sizes.map((size) => (size > 20_00 ? [june] : [])),
    );
    expect(booked("2026-06-13", "20.00")).toEqual(
      sizes.map((size) => (size > 20_00 ? [] : [june])),
    );
    expect(booked("2026-06-13", "5000.00")).toEqual([[], []]);
  });

  test("stops later when the series has paused as long before", () => {
    const payments = paused.map((day) => paid(day));
    expect(seenOn("2026-06-27", payments)).toMatchObject([{ state: "MISSED" }]);
  });

  test("rests on another calendar when one is chosen", () => {
    const [model] = seenOn(
      "2026-04-20",
      monthly("2025-03", 14, onOrAfter(4)).map((day) => paid(day)),
    );
    const next = (calendar: "TARGET2" | "GB") =>
      model && expectNext(model.model, dayOfDate("2026-04-20"), { calendar }).date;
    expect([next("TARGET2"), next("GB")]).toEqual(["2026-05-04", "2026-05-05"]);
  });
});

const confidenceOf = (payments: Parameters<typeof seenOn>[1]): number =>
  seenOn("2026-06-06", payments)[0]?.confidence ?? 0;

describe("confidence", () => {
  test("is higher for a longer and steadier series", () => {
    const steady = confidenceOf(onFifth.map((day) => paid(day)));
    const short = confidenceOf(onFifth.slice(-4).map((day) => paid(day)));
    const wild = confidenceOf(priced(onFifth, (index) => `${10 + ((index * 7_919) % 977)}.00`));
    expect(steady).toBeGreaterThan(short);
    expect(short).toBeGreaterThan(wild);
  });
});

const amounts = fc.array(fc.integer({ min: 500, max: 1_000_000 }), { minLength: 4, maxLength: 20 });

describe("any series", () => {
  test("that is weekly shifts by the weeks that all its dates are shifted by", () => {
    const weeks = fc.integer({ min: -200, max: 200 });
    const steady = fc.array(fc.integer({ min: 95_00, max: 105_00 }), {
      minLength: 4,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), steady, weeks, (weekday, sizes, shift) => {
        const day = (index: number) => dayOfDate("2024-01-01") + weekday + 7 * index;
        const next = (by: number, sizeOf: (size: number) => number = (size) => size) => {
          const payments = sizes.map((size, index) =>
            paid(day(index) + by, (sizeOf(size) / 100).toFixed(2)),
          );
          const today = day(sizes.length - 1) + by + 1;
          return modelSeries(payments, "TARGET2").map((model) => [
            model.recurrence,
            dayOfDate(expectNext(model, today).date) - by,
          ]);
        };
        expect(next(7 * shift)).toEqual(next(0));
        // Of different amounts some may be a contract of their own.
        expect(next(0, () => 100_00)).toEqual([["WEEKLY", day(sizes.length)]]);
      }),
      { numRuns: rounds(8, 25) },
    );
  });

  test("scales with its amounts", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 2, max: 1000 }), (sizes, factor) => {
        const days = monthly("2024-01", sizes.length, onDay(9));
        const next = (by: number) =>
          modelSeries(
            days.map((day, index) => ({
              ...paid(day),
              amountMinor: BigInt((sizes[index] ?? 0) * by),
            })),
            "TARGET2",
          );
        const [plain, scaled] = [next(1), next(factor)];
        expect(scaled.map(({ recurrence, rhythm }) => ({ recurrence, rhythm }))).toEqual(
          plain.map(({ recurrence, rhythm }) => ({ recurrence, rhythm })),
        );
        for (const [index, model] of plain.entries()) {
          const ratio = Number(scaled[index]?.amountMinor) / Number(model.amountMinor);
          expect(ratio / factor).toBeCloseTo(1, 2);
        }
      }),
      { numRuns: rounds(8, 25) },
    );
  });

  test("never expects a date in the past, with a confidence between 0 and 1", () => {
    const days = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 1_500 }), (offsets, later) => {
        const start = dayOfDate("2024-01-01");
        const models = modelSeries(
          offsets.map((offset) => paid(start + offset)),
          "TARGET2",
        );
        for (const model of models) {
          const next = expectNext(model, start + later);
          expect(next.date >= dateOfDay(start + later)).toBe(true);
          expect(next.confidence > 0 && next.confidence < 1).toBe(true);
        }
      }),
      { numRuns: rounds(12, 40) },
    );
  });

  test("of noise is none, but for one in a hundred", () => {
    const noise = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 100, max: 900_000 })),
      {
        minLength: 3,
        maxLength: 30,
        size: "max",
      },
    );
    const payees = fc.sample(noise, { numRuns: 120, seed: 20_260_630 });
    const start = dayOfDate("2024-01-01");
    const found = payees.filter(
      (payments) =>
        modelSeries(
          payments.map(([offset, size]) => ({
            ...paid(start + offset),
            amountMinor: BigInt(size),
          })),
          "TARGET2",
        ).length > 0,
    );
    expect(found.length).toBeLessThanOrEqual(1);
  });
});
