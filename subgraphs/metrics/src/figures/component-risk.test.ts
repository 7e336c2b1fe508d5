import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { componentRisk, RISK_MODELS } from "./component-risk.ts";
import type { RiskFigures, RiskModel } from "./component-risk.ts";
import { historicalRisk, momentsOf, normalRisk, sortedReturns } from "./tail-risk.ts";
import { annualisedVolatility } from "./volatility.ts";

const floats = (...values: number[]) => Float64Array.from(values);
const FIGURES = ["volatility", "valueAtRisk", "expectedShortfall"] as const;
const models = fc.constantFrom<RiskModel>(RISK_MODELS.HISTORICAL, RISK_MODELS.NORMAL);
const returnsOf = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), {
  minLength: 30,
  maxLength: 30,
});
const holdings = fc.array(
  fc.record({ weight: fc.double({ min: -1, max: 2, noNaN: true }), returns: returnsOf }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

describe("component risk", () => {
  test("adds up to the risk of the portfolio, which is that of its own returns", () => {
    fc.assert(
      fc.property(holdings, models, (all, model) => {
        const weights = all.map(({ weight }) => weight);
        const returns = all.map(({ returns: of }) => Float64Array.from(of));
        const risk = componentRisk({ weights, returns, periodsPerYear: 252, level: 0.9, model });
        const portfolio = returns[0].map((_, period) =>
          weights.reduce((sum, weight, at) => sum + weight * returns[at][period], 0),
        );
        for (const figure of FIGURES) {
          const total = risk.contributions.reduce((sum, part) => sum + part[figure], 0);
          expect(total).toBeCloseTo(risk[figure], 10);
        }
        expect(risk.volatility).toBeCloseTo(annualisedVolatility(portfolio, 252), 10);
        const own =
          model === "NORMAL"
            ? normalRisk(momentsOf([...portfolio]), 0.9)
            : historicalRisk(sortedReturns(portfolio), 0.9);
        expect(risk.valueAtRisk).toBeCloseTo(own.valueAtRisk, 10);
        expect(risk.expectedShortfall).toBeCloseTo(own.expectedShortfall, 10);
      }),
    );
  });

  test.each([RISK_MODELS.HISTORICAL, RISK_MODELS.NORMAL])(
    "is the derivative of %s risk by the weight, times the weight",
    (model) => {
      const returns = [
        floats(0.01, -0.02, 0.03, -0.05, 0.02, 0.011, -0.013, 0.004, -0.03, 0.017),
        floats(-0.02, 0.01, 0.015, -0.02, 0.03, -0.004, 0.02, -0.011, -0.01, 0.006),
      ];
      const of = (
        weights: readonly number[],
      ): RiskFigures & { contributions: readonly RiskFigures[] } =>
        componentRisk({ weights, returns, periodsPerYear: 12, level: 0.8, model });
      const step = 1e-6;
      const [base, more] = [of([0.6, 0.4]), of([0.6 + step, 0.4])];
      for (const figure of FIGURES) {
        const derivative = (more[figure] - base[figure]) / step;
        expect(base.contributions[0]?.[figure]).toBeCloseTo(0.6 * derivative, 5);
      }
    },
  );

  test("of a portfolio that does not vary has no volatility", () => {
    const risk = componentRisk({
      weights: [1],
      returns: [floats(0, 0, 0)],
      periodsPerYear: 12,
      level: 0.95,
      model: "HISTORICAL",
    });
    expect(risk).toMatchObject({ volatility: 0, contributions: [{ volatility: 0 }] });
  });

  test.each([
    ["weights", [1], [floats(1, 2), floats(1, 2)]],
    ["returns", [0.5, 0.5], [floats(1, 2), floats(1)]],
    ["returns", [], []],
  ])("refuses other %s than it needs", (path, weights, returns) => {
    const given = { weights, returns, periodsPerYear: 12, level: 0.9, model: "NORMAL" } as const;
    expect(() => componentRisk(given)).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        violations: [expect.objectContaining({ path })],
      }),
    );
  });
});
