import fc from "fast-check";
import { expect, test } from "vitest";
import { WindowExtremes } from "./extremes.ts";

/** The extremes of each window, found by looking at every value in it. */
function lookedUp(highs: readonly number[], lows: readonly number[], period: number) {
  const known = highs.flatMap((high, index) => (Number.isNaN(high) ? [] : [index]));
  const values = highs.map((high, index) => {
    const window = known.slice(0, known.indexOf(index) + 1).slice(-period);
    if (Number.isNaN(high) || window.length < period) return [Number.NaN, Number.NaN];
    const ofWindow = (all: readonly number[]) => window.map((place) => all[place] ?? Number.NaN);
    return [Math.max(...ofWindow(highs)), Math.min(...ofWindow(lows))];
  });
  return [values.map(([high]) => high), values.map(([, low]) => low)];
}

test("extremes of windows are those that looking finds, whichever way computes them", () => {
  const value = fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );
  const calls = fc.array(fc.array(value, { maxLength: 90 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 17 }), (parts, period) => {
      const extremes = new WindowExtremes(period);
      const found: [number[], number[]] = [[], []];
      for (const part of parts) {
        const [high, low] = [Float64Array.from(part), Float64Array.from(part, (each) => each - 1)];
        // The outputs are the inputs, as indicators pass them.
        const places = { highest: high, highestAt: 0, lowest: low, lowestAt: 0 };
        extremes.run({ high, low, at: 0, ...places, count: part.length });
        found[0].push(...high);
        found[1].push(...low);
      }
      const all = parts.flat();
      const expected = lookedUp(
        all,
        all.map((each) => each - 1),
        period,
      );
      expect(found).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([1, 3, 4, 5, 15, 16, 17, 63, 64, 65, 200])(
  "finds extremes of %d bars of a long call",
  (period) => {
    const highs = Array.from({ length: 1_001 }, (_, index) => (index * 7_919) % 1_009);
    const [high, low] = [Float64Array.from(highs), Float64Array.from(highs, (each) => each - 1)];
    const [highest, lowest] = [high.slice(), low.slice()];
    const count = highs.length;
    const places = { highest, highestAt: 0, lowest, lowestAt: 0 };
    new WindowExtremes(period).run({ high, low, at: 0, count, ...places });
    const lows = Array.from(low);
    expect([Array.from(highest), Array.from(lowest)]).toEqual(lookedUp(highs, lows, period));
  },
);
