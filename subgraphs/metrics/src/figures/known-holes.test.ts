import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { computeFigure, figureArguments, PRICE_FIGURES } from "./definitions.ts";
import { FigureSample } from "./figure-sample.ts";

const DAY = 86_400_000;

/** Closes of weekdays; each part begins on a day of its own. */
const text = readFileSync(new URL("daily-with-hole.fixture.txt", import.meta.url), "utf8");
const CLOSES = text.trim().split(/\s+/).map(Number);

function weekdaysFrom(first: string, count: number): number[] {
  const days: number[] = [];
  for (let time = Date.parse(first); days.length < count; time += DAY) {
    if (![0, 6].includes(new Date(time).getUTCDay())) days.push(time);
  }
  return days;
}

const PARTS = [weekdaysFrom("2005-01-03", 2500), weekdaysFrom("2017-01-03", 1500)];

function figuresOf(times: readonly number[], closes: readonly number[]) {
  const sample = new FigureSample({
    times: Float64Array.from(times),
    values: Float64Array.from(closes),
  });
  return Object.fromEntries(
    PRICE_FIGURES.map((figure) => [
      figure.name,
      computeFigure(figure, sample, figureArguments({})),
    ]),
  );
}

describe("daily closes of 2005 to 2014 and of 2017 to 2022, five times as high after 2.4 years without any", () => {
  // Computed from the returns but the one that spans the hole; with it the volatility would be 1.012.
  test.each([
    ["annualisedVolatility", 0.15773826255275072],
    ["sharpe", 0.1968626302390294],
  ])("have a %s of %d, without the return over the hole", (name, right) => {
    const { value, inputs } = figuresOf(PARTS.flat(), CLOSES)[name];
    expect(value).toBeCloseTo(right, 12);
    expect(inputs).toMatchObject({ gaps: 1, omittedOver: "2014-08-01 to 2017-01-03" });
  });

  test.each([
    ["two holes", [2500, 400, 1100]],
    ["a hole that is longer than what is known", [160, 3840]],
  ])("or %s, have the deviation of the other returns", (_name, lengths) => {
    const starts = ["2005-01-03", "2017-01-03", "2024-02-29"];
    const parts = lengths.map((length, index) => weekdaysFrom(starts[index], length));
    const ends = lengths.map((_, index) => lengths.slice(0, index).reduce((a, b) => a + b, 0));
    const returns = CLOSES.slice(1)
      .map((close, index) => close / CLOSES[index] - 1)
      .filter((_, index) => !ends.includes(index + 1));
    const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length;
    const squares = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const right = Math.sqrt((squares / (returns.length - 1)) * 252);
    const { annualisedVolatility } = figuresOf(parts.flat(), CLOSES);
    expect(annualisedVolatility.value).toBeCloseTo(right, 12);
  });
});
