import { expect, test } from "vitest";
import { forecastSeries } from "./forecast.ts";

/** Uniform numbers between -0.5 and 0.5, the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
}

test("intervals hold about the promised share of what follows", () => {
  const next = noise(12345);
  const inside = { 80: 0, 95: 0, all: 0 };
  for (let run = 0; run < 60; run++) {
    let level = 100;
    const values = Float64Array.from({ length: 40 }, () => (level += 4 * next()) + 10 * next());
    const { points } = forecastSeries({
      values: values.subarray(0, 34),
      seasonLength: 12,
      horizon: 6,
    });
    for (const [step, { lower80, upper80, lower95, upper95 }] of points.entries()) {
      const actual = values[34 + step] ?? 0;
      inside.all++;
      if (actual >= lower80 && actual <= upper80) inside[80]++;
      if (actual >= lower95 && actual <= upper95) inside[95]++;
    }
  }
  expect(inside[80] / inside.all).toBeGreaterThan(0.74);
  expect(inside[80] / inside.all).toBeLessThan(0.92);
  expect(inside[95] / inside.all).toBeGreaterThan(0.9);
});

test("hourly values with a daily season are not continued worse than by the season", () => {
  const next = noise(7);
  const values = Float64Array.from(
    { length: 24 * 12 + 24 },
    (_, hour) => 100 + 40 * Math.sin((hour * Math.PI) / 12) + 5 * next(),
  );
  const { points } = forecastSeries({
    values: values.subarray(0, 24 * 12),
    seasonLength: 24,
    horizon: 24,
  });
  const errors = points.map(({ value }, step) => Math.abs(value - (values[24 * 12 + step] ?? 0)));
  expect(Math.max(...errors)).toBeLessThan(8);
});
