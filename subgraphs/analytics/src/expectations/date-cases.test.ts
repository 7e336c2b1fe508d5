import { expect, test } from "vitest";
import { calendarOf, previousBusinessDay } from "./business-calendar.ts";
import {
  dates,
  every,
  monthly,
  on,
  onBusinessDay,
  onDay,
  onOrAfter,
  onOrBefore,
  onWeekday,
  seenOn,
  shownAs,
  sorted,
} from "./payments.fixture.ts";
import type { ExpectedRow } from "./payments.fixture.ts";

const LAST = 31;
const TARGET2 = calendarOf("TARGET2");

/** Those of the months of a year, counted from the first. */
const inMonths = (days: readonly number[], isPaid: (month: number) => boolean): number[] =>
  days.filter((_, index) => isPaid(index % 12));

const ROWS: readonly ExpectedRow[] = [
  // Days.
  [
    "a fee on the first business day of a quarter",
    on(monthly("2025-01", 6, onBusinessDay(1), 3), "1250.00", "1262.40", "1248.10"),
    "2026-05-10",
    ["2026-07-01 ~1250.00 EXPECTED"],
  ],
  [
    "a fee in arrears on the third business day of a quarter's second month",
    on(monthly("2024-02", 10, onBusinessDay(3), 3)),
    "2026-06-01",
    ["2026-08-05 100.00 EXPECTED"],
  ],
  [
    "a fee on the tenth business day",
    on(monthly("2025-06", 12, onBusinessDay(10))),
    "2026-06-01",
    ["2026-06-12 100.00 EXPECTED"],
  ],
  [
    "tax on 10 February and August or after",
    on(monthly("2023-08", 6, onOrAfter(10), 6), "820.00", "795.00", "840.00"),
    "2026-03-01",
    ["2026-08-10 ~820.00 EXPECTED"],
  ],
  [
    "property tax on 10 April and 10 December",
    on(
      sorted(monthly("2022-04", 5, onDay(10), 12), monthly("2022-12", 4, onDay(10), 12)),
      "1830.00",
    ),
    "2026-05-01",
    ["2026-12-10 1830.00 EXPECTED", "2027-04-10 1830.00 EXPECTED"],
  ],
  [
    "1 April and October or after, Easter Monday too",
    on(monthly("2022-10", 7, onOrAfter(1), 6)),
    "2026-01-10",
    ["2026-04-01 100.00 EXPECTED"],
  ],
  [
    "the quarter's last day or after, Easter too",
    on(monthly("2024-03", 8, onOrAfter(LAST), 3)),
    "2026-02-01",
    ["2026-03-31 100.00 EXPECTED"],
  ],
  [
    "the last day or after, which is in the next month",
    on(monthly("2025-03", 14, onOrAfter(LAST))),
    "2026-05-10",
    ["2026-06-01 100.00 EXPECTED"],
  ],
  [
    "the 1st or before, which is in the month before",
    on(monthly("2025-02", 18, onOrBefore(1))),
    "2026-07-10",
    ["2026-07-31 100.00 EXPECTED"],
  ],
  [
    "the 29th before a leap year's February",
    on(monthly("2027-02", 12, onDay(29))),
    "2028-02-01",
    ["2028-02-29 100.00 EXPECTED"],
  ],
  [
    "the 30th before February",
    on(monthly("2026-02", 12, onDay(30))),
    "2027-02-01",
    ["2027-02-28 100.00 EXPECTED"],
  ],
  [
    "Sundays across both changes of the clock",
    on(every("2026-01-04", 7, 42)),
    "2026-10-24",
    ["2026-10-25 100.00 EXPECTED"],
  ],
  [
    "the 15th and the last or before",
    on(sorted(monthly("2025-07", 12, onOrBefore(15)), monthly("2025-07", 12, onOrBefore(LAST)))),
    "2026-07-05",
    ["2026-07-15 100.00 EXPECTED"],
  ],
  [
    "every second Friday, at Christmas the day before",
    on(every("2025-12-26", 14, 26).map((day) => previousBusinessDay(day, TARGET2))),
    "2026-12-15",
    ["2026-12-24 100.00 EXPECTED"],
  ],
  [
    "the second Friday of each month",
    on(monthly("2025-09", 10, onWeekday(2, 5))),
    "2026-06-20",
    ["2026-07-10 100.00 EXPECTED"],
  ],
  [
    "rent paid by hand around the 3rd",
    on(
      dates(
        "2025-06-03",
        "2025-07-02",
        "2025-08-04",
        "2025-09-03",
        "2025-10-01",
        "2025-11-05",
        "2025-12-03",
        "2026-01-02",
        "2026-02-03",
        "2026-03-05",
        "2026-04-02",
        "2026-05-04",
      ),
      "900.00",
    ),
    "2026-05-20",
    ["~2026-06-03 900.00 EXPECTED"],
  ],
  // Days that change.
  [
    "the 1st in place of the 25th three times",
    on([...monthly("2025-04", 12, onDay(25)), ...monthly("2026-05", 3, onDay(1))]),
    "2026-07-10",
    ["2026-08-01 100.00 EXPECTED"],
  ],
  [
    "Thursdays in place of every second Friday",
    on([...every("2025-09-05", 14, 14), ...every("2026-03-19", 14, 6)]),
    "2026-06-05",
    ["2026-06-11 100.00 EXPECTED"],
  ],
  [
    "the 6th in place of the 5th five times",
    on([...monthly("2025-05", 9, onDay(5)), ...monthly("2026-02", 5, onDay(6))]),
    "2026-06-20",
    ["2026-07-06 100.00 EXPECTED"],
  ],
  [
    "quarterly in place of monthly",
    [
      ...on(monthly("2024-01", 12, onDay(4)), "50.00"),
      ...on(monthly("2025-03", 6, onDay(4), 3), "150.00"),
    ],
    "2026-06-20",
    ["2026-09-04 150.00 EXPECTED"],
  ],
  [
    "salary before Christmas instead of the 25th each December",
    on(
      monthly("2024-01", 24, onOrBefore(25)).map((day, index) =>
        index % 12 === 11 ? day - 7 : day,
      ),
      "3000.00",
    ),
    "2026-01-02",
    ["2026-01-23 3000.00 EXPECTED"],
  ],
  // Months and weeks that are left out.
  [
    "school fees, none in July and August",
    on(
      inMonths(monthly("2023-09", 36, onDay(1)), (month) => month < 10),
      "450.00",
    ),
    "2026-07-05",
    ["2026-09-01 450.00 EXPECTED"],
  ],
  [
    "eleven instalments a year, none in January",
    on(
      inMonths(monthly("2024-02", 35, onDay(15)), (month) => month < 11),
      "140.00",
    ),
    "2027-01-05",
    ["2027-02-15 140.00 EXPECTED"],
  ],
  [
    "heating from November to March",
    on(
      inMonths(monthly("2022-11", 41, onDay(10)), (month) => month < 5),
      "85.00",
    ),
    "2026-04-15",
    ["2026-11-10 85.00 EXPECTED"],
  ],
  [
    "weekly with a holiday of two weeks",
    on(every("2026-01-07", 7, 24).filter((_, index) => index !== 12 && index !== 13)),
    "2026-06-20",
    ["2026-06-24 100.00 EXPECTED"],
  ],
  [
    "a premium whose third year is missing",
    on(
      monthly("2020-03", 7, onDay(15), 12).filter((_, index) => index !== 2),
      "260.00",
    ),
    "2026-05-01",
    ["2027-03-15 260.00 EXPECTED"],
  ],
  // Late, left out, at an end.
  [
    "yearly, a month late",
    on(monthly("2022-05", 4, onDay(3), 12), "330.00"),
    "2026-06-05",
    ["2027-05-03 330.00 OVERDUE since 2026-05-03"],
  ],
  [
    "yearly, two left out",
    on(monthly("2019-05", 5, onDay(3), 12), "330.00"),
    "2025-06-05",
    ["2026-05-03 330.00 STOPPED since 2024-05-03"],
  ],
  [
    "quarterly, two left out",
    on(monthly("2024-01", 8, onDay(10), 3), "330.00"),
    "2026-05-05",
    ["2026-07-10 330.00 MISSED since 2026-01-10"],
  ],
  [
    "monthly, ended eight months ago",
    on(monthly("2024-10", 12, onDay(14))),
    "2026-06-01",
    ["2026-06-14 100.00 STOPPED since 2025-10-14"],
  ],
  [
    "weekly, ended five weeks ago",
    on(every("2026-01-06", 7, 15)),
    "2026-05-20",
    ["2026-05-26 100.00 STOPPED since 2026-04-21"],
  ],
];

test.each(ROWS)("%s", (_name, payments, asOf, right) => {
  const seen = seenOn(asOf, payments);
  expect(seen.map((each, index) => shownAs(each, right[index]))).toEqual(right);
});
