import { describe, expect, test } from "vitest";
import { calendarOf, nextBusinessDay, previousBusinessDay } from "./business-calendar.ts";
import { dayOfDate } from "./day.ts";
import { changeSentence } from "./expected-cash-flows.ts";
import {
  every,
  monthly,
  onBusinessDay,
  onDay,
  onOrAfter,
  onOrBefore,
  on,
  onWeekday,
  paid,
  seenOn,
  stepped,
} from "./payments.fixture.ts";
import type { Occurrence } from "./series-model.ts";

const LAST = 31;
const GB = calendarOf("GB");

const growing = (days: readonly number[], first: number, factor: number) =>
  days.map((day, index) => paid(day, (first * factor ** index).toFixed(2)));

type Case = readonly [
  name: string,
  payments: readonly Occurrence[],
  asOf: string,
  next: readonly string[],
];

/** Payment series, the day they are seen on, and the next dates that a bookkeeper expects. */
const CASES: readonly Case[] = [
  [
    "500.00 on the last business day, 14 months to April 2026",
    on(monthly("2025-03", 14, onOrBefore(LAST)), "500.00"),
    "2026-05-10",
    ["2026-05-29"],
  ],
  [
    "salary on the 25th or the business day before, to March 2026",
    on(monthly("2025-04", 12, onOrBefore(25))),
    "2026-04-01",
    ["2026-04-24"],
  ],
  [
    "every 28 days from 5 January 2026, ten times",
    on(every("2026-01-05", 28, 10)),
    "2026-09-20",
    ["2026-10-12"],
  ],
  [
    "the 1st and the 15th, six months to June 2026",
    on([...monthly("2026-01", 6, onDay(1)), ...monthly("2026-01", 6, onDay(15))]),
    "2026-06-20",
    ["2026-07-01"],
  ],
  [
    "every two weeks from 9 January 2026, ten times",
    on(every("2026-01-09", 14, 10)),
    "2026-05-20",
    ["2026-05-29"],
  ],
  [
    "20.00 on the 5th and 300.00 on the 18th of one payee",
    [
      ...on(monthly("2026-01", 6, onDay(5)), "20.00"),
      ...on(monthly("2026-01", 6, onDay(18)), "300.00"),
    ],
    "2026-06-25",
    ["2026-07-05", "2026-07-18"],
  ],
  [
    "yearly on the last day of February 2024 to 2027",
    on(monthly("2024-02", 4, onDay(LAST), 12)),
    "2027-03-05",
    ["2028-02-29"],
  ],
  [
    "monthly fees beside one posting of 31 December 2027",
    on([...monthly("2026-01", 6, onDay(10)), dayOfDate("2027-12-31")]),
    "2026-07-01",
    ["2026-07-10"],
  ],
  // Further ones of the same kinds.
  [
    "quarterly on the last business day, eight quarters to March 2026",
    on(monthly("2024-06", 8, onOrBefore(LAST), 3)),
    "2026-04-10",
    ["2026-06-30"],
  ],
  [
    "a coupon on 15 January and July or the business day after, eight times",
    on(monthly("2022-07", 8, onOrAfter(15), 6)),
    "2026-02-01",
    ["2026-07-15"],
  ],
  [
    "the 31st, or the last day of shorter months, nine months to May 2026",
    on(monthly("2025-09", 9, onDay(LAST))),
    "2026-06-02",
    ["2026-06-30"],
  ],
  [
    "rent on the first business day, two years to December 2026",
    on(monthly("2025-01", 24, onBusinessDay(1))),
    "2026-12-10",
    ["2027-01-04"],
  ],
  [
    "the second business day from the end is the rule of a lease",
    on(
      monthly("2025-01", 17, (year, month) =>
        previousBusinessDay(onOrBefore(LAST)(year, month) - 1, calendarOf("TARGET2")),
      ),
    ),
    "2026-06-03",
    ["2026-06-29"],
  ],
  [
    "the 10th and the 25th or the business day after, six months",
    on([...monthly("2026-01", 6, onOrAfter(10)), ...monthly("2026-01", 6, onOrAfter(25))]),
    "2026-06-26",
    ["2026-07-10"],
  ],
  [
    "every four weeks with one payment a day late",
    on([...every("2025-09-01", 28, 4), dayOfDate("2025-12-23"), ...every("2026-01-19", 28, 5)]),
    "2026-05-20",
    ["2026-06-08"],
  ],
  [
    "Fridays, and the Thursday before Good Friday",
    on(every("2026-01-09", 7, 20).map((day) => previousBusinessDay(day, calendarOf("TARGET2")))),
    "2026-05-25",
    ["2026-05-29"],
  ],
  [
    "Mondays in London, and the Tuesday after a bank holiday",
    on(every("2026-01-05", 7, 20).map((day) => nextBusinessDay(day, GB))),
    "2026-05-20",
    ["2026-05-25"],
  ],
  [
    "29 February and the end of February between, from 2020",
    on(monthly("2020-02", 7, onDay(LAST), 12)),
    "2026-03-05",
    ["2027-02-28"],
  ],
  [
    "the third Wednesday of each quarter's last month",
    on(monthly("2024-03", 9, onWeekday(3, 3), 3)),
    "2026-04-01",
    ["2026-06-17"],
  ],
  [
    "two contracts of one day, 9.90 monthly and 480.00 yearly",
    [
      ...on(monthly("2023-01", 42, onDay(2)), "9.90"),
      ...on(monthly("2023-03", 4, onDay(2), 12), "480.00"),
    ],
    "2026-06-05",
    ["2026-07-02", "2027-03-02"],
  ],
  [
    "a month left out in the middle of fourteen",
    on(monthly("2025-04", 14, onDay(8)).filter((_, index) => index !== 6)),
    "2026-05-20",
    ["2026-06-08"],
  ],
  [
    "a move from the 3rd to the 17th eight months ago",
    on([...monthly("2025-01", 9, onDay(3)), ...monthly("2025-10", 8, onDay(17))]),
    "2026-05-20",
    ["2026-06-17"],
  ],
];

describe("what a bookkeeper expects next", () => {
  test.each(CASES)("%s", (_name, payments, asOf, next) => {
    const seen = seenOn(asOf, payments);
    expect(seen.map(({ date }) => date)).toEqual(next);
    for (const { date, state } of seen) expect([state, date >= asOf]).toEqual(["EXPECTED", true]);
  });

  const fifths = monthly("2025-05", 14, onDay(5));
  test.each([
    [
      "9.99 nine times, then 12.99 five times",
      stepped(fifths, [9, "9.99"], [5, "12.99"]),
      12_99,
      "price rose 30 %",
    ],
    [
      "45.00 ten times, then 36.00 four times",
      stepped(fifths, [10, "45.00"], [4, "36.00"]),
      36_00,
      "price fell 20 %",
    ],
    [
      "800.00 twelve times, then 816.00 twice",
      stepped(fifths, [12, "800.00"], [2, "816.00"]),
      816_00,
      "price rose 2 %",
    ],
  ])("%s", (_name, payments, amount, sentence) => {
    const [next] = seenOn("2026-06-20", payments);
    const { fromMinor = 0n, toMinor = 0n } = next?.model.priceChange ?? {};
    expect([next?.date, Number(next?.model.amountMinor)]).toEqual(["2026-07-05", amount]);
    expect(changeSentence(fromMinor, toMinor)).toBe(sentence);
  });

  test.each([
    [
      "1,000.00 growing 2 % a month to June 2026",
      growing(monthly("2025-07", 12, onDay(10)), 1_000, 1.02),
      "2026-07-10",
      1_268.24,
    ],
    [
      "240.00 falling 3 % a quarter to May 2026",
      growing(monthly("2024-02", 10, onDay(20), 3), 240, 0.97),
      "2026-08-20",
      176.98,
    ],
  ])("%s", (_name, payments, date, amount) => {
    const [next] = seenOn("2026-06-20", payments);
    expect(next?.date).toBe(date);
    expect(Number(next?.model.amountMinor) / 100 / amount).toBeCloseTo(1, 2);
  });

  test("of a payment of the 12th that did not come in June 2026 it is overdue since then", () => {
    const payments = on(monthly("2025-06", 12, onDay(12)));
    expect(seenOn("2026-06-20", payments)).toMatchObject([
      { state: "OVERDUE", overdueSince: "2026-06-12", date: "2026-07-12" },
    ]);
  });
});
