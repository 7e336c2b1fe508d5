import { describe, expect, test } from "vitest";
import { Indicator } from "./indicator.ts";
import { MARKET_NAMES, marketBars } from "./markets.fixture.ts";
import { readReferences, REFERENCE_BARS, REFERENCE_PLACES } from "./talib-reference.fixture.ts";
import type { Reference } from "./talib-reference.fixture.ts";

const references = readReferences();

/** Outputs that are differences of prices: what is left of two equal ones is their rounding. */
const SMALLEST = 1e-11;

/** The differences that are larger than one part in 1e9. */
function differencesOf({ kind, parameters, market, values }: Reference): string[] {
  const outputs = new Indicator(kind, parameters).run(marketBars(market, REFERENCE_BARS));
  return values.flatMap((row, output) =>
    row.flatMap((expected, index) => {
      const value = outputs[output]?.[REFERENCE_PLACES[index] ?? 0] ?? 0;
      const agrees =
        expected === null
          ? Number.isNaN(value)
          : Math.abs(value - expected) <= Math.max(1e-9 * Math.abs(expected), SMALLEST);
      return agrees
        ? []
        : [`output ${output}, bar ${REFERENCE_PLACES[index]}: ${value}, not ${expected}`];
    }),
  );
}

describe.each(MARKET_NAMES)("the values of TA-Lib C on a %s market", (market) => {
  const ofMarket = references.filter((reference) => reference.market === market);
  test.each(
    ofMarket.map(
      (reference) =>
        [`${reference.kind} ${JSON.stringify(reference.parameters)}`, reference] as const,
    ),
  )("%s", (_, reference) => {
    expect(differencesOf(reference)).toEqual([]);
  });
});
