import type { Finding } from "./insight.ts";

/** Amounts of one first digit and about one size. */
interface DigitCell {
  /** 1 to 9. */
  readonly digit: number;
  /** The decimal logarithm of an amount in the middle of them. */
  readonly log: number;
  readonly amounts: number;
}

/** How many amounts begin with each digit, by their size, and how widely they spread. */
export interface DigitCounts {
  readonly cells: readonly DigitCell[];
  /** The 95th percentile of the amounts over the 5th. */
  readonly spread: number;
}

const DIGITS = Array.from({ length: 9 }, (_, index) => index + 1);
/** The share of each first digit by Benford's law: log10(1 + 1 / d). */
const EXPECTED_SHARES = DIGITS.map((digit) => Math.log10(1 + 1 / digit));

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

/**
 * Benford's test of first digits; undefined where it is not valid. Amounts of two or three orders of magnitude may
 * deviate by their sizes alone, such as many that are just above a least one. So they conform as well when their
 * digits are those that amounts of about the same sizes have.
 */
export function testDigits({ cells, spread }: DigitCounts): DigitTest | undefined {
  const amounts = cells.reduce((sum, cell) => sum + cell.amounts, 0);
  if (amounts < LEAST_AMOUNTS || spread < LEAST_SPREAD) return undefined;
  const shares = DIGITS.map((digit) => {
    const ofDigit = cells.filter((cell) => cell.digit === digit);
    return ofDigit.reduce((sum, cell) => sum + cell.amounts, 0) / amounts;
  });
  const byLaw = compare(shares, EXPECTED_SHARES, amounts);
  const bySize = compare(shares, sharesBySize(cells, amounts), amounts);
  const over = byLaw.gaps.map((gap, index) => Math.min(gap, bySize.gaps[index] ?? gap));
  return {
    amounts,
    deviation: byLaw.deviation,
    chiSquare: byLaw.chiSquare,
    digit: over.indexOf(Math.max(...over)) + 1,
    conforms: !byLaw.differs || !bySize.differs,
  };
}

function compare(shares: readonly number[], expected: readonly number[], amounts: number) {
  const gaps = shares.map((share, index) => share - (expected[index] ?? 0));
  const deviation = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / gaps.length;
  const chiSquare = gaps.reduce(
    (sum, gap, index) => sum + (amounts * gap ** 2) / (expected[index] ?? 1),
    0,
  );
  const differs = deviation > NONCONFORMING_ABOVE && chiSquare > CHI_SQUARE_ABOVE;
  return { gaps, deviation, chiSquare, differs };
}

/** Orders of magnitude around an amount in which others of about its size lie: wider than any digit's but that of 1. */
const ABOUT = 0.35;

/** Share of the kernel of V. Epanechnikov (1969) below a place; it reaches from -1 to 1. */
const kernelBelow = (place: number): number => {
  const within = Math.min(1, Math.max(-1, place));
  return (2 + 3 * within - within ** 3) / 4;
};

/**
 * The shares of first digits of amounts that are spread as these, but evenly within `ABOUT`. What would lie beyond the
 * smallest and the largest amount lies as far inside.
 */
function sharesBySize(cells: readonly DigitCell[], amounts: number): number[] {
  const logs = cells.map(({ log }) => log);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const shares = DIGITS.map(() => 0);
  for (const cell of cells) {
    for (const centre of [cell.log, 2 * least - cell.log, 2 * most - cell.log]) {
      const [from, to] = [Math.max(least, centre - ABOUT), Math.min(most, centre + ABOUT)];
      for (let order = Math.floor(from); order <= to; order += 1) {
        for (const [index, digit] of DIGITS.entries()) {
          const low = Math.max(from, order + Math.log10(digit));
          const high = Math.min(to, order + Math.log10(digit + 1));
          if (high <= low) continue;
          const part = kernelBelow((high - centre) / ABOUT) - kernelBelow((low - centre) / ABOUT);
          shares[index] = (shares[index] ?? 0) + (part * cell.amounts) / amounts;
        }
      }
    }
  }
  return shares;
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
