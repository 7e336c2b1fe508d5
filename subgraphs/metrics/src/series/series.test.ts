import { describe, expect, test } from "vitest";
import { GapPolicy, segmentsBetween } from "./gap-policy.ts";
import { closesOf, createSeries, sliceSeries } from "./series.ts";
import type { Bars } from "./series.ts";

const floats = (...values: number[]) => Float64Array.from(values);

describe("createSeries", () => {
  test.each([
    ["lengths that differ", floats(1, 2), floats(1), "values"],
    ["a value that is no number", floats(1, 2), floats(1, Number.NaN), "values[1]"],
    ["an infinite value", floats(1), floats(Number.POSITIVE_INFINITY), "values[0]"],
    ["instants that do not ascend", floats(2, 1), floats(1, 1), "times[1]"],
  ])("refuses %s", (_name, times, values, path) => {
    expect(() => createSeries(times, values)).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        violations: [expect.objectContaining({ path })],
      }),
    );
  });

  test("takes an empty series", () => {
    expect(createSeries(floats(), floats()).values).toHaveLength(0);
  });
});

test("a part of a series shares its memory", () => {
  const series = createSeries(floats(1, 2, 3, 4), floats(10, 20, 30, 40));
  expect(sliceSeries(series, 1, 3)).toEqual({ times: floats(2, 3), values: floats(20, 30) });
  expect(sliceSeries(series, 2).values.buffer).toBe(series.values.buffer);
});

test("the closes of bars are a series", () => {
  const unknown = floats(Number.NaN, Number.NaN);
  const parts = { open: unknown, high: unknown, low: unknown, volume: unknown };
  const bars: Bars = { times: floats(1, 2), close: floats(5, 6), ...parts };
  expect(closesOf(bars)).toEqual({ times: floats(1, 2), values: floats(5, 6) });
});

describe("segments between gaps", () => {
  const times = floats(0, 1, 5, 6, 7, 20);
  test.each([
    ["none", times, [], [[0, 6]]],
    [
      "two",
      times,
      [
        { from: 1, to: 5, missing: 3 },
        { from: 7, to: 20, missing: 12 },
      ],
      [
        [0, 2],
        [2, 5],
        [5, 6],
      ],
    ],
    ["none in an empty series", floats(), [], []],
  ])("%s", (_name, instants, gaps, expected) => {
    const segments = segmentsBetween(instants, gaps).map(({ start, end }) => [start, end]);
    expect(segments).toEqual(expected);
  });

  test("the policies are named in answers", () => {
    expect(Object.keys(GapPolicy)).toEqual(["OMIT", "CONTINUE", "RESTART", "CARRY_FORWARD"]);
  });
});
