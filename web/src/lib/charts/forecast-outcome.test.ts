import { expect, test } from "vitest";
import { outcomeOf, readForecastAge, splitHistory } from "./forecast-outcome.ts";

const history = [
  { date: "2026-08-31", amount: "100.00" },
  { date: "2026-09-15", amount: "500.00" },
  { date: "2026-09-30", amount: "110.00" },
  { date: "2026-10-31", amount: "130.00" },
  { date: "2026-11-12", amount: "90.00" },
];

test("splits the ends of months where the forecast starts", () => {
  const { past, since } = splitHistory(history, "2026-09-30");
  expect(past.map(({ date }) => date)).toEqual(["2026-08-31", "2026-09-30"]);
  expect(since.map(({ date }) => date)).toEqual(["2026-10-31", "2026-11-12"]);
});

test("counts the months that are over and ended within the interval, bounds included", () => {
  const { since } = splitHistory(history, "2026-08-31");
  const points = [
    { date: "2026-09-30", lower: "110.00", upper: "120.00" },
    { date: "2026-10-31", lower: "100.00", upper: "129.99" },
    // The running month has not ended.
    { date: "2026-11-30", lower: "0.00", upper: "200.00" },
  ];
  expect(outcomeOf(points, since)).toEqual({ inside: 1, count: 2 });
});

test.each([
  ["6", 6],
  ["0", 0],
  ["5", 0],
  ["12 months", 0],
  [null, 0],
])("reads the age %j as %i", (text, age) => {
  expect(readForecastAge(text)).toBe(age);
});
