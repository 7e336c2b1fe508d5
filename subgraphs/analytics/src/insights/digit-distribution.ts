import type { Finding } from "./insight.ts";

/** How many amounts begin with each digit from 1 to 9, and how widely they spread. */
export interface DigitCounts {
  readonly counts: readonly number[];
  /** The 95th percentile of the amounts over the 5th. */
  readonly spread: number;
}

/** The share of each first digit by Benford's law: log10(1 + 1 / d). */
const EXPECTED_SHARES = Array.from({ length: 9 }, (_, index) => Math.log10(1 + 1 / (index + 1)));

/** The law holds for amounts of several orders of magnitude; of fewer it proves nothing. */
const LEAST_AMOUNTS = 500;
const LEAST_SPREAD = 100;
/** M. Nigrini, Benford's Law (2012): above it first digits do not conform. */
const NONCONFORMING_ABOVE = 0.015;
const SUSPICIOUS_ABOVE = 0.03;
/** 1 % of chi-square with eight degrees of freedom. */
const CHI_SQUARE_ABOVE = 20.09;

export interface DigitTest {
  readonly amounts: number;
  /** Mean absolute deviation of the nine shares. */
  readonly deviation: number;
  readonly chiSquare: number;
  /** The digit that is most over its share. */
  readonly digit: number;
  readonly conforms: boolean;
}

/** Benford's test of first digits; undefined where it is not valid. */
export function testDigits({ counts, spread }: DigitCounts): DigitTest | undefined {
  const amounts = counts.reduce((sum, count) => sum + count, 0);
  if (amounts < LEAST_AMOUNTS || spread < LEAST_SPREAD) return undefined;
  const gaps = EXPECTED_SHARES.map((share, index) => (counts[index] ?? 0) / amounts - share);
  const deviation = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / gaps.length;
  const chiSquare = gaps.reduce(
    (sum, gap, index) => sum + (amounts * gap ** 2) / (EXPECTED_SHARES[index] ?? 1),
    0,
  );
  const digit = gaps.indexOf(Math.max(...gaps)) + 1;
  const conforms = deviation <= NONCONFORMING_ABOVE || chiSquare <= CHI_SQUARE_ABOVE;
  return { amounts, deviation, chiSquare, digit, conforms };
}

/** The latest payment with the digit stands for the fund. */
export interface DigitExample {
  readonly fundId: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
}

export function findDigitDistribution(
  test: DigitTest | undefined,
  example: DigitExample | undefined,
): Finding[] {
  if (test === undefined || test.conforms || example === undefined) return [];
  const { amounts, deviation, chiSquare, digit } = test;
  const share = ((EXPECTED_SHARES[digit - 1] ?? 0) * 100).toFixed(1);
  return [
    {
      ...example,
      kind: "DIGIT_DISTRIBUTION",
      severity: deviation > SUSPICIOUS_ABOVE ? "MEDIUM" : "LOW",
      transactionIds: [example.transactionId],
      message: `The first digits of ${amounts} payments do not follow Benford's law: ${digit} is more frequent than its ${share} %.`,
      score: deviation / NONCONFORMING_ABOVE,
      evidence: [
        { name: "amounts", value: String(amounts) },
        { name: "meanAbsoluteDeviation", value: deviation.toFixed(4) },
        { name: "chiSquare", value: chiSquare.toFixed(1) },
        { name: "digit", value: String(digit) },
        { name: "expectedPercent", value: share },
      ],
    },
  ];
}
