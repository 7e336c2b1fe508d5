import { describe, expect, test } from "vitest";
import { findDigitDistribution, testDigits } from "./digit-distribution.ts";

const lawful = (amounts: number): number[] =>
  Array.from({ length: 9 }, (_, index) => Math.round(amounts * Math.log10(1 + 1 / (index + 1))));
const example = { fundId: "f", transactionId: "t", effectiveDate: "2026-06-01" };

describe("the test of first digits", () => {
  test("finds nothing in amounts that follow the law", () => {
    const result = testDigits({ counts: lawful(3_000), spread: 1_000 });
    expect(result).toMatchObject({ conforms: true });
    expect(result?.deviation).toBeLessThan(0.001);
    expect(findDigitDistribution(result, example)).toEqual([]);
  });

  test("finds the digit of amounts just below a limit of 5,000", () => {
    const counts = lawful(1_000).map((count, index) => (index === 3 ? count + 250 : count));
    const result = testDigits({ counts, spread: 1_000 });
    expect(result).toMatchObject({ digit: 4, conforms: false });
    expect(findDigitDistribution(result, example)).toMatchObject([
      { kind: "DIGIT_DISTRIBUTION", severity: "MEDIUM", transactionId: "t" },
    ]);
  });

  test.each([
    ["few amounts", 400, 1_000],
    ["amounts of one size", 3_000, 20],
  ])("is not valid for %s", (_name, amounts, spread) => {
    expect(testDigits({ counts: lawful(amounts), spread })).toBeUndefined();
  });

  test("does not take chance in a small sample for a deviation", () => {
    const counts = [171, 80, 70, 44, 45, 28, 34, 21, 27];
    expect(testDigits({ counts, spread: 500 })?.conforms).toBe(true);
  });
});
