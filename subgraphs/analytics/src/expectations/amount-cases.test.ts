import { expect, test } from "vitest";
import {
  dates,
  every,
  monthly,
  on,
  onDay,
  onOrBefore,
  seenOn,
  shownAs,
  stepped,
} from "./payments.fixture.ts";
import type { ExpectedRow } from "./payments.fixture.ts";

const LAST = 31;

const SALARY_WITH_13TH = "6000 3000 3000 3000 3000 3000 3000 3000 3000 3000 3000 3000"
  .split(" ")
  .map((euros) => `${euros}.00`);
const ELECTRICITY = `61 60 66 78 95 112 118 110 97 82 70 63 64 61 69 80 99 114 123 112 101 83 73 64`
  .split(" ")
  .map((euros) => `${euros}.00`);
const PHONE = ["38.20", "41.75", "39.90", "44.10", "40.35"];
const FUEL = ["61.20", "48.77", "70.05", "22.10", "66.31", "58.90", "71.42", "30.00", "64.18"];
const PAYROLL_TAX = ["2010.00", "1985.00", "2104.00", "1950.00", "2060.00"];
const TAKINGS = ["812.40", "1450.00", "655.10", "990.00", "1210.75", "703.20", "1333.30"];

const ROWS: readonly ExpectedRow[] = [
  // Amounts.
  [
    "a 13th salary with November's, two years",
    on(monthly("2024-11", 19, onOrBefore(25)), ...SALARY_WITH_13TH),
    "2026-06-01",
    ["2026-06-25 3000.00 EXPECTED"],
  ],
  [
    "a 13th salary with November's, three years",
    on(monthly("2023-11", 36, onOrBefore(25)), ...SALARY_WITH_13TH),
    "2026-11-01",
    ["2026-11-25 6000.00 EXPECTED", "2026-12-24 3000.00 EXPECTED"],
  ],
  [
    "a 13th salary on 15 December beside the 25th",
    [
      ...on(monthly("2023-12", 36, onOrBefore(25)), "3000.00"),
      ...on(monthly("2023-12", 3, onOrBefore(15), 12), "2600.00"),
    ],
    "2026-12-01",
    ["2026-12-15 2600.00 EXPECTED", "2026-12-24 3000.00 EXPECTED"],
  ],
  [
    "a bonus of another size each December",
    stepped(
      monthly("2023-01", 42, onDay(28)),
      [11, "2000.00"],
      [1, "3100.00"],
      [11, "2000.00"],
      [1, "2750.00"],
      [11, "2000.00"],
      [1, "3600.00"],
      [6, "2000.00"],
    ),
    "2026-07-01",
    ["2026-07-28 2000.00 EXPECTED", "2026-12-28 ~3100.00 EXPECTED"],
  ],
  [
    "electricity by season, two years",
    on(monthly("2024-07", 24, onDay(12)), ...ELECTRICITY),
    "2026-06-20",
    ["2026-07-12 ~65.00 EXPECTED"],
  ],
  [
    "an insurance that rises each year",
    on(
      dates("2023-01-02", "2024-01-02", "2025-01-02", "2026-01-02"),
      "412.50",
      "421.00",
      "430.00",
      "441.00",
    ),
    "2026-06-01",
    ["2027-01-04 ~450.00 EXPECTED"],
  ],
  [
    "rent that rises by 2 % each January",
    stepped(
      monthly("2023-01", 42, onDay(1)),
      [12, "1000.00"],
      [12, "1020.00"],
      [12, "1040.40"],
      [6, "1061.21"],
    ),
    "2026-06-20",
    ["2026-07-01 1061.21 EXPECTED"],
  ],
  [
    "takings of any size each Monday",
    on(every("2026-01-05", 7, 24), ...TAKINGS),
    "2026-06-20",
    ["2026-06-22 ~990.00 EXPECTED"],
  ],
  [
    "interest of any rate on the year's last business day",
    on(
      monthly("2021-12", 5, onOrBefore(LAST), 12),
      "120.00",
      "310.00",
      "650.00",
      "540.00",
      "410.00",
    ),
    "2026-12-01",
    ["2026-12-31 ~480.00 EXPECTED"],
  ],
  [
    "a credit note once",
    stepped(monthly("2025-05", 14, onDay(5)), [12, "49.00"], [1, "3.20"], [1, "49.00"]),
    "2026-06-20",
    ["2026-07-05 49.00 EXPECTED"],
  ],
  [
    "wages of a week paid with the next week's",
    stepped(
      every("2026-01-08", 7, 20).filter((_, index) => index !== 11),
      [11, "500.00"],
      [1, "1000.00"],
      [7, "500.00"],
    ),
    "2026-05-24",
    ["2026-05-28 500.00 EXPECTED"],
  ],
  // Once, twice, by mistake.
  [
    "a fee paid again two days later",
    [...on(monthly("2025-05", 14, onDay(5)), "80.00"), ...on(dates("2025-11-07"), "80.00")],
    "2026-06-20",
    ["2026-07-05 80.00 EXPECTED"],
  ],
  [
    "a fee paid twice on its last day",
    [...on(monthly("2025-05", 14, onDay(5)), "80.00"), ...on(dates("2026-06-05"), "80.00")],
    "2026-06-20",
    ["2026-07-05 80.00 EXPECTED"],
  ],
  [
    "one large payment beside monthly ones",
    [...on(monthly("2025-05", 14, onDay(10)), "100.00"), ...on(dates("2026-01-17"), "5000.00")],
    "2026-06-20",
    ["2026-07-10 100.00 EXPECTED"],
  ],
  // Several contracts.
  [
    "three contracts",
    [
      ...on(monthly("2025-01", 18, onDay(5)), "20.00"),
      ...on(monthly("2025-01", 18, onDay(18)), "300.00"),
      ...on(monthly("2025-02", 6, onDay(10), 3), "75.00"),
    ],
    "2026-06-20",
    ["2026-07-05 20.00 EXPECTED", "2026-07-18 300.00 EXPECTED", "2026-08-10 75.00 EXPECTED"],
  ],
  [
    "every four weeks beside monthly",
    [
      ...on(every("2025-06-02", 28, 14), "49.00"),
      ...on(monthly("2025-06", 13, onDay(15)), "310.00"),
    ],
    "2026-06-20",
    ["2026-06-29 49.00 EXPECTED", "2026-07-15 310.00 EXPECTED"],
  ],
  [
    "a phone bill and a lease of one day",
    [
      ...on(monthly("2025-05", 14, onDay(20)), ...PHONE),
      ...on(monthly("2025-05", 14, onDay(20)), "299.00"),
    ],
    "2026-06-25",
    ["2026-07-20 ~40.00 EXPECTED", "2026-07-20 299.00 EXPECTED"],
  ],
  [
    "payroll tax monthly and VAT quarterly on one day",
    [
      ...on(monthly("2025-01", 18, onDay(10)), ...PAYROLL_TAX),
      ...on(monthly("2025-01", 6, onDay(10), 3), "9100.00", "11400.00", "8300.00"),
    ],
    "2026-06-20",
    ["2026-07-10 ~2010.00 EXPECTED", "2026-07-10 ~9100.00 EXPECTED"],
  ],
  [
    "100 and 200 in turn",
    on(monthly("2025-01", 18, onDay(7)), "100.00", "200.00"),
    "2026-06-20",
    ["2026-07-07 100.00 EXPECTED", "2026-08-07 200.00 EXPECTED"],
  ],
  [
    "a second contract with two payments so far",
    [
      ...on(monthly("2025-01", 18, onDay(5)), "20.00"),
      ...on(monthly("2026-05", 2, onDay(12)), "60.00"),
    ],
    "2026-06-20",
    ["2026-07-05 20.00 EXPECTED"],
  ],
  [
    "two subscriptions of one price, one cancelled",
    stepped(monthly("2025-05", 14, onDay(3)), [10, "30.00"], [4, "15.00"]),
    "2026-06-20",
    ["2026-07-03 15.00 EXPECTED"],
  ],
  // Nothing to expect.
  [
    "fuel now and then",
    on(
      dates(
        "2026-01-03",
        "2026-01-11",
        "2026-01-30",
        "2026-02-02",
        "2026-02-19",
        "2026-03-15",
        "2026-03-22",
        "2026-04-03",
        "2026-04-29",
        "2026-05-06",
        "2026-05-10",
        "2026-06-02",
      ),
      ...FUEL,
    ),
    "2026-06-05",
    [],
  ],
  [
    "a consultant's invoices",
    on(
      dates(
        "2025-01-17",
        "2025-03-04",
        "2025-03-28",
        "2025-07-11",
        "2025-08-29",
        "2025-12-02",
        "2026-02-20",
        "2026-05-08",
      ),
      "2400.00",
      "800.00",
      "4150.00",
      "1200.00",
      "960.00",
    ),
    "2026-06-01",
    [],
  ],
  [
    "purchases in one shop",
    on(
      dates(
        "2026-01-05",
        "2026-01-06",
        "2026-01-19",
        "2026-01-23",
        "2026-02-02",
        "2026-02-14",
        "2026-02-15",
        "2026-03-01",
        "2026-03-20",
        "2026-03-21",
        "2026-04-09",
        "2026-04-11",
        "2026-05-01",
        "2026-05-13",
        "2026-05-14",
        "2026-06-01",
      ),
      "12.30",
      "45.10",
      "8.99",
      "27.45",
      "19.00",
    ),
    "2026-06-05",
    [],
  ],
];

test.each(ROWS)("%s", (_name, payments, asOf, right) => {
  const seen = seenOn(asOf, payments);
  expect(seen.map((each, index) => shownAs(each, right[index]))).toEqual(right);
});
