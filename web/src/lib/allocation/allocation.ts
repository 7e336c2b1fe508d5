import type { HeldPositionFragment } from "../graph/graph-types.generated.ts";
import { addDecimals, parseDecimal, printDecimal, ZERO, type Decimal } from "../money/decimal.ts";
import type { Money } from "../money/money.ts";

/** A part of what a fund holds: its value in the fund's currency and its share of the whole, 0.1 for 10 %. */
export interface Part {
  /** ISIN, type of security, currency, sector or country; `CASH` for the fund's cash. */
  readonly key: string;
  /** The security's name; empty for a group. */
  readonly name: string;
  readonly money: Money;
  readonly share: number;
}

export interface Allocation {
  readonly total: Money;
  /** The largest first. */
  readonly holdings: readonly Part[];
  readonly byType: readonly Part[];
  readonly byCurrency: readonly Part[];
  readonly bySector: readonly Part[];
  readonly byCountry: readonly Part[];
}

/** What keeps shares from being stated: a share of a part of the whole would be too large. */
export type AllocationFault =
  | { readonly code: "NOTHING" | "NO_CASH" | "NOT_POSITIVE" | "TOO_MANY" }
  | { readonly code: "NO_VALUE"; readonly positions: readonly HeldPositionFragment[] };

export const CASH = "CASH";
/** The key of securities whose description does not have what they are grouped by. */
export const NOT_STATED = "NOT_STATED";

/** Shares of positions and cash, all in the fund's currency; or why there are none. */
export function allocate(
  positions: readonly HeldPositionFragment[],
  cash: Money | null,
): Allocation | AllocationFault {
  const held = positions.filter(({ quantity }) => (parseDecimal(quantity) ?? ZERO).units !== 0n);
  if (held.length === 0) return { code: "NOTHING" };
  const unvalued = held.filter(({ valueBase }) => valueBase === null);
  if (unvalued.length > 0) return { code: "NO_VALUE", positions: unvalued };
  if (cash === null) return { code: "NO_CASH" };
  const items: Item[] = [
    ...held.map((position) => ({
      isin: position.isin,
      name: position.security.name,
      type: position.security.securityType,
      currency: position.security.currency,
      sector: position.security.sector ?? NOT_STATED,
      country: position.security.country ?? NOT_STATED,
      value: decimalOf(position.valueBase),
    })),
    { ...OF_CASH, value: decimalOf(cash) },
  ];
  const total = sum(items);
  if (total.units <= 0n) return { code: "NOT_POSITIVE" };
  const partsBy = (keyOf: (item: Item) => string) => partsOf(items, keyOf, total, cash.currency);
  return {
    total: { amount: printDecimal(total), currency: cash.currency },
    holdings: partsBy(({ isin }) => isin),
    byType: partsBy(({ type }) => type),
    byCurrency: partsBy(({ currency }) => currency),
    bySector: partsBy(({ sector }) => sector),
    byCountry: partsBy(({ country }) => country),
  };
}

interface Item {
  readonly isin: string;
  readonly name: string;
  readonly type: string;
  readonly currency: string;
  readonly sector: string;
  readonly country: string;
  readonly value: Decimal;
}

const OF_CASH = { isin: CASH, name: "", type: CASH, currency: CASH, sector: CASH, country: CASH };

const decimalOf = (money: Money | null): Decimal => (money && parseDecimal(money.amount)) ?? ZERO;

const sum = (items: readonly Item[]): Decimal =>
  items.reduce((total, { value }) => addDecimals(total, value), ZERO);

function partsOf(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  total: Decimal,
  currency: string,
): Part[] {
  const parts = [...Map.groupBy(items, keyOf)].map(([key, members]): Part => {
    const value = sum(members);
    return {
      key,
      name: members[0]?.isin === key ? members[0].name : "",
      money: { amount: printDecimal(value), currency },
      share: ratioOf(value, total),
    };
  });
  return parts.toSorted((left, right) => right.share - left.share);
}

/** Digits of a ratio that the graph's own percentages have, too. */
const RATIO_DIGITS = 10;

/** `part` of `whole`, which is above zero, rounded HALF_UP as a number; only ratios leave the exact decimals. */
function ratioOf(part: Decimal, whole: Decimal): number {
  const scale = Math.max(part.scale, whole.scale);
  const at = ({ units, scale: own }: Decimal) => units * 10n ** BigInt(scale - own);
  const [numerator, denominator] = [at(part) * 10n ** BigInt(RATIO_DIGITS), at(whole)];
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * size + denominator) / (2n * denominator);
  return (Number(rounded) / 10 ** RATIO_DIGITS) * (numerator < 0n ? -1 : 1);
}
