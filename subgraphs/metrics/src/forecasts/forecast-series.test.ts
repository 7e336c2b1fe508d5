import { describe, expect, test } from "vitest";
import { chooseFrequency, closeSeries, priceDecimals } from "./close-series.ts";
import { historyUpTo, periodsOf } from "./forecast-series.ts";
import { hourlySeries, hoursAfter } from "./hourly-series.ts";
import { elapsedShare, endsAfter, periodStart } from "./period.ts";
import { withRunningPeriod } from "./running-period.ts";

/** Closes of 10, 11, 12 … on the given days. */
const closesOn = (days: readonly string[]) => ({
  days,
  closes: Float64Array.from(days, (_, index) => 10 + index),
});

/** Weekdays from one day to another, without those of a closed span. */
function weekdays(
  from: string,
  to: string,
  closed: readonly [string, string] = ["", ""],
): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const day = new Date(time).toISOString().slice(0, 10);
    const isWeekend = [0, 6].includes(new Date(time).getUTCDay());
    if (!isWeekend && !(day >= closed[0] && day <= closed[1])) days.push(day);
  }
  return days;
}

describe("periods", () => {
  test.each([
    ["WEEKLY", "2026-11-26", "2026-11-23", ["2026-12-06", "2026-12-13"]],
    ["BUSINESS_DAILY", "2026-11-28", "2026-11-27", ["2026-11-30", "2026-12-01"]],
    ["MONTHLY", "2026-11-26", "2026-11-01", ["2026-12-31", "2027-01-31"]],
    ["QUARTERLY", "2026-11-26", "2026-10-01", ["2027-03-31", "2027-06-30"]],
    ["YEARLY", "2026-11-26", "2026-01-01", ["2027-12-31", "2028-12-31"]],
    ["DAILY", "2026-11-28", "2026-11-28", ["2026-11-29", "2026-11-30"]],
  ] as const)("%s holds %s from %s on", (frequency, day, start, ends) => {
    expect(periodStart(frequency, day)).toBe(start);
    expect(endsAfter(frequency, start, 2)).toEqual(ends);
  });

  test("half of June is over at the end of its fifteenth day", () => {
    expect(elapsedShare("MONTHLY", "2026-06-01", "2026-06-15")).toBe(0.5);
  });

  test.each([
    ["a month that is over counts", "2026-02-03", "2026-03-01", ["2026-01-01", "2026-02-01"], null],
    ["the running month is apart", "2026-02-03", "2026-02-28", ["2026-01-01"], "2026-02-01"],
    ["so is a first month that runs", "2026-01-20", "2026-01-20", [], "2026-01-01"],
  ])("%s", (_name, to, today, complete, running) => {
    const activity = { from: "2026-01-15", to };
    expect(periodsOf("MONTHLY", activity, today, false)).toMatchObject({ complete, running });
  });

  test.each([
    ["a month that is over counts", "2026-02-28", "2026-02-28"],
    ["a running month does not", "2026-02-27", "2026-01-31"],
    ["nothing comes after the history", "2026-11-30", "2026-03-10"],
  ])("%s as of a day", (_name, asOf, to) => {
    const history = { from: "2026-01-15", to: "2026-03-10" };
    expect(historyUpTo("MONTHLY", history, asOf)).toEqual({ from: history.from, to });
  });

  test("no history was there before it began", () => {
    const history = { from: "2026-01-15", to: "2026-03-10" };
    expect(historyUpTo("MONTHLY", history, "2026-01-14")).toBeNull();
  });

  test("flows of a month that began before the history are left out", () => {
    const { complete } = periodsOf(
      "MONTHLY",
      { from: "2026-01-02", to: "2026-02-28" },
      "2026-05-01",
      true,
    );
    expect(complete).toEqual(["2026-02-01"]);
  });

  test("a posting of 1900 does not make a history of centuries", () => {
    const { complete } = periodsOf(
      "DAILY",
      { from: "1900-01-01", to: "2026-11-20" },
      "2026-11-28",
      false,
    );
    expect(complete.length).toBeLessThan(620);
  });
});

describe("closes by period", () => {
  const today = "2026-05-01";

  test("a half-imported month is the running one", () => {
    const closes = closesOn(["2026-01-30", "2026-02-27", "2026-03-17"]);
    const series = closeSeries(closes, "MONTHLY", today, "USD");
    expect(series).toMatchObject({
      periods: ["2026-01-01", "2026-02-01"],
      values: Float64Array.of(10, 11),
      running: { value: 12, before: 11, elapsed: 17 / 31 },
      warnings: ["RUNNING_PERIOD"],
    });
  });

  test("a holiday at a month's end is no gap", () => {
    const days = weekdays("2018-01-02", "2021-10-29", ["2020-01-24", "2020-02-02"]);
    const series = closeSeries(closesOn(days), "MONTHLY", "2021-11-15", "USD");
    expect(series.periods).toHaveLength(46);
    const january = days.indexOf("2020-01-23");
    expect(series.values[24]).toBe(10 + january);
    expect(series.warnings).toEqual([]);
  });

  test("one missing month is filled, two cut the history", () => {
    const one = closesOn(["2026-01-30", "2026-03-31", "2026-04-30"]);
    const filled = closeSeries(one, "MONTHLY", "2026-05-02", "USD");
    expect([...filled.values]).toEqual([10, 10, 11, 12]);
    expect(filled.warnings).toEqual(["GAP_FILLED"]);
    const two = closesOn(["2025-11-28", "2025-12-31", "2026-03-31", "2026-04-30"]);
    const cut = closeSeries(two, "MONTHLY", "2026-05-02", "USD");
    expect([...cut.values]).toEqual([12, 13]);
    expect(cut.warnings).toEqual(["OLD_PART_LEFT_OUT"]);
  });

  test("daily closes over a holiday of eleven days are one series", () => {
    const days = weekdays("2024-01-01", "2025-03-31", ["2024-10-01", "2024-10-11"]);
    const series = closeSeries(closesOn(days), "BUSINESS_DAILY", "2025-04-02", "USD");
    expect(series.values).toHaveLength(days.length);
    expect(series.warnings).toEqual([]);
  });

  test.each([
    ["months of daily prices", weekdays("2026-01-01", "2026-04-30"), null, "MONTHLY"],
    ["days when asked for", weekdays("2026-01-01", "2026-04-30"), "DAILY", "BUSINESS_DAILY"],
    [
      "quarters of quarterly prices",
      ["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"],
      null,
      "QUARTERLY",
    ],
    [
      "months of weekly prices",
      ["2026-01-02", "2026-01-09", "2026-01-16", "2026-01-23", "2026-01-30"],
      null,
      "MONTHLY",
    ],
  ] as const)("are taken as %s", (_name, days, wanted, frequency) => {
    expect(chooseFrequency(closesOn(days), wanted)).toBe(frequency);
  });

  test("more than the prices have is refused", () => {
    const quarterly = closesOn(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]);
    expect(() => chooseFrequency(quarterly, "MONTHLY")).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
  });

  test.each([
    [3, "EUR", 4],
    [0.000123, "USD", 7],
    [45_000, "JPY", 4],
    [0, "USD", 4],
  ])("a price of %d %s has %d decimals", (price, currency, decimals) => {
    expect(priceDecimals(price, currency)).toBe(decimals);
  });
});

const point = (value: number) => ({
  value,
  lower80: value - 10,
  upper80: value + 10,
  lower95: value - 20,
  upper95: value + 20,
});

describe("the running period", () => {
  test("a flow is what came in so far and the expected rest", () => {
    const running = { value: 80, elapsed: 0.75, before: null };
    const [first, second] = withRunningPeriod([point(100), point(100)], running);
    expect(first).toMatchObject({ value: 105, lower80: 100, upper95: 115 });
    expect(second).toEqual(point(100));
  });

  test("a balance moves all later ones with it", () => {
    const running = { value: 130, elapsed: 0.75, before: 100 };
    const [first, second] = withRunningPeriod([point(108), point(116)], running);
    expect(first?.value).toBe(132);
    expect(second?.value).toBe(140);
  });
});

/** Hours of working days from 8 to 16 UTC, and one price each. */
const trading = (from: string, days: number) => {
  const times: number[] = [];
  for (let day = 0; day < days; day++) {
    const start = Date.parse(from) + day * 86_400_000;
    if ([0, 6].includes(new Date(start).getUTCDay())) continue;
    for (let hour = 8; hour < 17; hour++) times.push(start + hour * 3_600_000);
  }
  return { times: Float64Array.from(times), values: Float64Array.from(times, () => 5) };
};

describe("hourly closes", () => {
  test("have a season of the exchange's day and go on in its hours", () => {
    const closes = trading("2026-11-02", 19);
    const series = hourlySeries(closes, new Date("2026-11-20T17:00:00Z"), "EUR");
    expect(series).toMatchObject({ frequency: "HOURLY", seasonLength: 9, warnings: [] });
    const [first, second] = hoursAfter(closes.times, 2);
    expect(first?.toISOString()).toBe("2026-11-23T08:00:00.000Z");
    expect(second?.toISOString()).toBe("2026-11-23T09:00:00.000Z");
  });

  test("leave out the running hour", () => {
    const closes = trading("2026-11-02", 19);
    const series = hourlySeries(closes, new Date("2026-11-20T16:30:00Z"), "EUR");
    expect(series.values).toHaveLength(closes.values.length - 1);
  });

  test("daily prices are no hourly ones", () => {
    const times = Float64Array.from({ length: 20 }, (_, day) => Date.UTC(2026, 9, 1 + day));
    const daily = { times, values: times.map(() => 5) };
    expect(() => hourlySeries(daily, new Date("2026-11-28T00:00:00Z"), "EUR")).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
  });
});
