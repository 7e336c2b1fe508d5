import fc from "fast-check";
import { expect, test } from "vitest";
import { averageCost, currencyResult, type ExchangeMove, type PastMove } from "./realised.ts";

const move = (positionMinor: bigint, baseMinor: bigint): ExchangeMove => ({
  positionMinor,
  baseMinor,
});

test.each<[string, readonly ExchangeMove[], readonly [bigint, bigint, bigint]]>([
  ["nothing", [], [0n, 0n, 0n]],
  ["bought", [move(1_080_00n, 1_000_00n)], [1_080_00n, 1_000_00n, 0n]],
  [
    "half of it sold dearer",
    [move(1_000_00n, 900_00n), move(-500_00n, -500_00n)],
    [500_00n, 450_00n, 50_00n],
  ],
  [
    "all of it sold cheaper",
    [move(1_000_00n, 900_00n), move(-1_000_00n, -850_00n)],
    [0n, 0n, -50_00n],
  ],
  [
    "bought twice, a third sold",
    [move(100n, 90n), move(200n, 210n), move(-100n, -110n)],
    [200n, 200n, 10n],
  ],
  [
    "a debt that was paid cheaper",
    [move(-1_000_00n, -900_00n), move(1_000_00n, 850_00n)],
    [0n, 0n, 50_00n],
  ],
  ["sold beyond what there was", [move(100n, 100n), move(-150n, -165n)], [-50n, -55n, 10n]],
  ["a charge in base currency only", [move(100n, 100n), move(0n, 5n)], [100n, 105n, 0n]],
])("%s", (_what, moves, [position, cost, realised]) => {
  expect(averageCost(moves)).toEqual({
    positionMinor: position,
    costMinor: cost,
    realisedMinor: realised,
  });
});

/** The same in exact fractions, without rounding anything: an independent computation of another form. */
function exactly(moves: readonly ExchangeMove[]): { position: bigint; realised: number } {
  let position = 0n;
  let unitCost = 0;
  let realised = 0;
  for (const { positionMinor: change, baseMinor: base } of moves) {
    const price = Number(base) / Number(change);
    if (position === 0n || position > 0n === change > 0n) {
      const all = Number(position) * unitCost + Number(base);
      position += change;
      unitCost = all / Number(position);
      continue;
    }
    const closed = Math.min(Math.abs(Number(change)), Math.abs(Number(position)));
    realised += closed * (price - unitCost) * Math.sign(Number(position));
    if (Math.abs(Number(change)) > closed) unitCost = price;
    position += change;
  }
  return { position, realised };
}

test("what was realised is that of exact fractions, to one cent for each sale", () => {
  const moves = fc.array(
    fc
      .tuple(
        fc.integer({ min: 100, max: 1_000_000 }),
        fc.boolean(),
        fc.integer({ min: 50, max: 200 }),
      )
      .map(([size, isBought, percent]) => {
        const position = BigInt(isBought ? size : -size);
        return move(position, (position * BigInt(percent)) / 100n);
      }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(moves, (some) => {
      const { positionMinor, costMinor, realisedMinor } = averageCost(some);
      const exact = exactly(some);
      expect(positionMinor).toBe(exact.position);
      expect(Math.abs(Number(realisedMinor) - exact.realised)).toBeLessThanOrEqual(some.length * 2);
      // Nothing is lost to rounding: cost less what was realised is all that moved in base currency.
      const base = some.reduce((sum, { baseMinor }) => sum + baseMinor, 0n);
      expect(costMinor - realisedMinor).toBe(base);
      expect(positionMinor === 0n && costMinor !== 0n).toBe(false);
    }),
    { numRuns: 100 },
  );
});

const past = (transactionId: string, more: Partial<PastMove>): PastMove => ({
  transactionId,
  positionMinor: 0n,
  baseMinor: 0n,
  reverses: null,
  ...more,
});

test("revaluations are no exchanges, and one that was reversed posted nothing", () => {
  const moves = [
    past("bought", { positionMinor: 100n, baseMinor: 100n }),
    past("sold", { positionMinor: -50n, baseMinor: -60n }),
    past("revalued", { baseMinor: 15n, realisedMinor: 10n }),
  ];
  expect(currencyResult(moves)).toMatchObject({ realisedMinor: 10n, postedRealisedMinor: 10n });
  const reversal = past("reversal", { baseMinor: -15n, reverses: "revalued" });
  expect(currencyResult([...moves, reversal])).toMatchObject({
    positionMinor: 50n,
    costMinor: 50n,
    realisedMinor: 10n,
    postedRealisedMinor: 0n,
  });
  expect(() => currencyResult([...moves, { ...reversal, baseMinor: -5n }])).toThrow(
    /reversed in part/,
  );
});
