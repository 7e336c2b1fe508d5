import { describe, expect, test } from "vitest";
import { computeFigure, FIGURE_TEXTS, figureArguments, PRICE_FIGURES } from "./definitions.ts";
import { listDrawdowns, maximumDrawdown } from "./drawdowns.ts";
import {
  FIGURE_REFERENCES,
  monthlyShare,
  sp500,
  sp500WithHole,
} from "./figure-references.fixture.ts";
import { FigureSample } from "./figure-sample.ts";
import { componentRisk } from "./component-risk.ts";
import { simpleReturns } from "./returns.ts";

const nameOf = (figure: string) =>
  Object.entries(FIGURE_TEXTS).find(([key]) => key === figure)?.[1].name;

describe.each(FIGURE_REFERENCES)("figures of $name equal R's", (reference) => {
  const sample = new FigureSample(reference.series(), reference.benchmark?.());
  const given = figureArguments(reference.arguments);
  test.each(Object.entries(reference.values))("%s", (figure, expected) => {
    const definition = PRICE_FIGURES.find(({ name }) => name === nameOf(figure));
    const { value } = computeFigure(definition!, sample, given);
    expect(Math.abs(value! - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  });
});

test("every figure of a price series is in the reference that its row names", () => {
  const covered = FIGURE_REFERENCES.flatMap(({ name, values }) =>
    Object.keys(values).map((figure) => `${name} ${nameOf(figure)}`),
  );
  expect(covered).toEqual(
    expect.arrayContaining(PRICE_FIGURES.map(({ name, reference }) => `${reference} ${name}`)),
  );
});

test("the deepest drawdown of the S&P 500 is the one of 2007 to 2009, recovered in 2013", () => {
  const { times, values } = sp500();
  const deepest = maximumDrawdown(values)!;
  const day = (index: number) => new Date(times[index]).toISOString().slice(0, 10);
  expect(deepest.depth).toBeCloseTo(0.5677538775030553, 12);
  expect([deepest.peak, deepest.trough, deepest.recovery!].map(day)).toEqual([
    "2007-10-09",
    "2009-03-09",
    "2013-03-28",
  ]);
  expect(listDrawdowns(values)).toContainEqual(deepest);
});

test("figures over a hole leave out the return that spans it, and name it", () => {
  const volatility = PRICE_FIGURES.find(({ name }) => name === "annualisedVolatility")!;
  const { inputs } = computeFigure(
    volatility,
    new FigureSample(sp500WithHole()),
    figureArguments({}),
  );
  expect(inputs).toMatchObject({
    returns: 4513,
    frequency: "BUSINESS_DAILY",
    periodsPerYear: 252,
    gapPolicy: "OMIT",
    gaps: 1,
    omittedOver: "2007-06-29 to 2009-11-02",
  });
});

// R: w * (cov(R) %*% w) / sqrt(t(w) %*% cov(R) %*% w) * sqrt(12).
test("component risk of three shares equals R's, and adds up to the volatility", () => {
  const returns = ["AAPL", "IBM", "MSFT"].map((symbol) =>
    simpleReturns(monthlyShare(symbol).values),
  );
  const { volatility, contributions } = componentRisk({
    weights: [0.5, 0.3, 0.2],
    returns,
    periodsPerYear: 12,
    level: 0.95,
    model: "NORMAL",
  });
  expect(volatility).toBeCloseTo(0.3501604083136732, 12);
  for (const [index, expected] of [
    0.2386327216829821, 0.06393697420093578, 0.04759071242975538,
  ].entries()) {
    expect(contributions[index]?.volatility).toBeCloseTo(expected, 12);
  }
  const total = contributions.reduce((sum, part) => sum + part.volatility, 0);
  expect(total).toBeCloseTo(volatility, 12);
});
