import { expect, test } from "vitest";
import { forecastSeries } from "./forecast.ts";

const months = (length: number, value: (month: number) => number) =>
  Float64Array.from({ length }, (_, month) => value(month));

test("intervals cover about the promised share of what follows", () => {
  let state = 12345;
  const noise = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
  let inside = 0;
  let total = 0;
  for (let run = 0; run < 120; run++) {
    const values = months(40, () => 100 + 20 * noise());
    const { points } = forecastSeries(values.subarray(0, 34), 6);
    for (const [step, { lower, upper }] of points.entries()) {
      total++;
      if (values[34 + step] >= lower && values[34 + step] <= upper) inside++;
    }
  }
  expect(inside / total).toBeGreaterThan(0.75);
  expect(inside / total).toBeLessThan(0.92);
}, 60_000);
