import { allocate, divideRounded, parseDecimal, share } from "@allfunds/contract/money";
import {
  insertByDate,
  LOT_SCALE,
  quantityOf,
  takeLots,
  type Lot,
  type LotMethod,
  type LotPart,
  type Lots,
} from "./lot.ts";

/** Units that take the place of others, or come beside them: `units` for each `of`. */
export interface Ratio {
  readonly units: bigint;
  readonly of: bigint;
}

/** What becomes of units that a ratio makes beyond whole ones. */
export interface FractionRule {
  /** Decimals of a unit that the position keeps: 0 for whole ones. */
  readonly decimals: number;
}

/** Lots after an action, and the fraction that they gave up, from the newest lot or the pool. */
export interface Rescaled {
  readonly lots: Lots;
  readonly fraction: readonly LotPart[];
}

const ONE = 10n ** BigInt(LOT_SCALE);

/**
 * Splits lots, or joins them when the ratio is below one: quantities x ratio, cost unchanged; historic lots keep
 * date and cost. Each side is split for itself.
 */
export function splitLots(
  lots: Lots,
  ratio: Ratio,
  rule: FractionRule,
  method: LotMethod,
): Rescaled {
  const quantities = scaled(lots, ratio);
  const split = lots.flatMap((lot, index) => {
    const quantity = quantities[index] ?? 0n;
    return quantity === 0n ? [] : [{ ...lot, quantity }];
  });
  return takeFraction(withCostOfLost(lots, split), rule, method);
}

/** A lot too small for one unit of the new kind leaves its cost to the first that has one. */
function withCostOfLost(before: Lots, after: Lots): Lots {
  const kept = new Set(after.map(({ id, side }) => `${side} ${id}`));
  const lost = before.filter(({ id, side }) => !kept.has(`${side} ${id}`));
  return lost.reduce((lots, gone) => {
    const at = lots.findIndex(({ side }) => side === gone.side);
    const heir = lots[at];
    if (heir === undefined) return lots;
    const costMinor = heir.costMinor + gone.costMinor;
    const baseCostMinor = heir.baseCostMinor + gone.baseCostMinor;
    return lots.with(at, { ...heir, costMinor, baseCostMinor });
  }, after);
}

/** The quantities of lots by a ratio: of each side they add up to what the ratio makes of the whole, rounded down. */
function scaled(lots: Lots, { units, of }: Ratio): bigint[] {
  const result = lots.map(() => 0n);
  for (const side of ["LONG", "SHORT"] as const) {
    const places = lots.flatMap((lot, index) => (lot.side === side ? [index] : []));
    if (places.length === 0) continue;
    const total = (quantityOf(lots, side) * units) / of;
    const weights = places.map((index) => lots[index]?.quantity ?? 0n);
    for (const [at, part] of allocate(total, weights).entries()) result[places[at] ?? 0] = part;
  }
  return result;
}

/** Takes what lies beyond the decimals that a position keeps, from the newest lot on. */
function takeFraction(lots: Lots, { decimals }: FractionRule, method: LotMethod): Rescaled {
  const unit = ONE / 10n ** BigInt(decimals);
  const beyond = quantityOf(lots, "LONG") % unit;
  if (beyond === 0n) return { lots, fraction: [] };
  const { parts, left } = takeLots(lots, "LONG", beyond, method === "AVERAGE" ? method : "LIFO");
  return { lots: left, fraction: parts };
}

/** What a return of capital does to lots. */
export interface Returned {
  readonly lots: Lots;
  /** What the lots lost of their cost, in the security's currency and in base. */
  readonly costMinor: bigint;
  readonly baseCostMinor: bigint;
  /** What is beyond the cost of lots: realised. */
  readonly excessMinor: bigint;
}

/** Spreads an amount over the long lots by quantity; each goes down to zero, the excess is gain. */
export function returnCapital(lots: Lots, amountMinor: bigint): Returned {
  const long = lots.filter(({ side }) => side === "LONG");
  if (long.length === 0) return { lots, costMinor: 0n, baseCostMinor: 0n, excessMinor: 0n };
  const parts = allocate(
    amountMinor,
    long.map(({ quantity }) => quantity),
  );
  const takenOf = new Map(
    long.map((lot, index) => [lot.id, least(parts[index] ?? 0n, lot.costMinor)]),
  );
  let [costMinor, baseCostMinor] = [0n, 0n];
  const left = lots.map((lot): Lot => {
    const taken = lot.side === "LONG" ? (takenOf.get(lot.id) ?? 0n) : 0n;
    if (taken === 0n) return lot;
    const base = share(lot.baseCostMinor, taken, lot.costMinor);
    costMinor += taken;
    baseCostMinor += base;
    return { ...lot, costMinor: lot.costMinor - taken, baseCostMinor: lot.baseCostMinor - base };
  });
  return { lots: left, costMinor, baseCostMinor, excessMinor: amountMinor - costMinor };
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** What a separation does: lots that stay, and lots of the new security. */
export interface Separated {
  readonly parent: Lots;
  readonly child: Lots;
  readonly costMinor: bigint;
  readonly baseCostMinor: bigint;
  readonly fraction: readonly LotPart[];
}

/**
 * Gives the stated share of each long lot's cost to a lot of another security with the same date. Base cost moves at
 * the rate it has. With a share of one and no units kept it is a merger.
 */
export function separateLots(
  parent: Lots,
  child: Lots,
  terms: {
    readonly ratio: Ratio;
    /** Decimal string from 0 to 1. */
    readonly costShare: string;
    readonly fractions: FractionRule;
    /** Whether the units of the first security stay. */
    readonly keepsParent: boolean;
  },
  method: LotMethod,
): Separated {
  const long = parent.filter(({ side }) => side === "LONG");
  const quantities = scaled(long, terms.ratio);
  const moved = long.map((lot, index): Lot => {
    const costMinor = byShare(lot.costMinor, terms.costShare);
    const baseCostMinor =
      lot.costMinor === 0n ? 0n : share(lot.baseCostMinor, costMinor, lot.costMinor);
    return { ...lot, quantity: quantities[index] ?? 0n, costMinor, baseCostMinor };
  });
  const withUnits = withCostOfLost(
    moved,
    moved.filter(({ quantity }) => quantity > 0n),
  );
  const { lots, fraction } = takeFraction(withUnits, terms.fractions, method);
  const given = withUnits.length === 0 ? [] : moved;
  return {
    parent: terms.keepsParent ? less(parent, given) : parent.filter(({ side }) => side !== "LONG"),
    child: lots.reduce((all, lot) => insertByDate(all, lot, method), child),
    costMinor: given.reduce((sum, lot) => sum + lot.costMinor, 0n),
    baseCostMinor: given.reduce((sum, lot) => sum + lot.baseCostMinor, 0n),
    fraction,
  };
}

function byShare(minor: bigint, costShare: string): bigint {
  const { unscaled, scale } = parseDecimal(costShare);
  return divideRounded(minor * unscaled, 10n ** BigInt(scale), "HALF_UP");
}

const less = (lots: Lots, moved: readonly Lot[]): Lots =>
  lots.map((lot) => {
    const gone = lot.side === "LONG" ? moved.find(({ id }) => id === lot.id) : undefined;
    if (gone === undefined) return lot;
    return {
      ...lot,
      costMinor: lot.costMinor - gone.costMinor,
      baseCostMinor: lot.baseCostMinor - gone.baseCostMinor,
    };
  });
