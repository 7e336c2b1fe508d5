import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectNext } from "./recurrence.ts";
import type { Occurrence } from "./recurrence.ts";

const on = (...dates: string[]): Occurrence[] =>
  dates.map((date, index) => ({ transactionId: `t${index}`, date, amountMinor: 100_00n }));

describe("the next occurrence of a series", () => {
  test.each([
    [
      "monthly on the first",
      on("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"),
      "2026-04-02",
      "MONTHLY",
      "2026-05-01",
    ],
    [
      "monthly on the last day",
      on("2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31"),
      "2026-04-01",
      "MONTHLY",
      "2026-04-30",
    ],
    [
      "monthly, moved by weekends",
      on("2026-01-15", "2026-02-16", "2026-03-16", "2026-04-15"),
      "2026-04-20",
      "MONTHLY",
      "2026-05-16",
    ],
    [
      "quarterly over a year's end",
      on("2025-06-30", "2025-09-30", "2025-12-31"),
      "2026-01-02",
      "QUARTERLY",
      "2026-03-30",
    ],
    ["weekly", on("2026-06-01", "2026-06-08", "2026-06-15"), "2026-06-16", "WEEKLY", "2026-06-22"],
    ["yearly", on("2023-05-02", "2024-05-02", "2025-05-02"), "2025-06-01", "YEARLY", "2026-05-02"],
  ] as const)("%s", (_name, past, asOf, recurrence, date) => {
    expect(expectNext(past, asOf)).toMatchObject({ recurrence, date });
  });

  test.each([
    ["two occurrences", on("2026-01-01", "2026-02-01"), "2026-02-02"],
    ["irregular dates", on("2026-01-01", "2026-01-03", "2026-02-20", "2026-05-01"), "2026-05-02"],
    ["a series that has stopped", on("2025-01-01", "2025-02-01", "2025-03-01"), "2025-06-01"],
    [
      "several payments on only one day",
      on("2026-01-01", "2026-01-01", "2026-01-01"),
      "2026-01-02",
    ],
  ] as const)("is not claimed for %s", (_name, past, asOf) => {
    expect(expectNext(past, asOf)).toBeUndefined();
  });

  test("takes payments of one day as one, and their median day total as the amount", () => {
    const past = [1, 2, 3, 4].flatMap((month) => on(`2026-0${month}-25`, `2026-0${month}-25`));
    expect(expectNext(past, "2026-04-26")?.amountMinor).toBe(200_00n);
  });

  test("is more certain of a longer and steadier series", () => {
    const steady = expectNext(
      on("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"),
      "2026-05-02",
    );
    const short = expectNext(on("2026-03-01", "2026-04-01", "2026-05-01"), "2026-05-02");
    const wild = expectNext(
      on("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01").map(
        (each, index) => ({
          ...each,
          amountMinor: BigInt(1_000 * 7 ** index),
        }),
      ),
      "2026-05-02",
    );
    expect(steady?.confidence).toBeGreaterThan(short?.confidence ?? 1);
    expect(steady?.confidence).toBeGreaterThan(wild?.confidence ?? 1);
  });

  test("is always after the last occurrence, with a confidence between 0 and 1", () => {
    const day = fc.integer({ min: 1, max: 28 });
    fc.assert(
      fc.property(day, fc.integer({ min: 3, max: 30 }), (dayOfMonth, count) => {
        const past = on(
          ...Array.from({ length: count }, (_, index) =>
            new Date(Date.UTC(2024, index, dayOfMonth)).toISOString().slice(0, 10),
          ),
        );
        const last = past.at(-1)?.date ?? "";
        const next = expectNext(past, last);
        expect(next?.recurrence).toBe("MONTHLY");
        expect((next?.date ?? "") > last).toBe(true);
        expect(next?.confidence).toBeGreaterThan(0);
        expect(next?.confidence).toBeLessThan(1);
      }),
    );
  });
});
