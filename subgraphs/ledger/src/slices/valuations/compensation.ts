import {
  currencyScale,
  divideRounded,
  formatAmount,
  formatScaled,
  parseAmount,
  parseDecimal,
  PARITY,
  rescale,
  translate,
  type Decimal,
  type Quotation,
} from "@allfunds/contract/money";
import type { Compensation, ValuationFigures, ValuationInputs } from "@allfunds/contract/valuation";

/** An order as it was dealt at a published NAV. */
export interface DealtOrder {
  readonly orderId: string;
  readonly classId: string;
  /** Ledger account of the units. */
  readonly accountId: string;
  readonly isSubscription: boolean;
  /** NAV per unit at which it was dealt, a decimal string. */
  readonly price: string;
  /** In the smallest units that there are. */
  readonly units: bigint;
  /** Minor units of the currency of the class: what went into it, without the charge. */
  readonly netMinor: bigint;
  /** What restatements have compensated it with so far. */
  readonly made: Made;
}

/** Sums of what an order was compensated with: units, and minor units of the class and of the base currency. */
export interface Made {
  readonly units: bigint;
  readonly byManager: Money;
  readonly toInvestor: Money;
}

interface Money {
  readonly minor: bigint;
  readonly baseMinor: bigint;
}

const NO_MONEY: Money = { minor: 0n, baseMinor: 0n };
export const NOTHING_MADE: Made = { units: 0n, byManager: NO_MONEY, toInvestor: NO_MONEY };

/** The sums with one compensation more. */
export function madeWith(made: Made, { kind, currency, ...one }: Compensation, base: string): Made {
  if (kind === "UNITS") return { ...made, units: made.units + parseDecimal(one.units).unscaled };
  const of = kind === "BY_MANAGER" ? "byManager" : "toInvestor";
  const { minor, baseMinor } = made[of];
  return {
    ...made,
    [of]: {
      minor: minor + parseAmount(one.amount, currency),
      baseMinor: baseMinor + parseAmount(one.amountBase, base),
    },
  };
}

/** What an order is owed in all, in minor units of the class and in its smallest units. */
interface Owed {
  readonly units: bigint;
  readonly byManagerMinor: bigint;
  readonly toInvestorMinor: bigint;
}

/**
 * What makes an order good that was dealt at P where R is right, less what was made good before. Bought above R: the
 * missing units. Bought below: the manager pays for the surplus units at R. Sold above R: the manager pays the
 * difference. Sold below: the fund pays it to the investor. What an investor got is never taken back: the manager
 * bears it. What the manager owes follows R in both directions.
 */
export function compensationOf(
  order: DealtOrder,
  inputs: ValuationInputs,
  figures: ValuationFigures,
): Compensation[] {
  const nav = figures.classes.find(({ classId }) => classId === order.classId)?.navPerUnit;
  const one = inputs.classes.find(({ classId }) => classId === order.classId);
  if (nav === undefined || nav === null || one === undefined) return [];
  const right = parseDecimal(nav);
  if (right.unscaled <= 0n) return [];
  const { currency } = one;
  const unitDecimals = parseDecimal(one.units).scale;
  const owed = order.isSubscription
    ? owedToBuyer(order, right, { currency, unitDecimals })
    : owedToSeller(order, right, { currency, unitDecimals });
  const { made, orderId, classId, accountId } = order;
  const of = { orderId, classId, accountId, currency };
  const missing = owed.units - made.units;
  const units: Compensation = {
    ...of,
    kind: "UNITS",
    units: formatScaled(missing, unitDecimals),
    amount: formatAmount(0n, currency),
    amountBase: formatAmount(0n, inputs.baseCurrency),
  };
  const pay = (kind: "BY_MANAGER" | "TO_INVESTOR", allMinor: bigint, before: Money) =>
    payment({ ...of, kind, units: "0" }, allMinor, before, inputs);
  return [
    ...(missing === 0n ? [] : [units]),
    ...pay("BY_MANAGER", owed.byManagerMinor, made.byManager),
    ...pay("TO_INVESTOR", owed.toInvestorMinor, made.toInvestor),
  ];
}

interface OfClass {
  readonly currency: string;
  readonly unitDecimals: number;
}

function owedToBuyer(
  { price, units, netMinor, made }: DealtOrder,
  right: Decimal,
  { currency, unitDecimals }: OfClass,
): Owed {
  const due =
    differenceOf(parseDecimal(price), right).unscaled === 0n
      ? units
      : divideRounded(
          netMinor * 10n ** BigInt(right.scale + unitDecimals),
          right.unscaled * 10n ** BigInt(currencyScale(currency)),
          "DOWN",
        );
  const held = units + made.units;
  const [missing, surplus] = due > held ? [due - held, 0n] : [0n, held - due];
  return {
    units: made.units + missing,
    byManagerMinor: worthOf(surplus, right, { currency, unitDecimals }),
    toInvestorMinor: 0n,
  };
}

function owedToSeller({ price, units, made }: DealtOrder, right: Decimal, of: OfClass): Owed {
  const short = worthOf(units, differenceOf(right, parseDecimal(price)), of);
  const dueMinor = short > 0n ? short : 0n;
  const paidMinor = made.toInvestor.minor;
  const toInvestorMinor = dueMinor > paidMinor ? dueMinor : paidMinor;
  return {
    units: 0n,
    byManagerMinor: toInvestorMinor - short,
    toInvestorMinor,
  };
}

function differenceOf(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const at = ({ unscaled, scale: own }: Decimal): bigint => unscaled * 10n ** BigInt(scale - own);
  return { unscaled: at(a) - at(b), scale };
}

/** Minor units of the class's currency that units are worth. */
const worthOf = (units: bigint, perUnit: Decimal, { currency, unitDecimals }: OfClass): bigint =>
  rescale(
    { unscaled: units * perUnit.unscaled, scale: unitDecimals + perUnit.scale },
    currencyScale(currency),
    "HALF_UP",
  );

/** What is still to be paid of an amount, in base at the rate that is right now. */
function payment(
  of: Omit<Compensation, "amount" | "amountBase">,
  allMinor: bigint,
  before: Money,
  inputs: ValuationInputs,
): Compensation[] {
  const { currency } = of;
  const base = inputs.baseCurrency;
  const minor = allMinor - before.minor;
  const allBaseMinor = translate(allMinor, currency, base, rateOf(inputs, currency));
  const baseMinor = allBaseMinor - before.baseMinor;
  if (minor === 0n && baseMinor === 0n) return [];
  return [
    { ...of, amount: formatAmount(minor, currency), amountBase: formatAmount(baseMinor, base) },
  ];
}

function rateOf({ rates }: ValuationInputs, currency: string): Quotation {
  const used = rates.find((rate) => rate.currency === currency);
  return used === undefined
    ? PARITY
    : { units: parseDecimal(used.units), per: parseDecimal(used.per) };
}
