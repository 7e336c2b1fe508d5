import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { dateReader } from "./bank-date.ts";

test.each([
  ["YYYY-MM-DD", "2026-02-28", "2026-02-28"],
  ["DD.MM.YYYY", "01.11.2024", "2024-11-01"],
  ["D/M/YY", "3/9/26", "2026-09-03"],
  ["YYYYMMDD", "20261120", "2026-11-20"],
  ["MM/DD/YYYY", "11/20/2026", "2026-11-20"],
  ["YYYY-MM-DD", "2026-02-29", undefined],
  ["DD.MM.YYYY", "1.11.2024", undefined],
  ["DD.MM.YYYY", "01-11-2024", undefined],
  ["YYYY-MM-DD", "2026-02-28T23:30:00Z", "2026-02-28"],
  ["DD.MM.YYYY", "01.11.2024 14:05", "2024-11-01"],
  ["YYYY-MM-DD", "2026-02-28 later", undefined],
  ["D. MMM YYYY", "5. M\u00e4rz 2026", "2026-03-05"],
  ["DD-MMM-YY", "05-JAN-26", "2026-01-05"],
])("a date written like %s: %s is %s", (format, text, date) => {
  expect(dateReader(format)(text)).toBe(date);
});

test.each(["", "YYYY-MM", "DD.MM.YYYY YYYY", "dd.mm.yyyy", "YYYY-MM-DD-and-much-more"])(
  "%s is no date format",
  (format) => {
    expect(() => dateReader(format)).toThrow(/dateFormat/);
  },
);

test.each(["Thursday, 15 January 2026", "FRIDAY, 16 January 2026", "\u015Br, 14 January 2026"])(
  "reads the weekday of %s when the process no longer optimizes expressions",
  (text) => {
    setFlagsFromString("--no-regexp-optimization");
    try {
      expect(dateReader("D MMM YYYY")(text)).toMatch(/^2026-01-1[456]$/);
    } finally {
      setFlagsFromString("--regexp-optimization");
    }
  },
);
