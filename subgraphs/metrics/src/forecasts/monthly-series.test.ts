import { describe, expect, test } from "vitest";
import { closeSeries, completeMonths, wholeMonths } from "./monthly-series.ts";

describe("months a forecast builds on", () => {
  test.each([
    ["a month that is over counts", "2026-02-03", "2026-03-01", ["2026-01-01", "2026-02-01"]],
    ["the running month does not", "2026-02-03", "2026-02-28", ["2026-01-01"]],
    ["nor does a first month that is running", "2026-01-20", "2026-01-20", []],
  ])("%s", (_name, lastDay, today, expected) => {
    expect(completeMonths({ from: "2026-01-15", to: lastDay }, today)).toEqual(expected);
  });

  test("flows of a month that began before the history are left out", () => {
    const months = ["2026-01-01", "2026-02-01"];
    expect(wholeMonths(months, { from: "2026-01-02", to: "2026-02-28" })).toEqual(["2026-02-01"]);
    expect(wholeMonths(months, { from: "2026-01-01", to: "2026-02-28" })).toEqual(months);
  });

  test("closes become integers of one scale, half-imported months are left out", () => {
    const closes = [
      { day: "2026-01-30", close: "10.5" },
      { day: "2026-02-27", close: "11.25" },
      { day: "2026-03-17", close: "12" },
    ];
    expect(closeSeries(closes, "2026-05-01", "USD")).toMatchObject({
      months: ["2026-01-01", "2026-02-01"],
      values: [1050n, 1125n],
      scale: 2,
    });
  });

  test("a missing month is not bridged", () => {
    const closes = [
      { day: "2026-01-30", close: "10.5" },
      { day: "2026-03-31", close: "11.25" },
    ];
    expect(() => closeSeries(closes, "2026-05-01", "USD")).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
  });
});
