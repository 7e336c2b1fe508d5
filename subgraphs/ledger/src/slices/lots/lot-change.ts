import { formatAmount } from "@allfunds/contract/money";
import type { Lot, Lots } from "./lot.ts";
import { formatQuantity, isinsOf } from "./portfolio-fact.ts";
import type { Outcome } from "./portfolio.ts";

/** By how much a fact changes a lot, as events have it. */
export interface LotChange {
  readonly isin: string;
  readonly lotId: string;
  readonly side: "LONG" | "SHORT";
  /** Trade date on which the lot was opened. */
  readonly openedOn: string;
  /** Currency of the security. */
  readonly currency: string;
  /** Units, signed. */
  readonly quantity: string;
  /** In the currency of the security, signed. */
  readonly cost: string;
  /** In the base currency, signed. */
  readonly baseCost: string;
}

interface Numbers {
  readonly lot: Lot;
  readonly quantity: bigint;
  readonly costMinor: bigint;
  readonly baseCostMinor: bigint;
}

const keyOf = (isin: string, { side, id }: Lot): string => `${isin} ${side} ${id}`;

/** Adds lots of a security to sums, `sign` times. */
function addLots(
  sums: Map<string, Numbers & { isin: string }>,
  isin: string,
  lots: Lots,
  sign: 1n | -1n,
): void {
  for (const lot of lots) {
    const key = keyOf(isin, lot);
    const sum = sums.get(key);
    sums.set(key, {
      isin,
      lot: sum?.lot ?? lot,
      quantity: (sum?.quantity ?? 0n) + sign * lot.quantity,
      costMinor: (sum?.costMinor ?? 0n) + sign * lot.costMinor,
      baseCostMinor: (sum?.baseCostMinor ?? 0n) + sign * lot.baseCostMinor,
    });
  }
}

/**
 * What outcomes add to lots, less what others had added: of a fact that is new nothing is taken off, of one that is
 * replayed its outcome before.
 */
export function lotChanges(
  added: Outcome | undefined,
  taken: Outcome | undefined,
  base: string,
): LotChange[] {
  const sums = new Map<string, Numbers & { isin: string }>();
  for (const [outcome, sign] of [
    [added, 1n],
    [taken, -1n],
  ] as const) {
    for (const isin of outcome === undefined ? [] : isinsOf(outcome.fact)) {
      addLots(sums, isin, outcome?.after.get(isin) ?? [], sign);
      addLots(sums, isin, outcome?.before.get(isin) ?? [], sign === 1n ? -1n : 1n);
    }
  }
  const currency = (added ?? taken)?.fact.currency ?? base;
  return [...sums.values()]
    .filter(
      ({ quantity, costMinor, baseCostMinor }) =>
        quantity !== 0n || costMinor !== 0n || baseCostMinor !== 0n,
    )
    .map(({ isin, lot, ...sum }) => ({
      isin,
      lotId: lot.id,
      side: lot.side,
      openedOn: lot.date,
      currency,
      quantity: formatQuantity(sum.quantity),
      cost: formatAmount(sum.costMinor, currency),
      baseCost: formatAmount(sum.baseCostMinor, base),
    }));
}
