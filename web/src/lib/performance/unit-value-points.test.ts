import { expect, test } from "vitest";
import { chartPoints } from "./unit-value-points.ts";

const days = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ date: `day ${index}`, value: 1 + index / 1000 }));

test("keeps every day of a year", () => {
  const { weekly, points } = chartPoints(days(366));
  expect(weekly).toBe(false);
  expect(points).toHaveLength(366);
  expect(points[1]).toEqual({ date: "day 1", amount: "1.0010" });
});

test("keeps one day a week, with the first and the last, when the range is longer", () => {
  const { weekly, points } = chartPoints(days(3_660));
  expect(weekly).toBe(true);
  expect(points).toHaveLength(524);
  expect(points[0]?.date).toBe("day 0");
  expect(points.at(-1)?.date).toBe("day 3659");
});
