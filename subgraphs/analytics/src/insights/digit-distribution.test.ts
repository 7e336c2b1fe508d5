import { describe, expect, test } from "vitest";
import { findDigitDistribution, testDigits } from "./digit-distribution.ts";
import type { DigitCounts } from "./digit-distribution.ts";

/** What is counted of amounts in minor units. */
function countsOf(amounts: readonly number[]): DigitCounts {
  const sorted = amounts.slice().sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const cells = new Map<string, { digit: number; log: number; amounts: number }>();
  for (const amount of amounts) {
    const minor = Math.max(1, Math.round(amount));
    const [digit, log] = [Number(String(minor)[0]), Math.floor(Math.log10(minor) * 40) / 40];
    const key = `${digit} ${log}`;
    const cell = cells.get(key) ?? { digit, log: log + 1 / 80, amounts: 0 };
    cells.set(key, { ...cell, amounts: cell.amounts + 1 });
  }
  return { cells: [...cells.values()], spread: at(0.95) / at(0.05) };
}

const ofLength = (length: number, amountAt: (place: number) => number): number[] =>
  Array.from({ length }, (_, index) => amountAt((index + 0.5) / length));

/** Amounts evenly spread over three whole orders of magnitude: exactly Benford's law. */
const lawful = (amounts: number): number[] => ofLength(amounts, (place) => 10 ** (3 + 3 * place));
const justBelow = (amounts: number): number[] =>
  ofLength(amounts, (place) => 400_000 + 99_900 * place);
const example = { fundId: "f", transactionId: "t", effectiveDate: "2026-06-01" };

/** Random numbers between 0 and 1, always the same ones (S. Park and K. Miller, 1988). */
let state = 20_261_130;
const draw = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const normal = (): number => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());

describe("the test of first digits", () => {
  test("finds nothing in amounts that follow the law", () => {
    const result = testDigits(countsOf(lawful(3_000)));
    expect(result).toMatchObject({ amounts: 3_000, conforms: true });
    expect(result?.deviation).toBeLessThan(0.001);
    expect(findDigitDistribution(result, example)).toEqual([]);
  });

  test("finds the digit of amounts just below a limit of 5,000", () => {
    const result = testDigits(countsOf([...lawful(1_000), ...justBelow(250)]));
    expect(result).toMatchObject({ digit: 4, conforms: false });
    expect(findDigitDistribution(result, example)).toMatchObject([
      { kind: "DIGIT_DISTRIBUTION", severity: "MEDIUM", transactionId: "t" },
    ]);
  });

  test.each([
    ["few amounts", lawful(400)],
    ["amounts of one size", ofLength(3_000, (place) => 10 ** (3 + 1.5 * place))],
  ])("is not valid for %s", (_name, amounts) => {
    expect(testDigits(countsOf(amounts))).toBeUndefined();
  });
});

/** Ordinary amounts of books, none of which deviates but by its sizes; a parameter sets their spread. */
const ORDINARY: readonly [string, (spread: number) => () => number][] = [
  ["log-normal", (spread) => () => 10 ** (4 + 0.3 * spread * normal())],
  ["log-uniform", (spread) => () => 10 ** (3.3 + spread * draw())],
  ["log-triangular", (spread) => () => 10 ** (3.6 + spread * (draw() + draw()) * 0.72)],
  ["Weibull", (spread) => () => 4_000 * (-Math.log(draw())) ** (0.55 * spread)],
  ["Pareto, from a least amount on", (spread) => () => 2_500 * draw() ** (-0.75 * spread)],
];
const SPREADS = [2.2, 2.3, 2.4, 2.5];
const BOOKS = 60;
const AMOUNTS = 600;

describe("over ordinary books whose amounts spread over 2.0 to 2.7 orders of magnitude", () => {
  test.each(ORDINARY)("at most one of a hundred is taken for another one: %s", (_name, drawing) => {
    let [tested, alarms] = [0, 0];
    for (const spread of SPREADS) {
      for (let book = 0; book < BOOKS; book += 1) {
        const result = testDigits(countsOf(Array.from({ length: AMOUNTS }, drawing(spread))));
        if (result === undefined) continue;
        tested += 1;
        if (!result.conforms) alarms += 1;
      }
    }
    expect(tested).toBeGreaterThan(BOOKS);
    expect(alarms / tested).toBeLessThanOrEqual(0.01);
  });

  test.each(ORDINARY)(
    "amounts just below a limit are found in nineteen of twenty: %s",
    (_name, drawing) => {
      let found = 0;
      for (let book = 0; book < BOOKS; book += 1) {
        const amounts = Array.from({ length: AMOUNTS }, drawing(2.4));
        const { cells } = countsOf([...amounts, ...justBelow(AMOUNTS / 5)]);
        const result = testDigits({ cells, spread: 200 });
        if (result?.conforms === false && result.digit === 4) found += 1;
      }
      expect(found / BOOKS).toBeGreaterThanOrEqual(0.95);
    },
  );
});
