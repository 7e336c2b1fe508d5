import { AppError, invalidInput } from "@allfunds/contract/errors";
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
  type RoundingMode,
} from "@allfunds/contract/money";
import type { Compensation, ValuationFigures, ValuationInputs } from "@allfunds/contract/valuation";

/** An order as it was dealt at a published NAV. Money is in minor units of the currency of the class. */
export interface DealtOrder {
  readonly orderId: string;
  readonly dealingDate: string;
  readonly classId: string;
  /** Ledger account of the units. */
  readonly accountId: string;
  readonly isSubscription: boolean;
  /** NAV per unit at which it was dealt, a decimal string. */
  readonly price: string;
  /** In the smallest units that there are. */
  readonly units: bigint;
  /** Capital that went into the class, without the charge, or out of it, with the charge. */
  readonly netMinor: bigint;
  /** The charge that the class keeps; zero when a distributor has it. */
  readonly keptMinor: bigint;
  /** Units of that currency for one of base, as it was dealt; a parity where they are the same. */
  readonly rate: Quotation;
  /** Whether it is a leg of a switch. */
  readonly isSwitch: boolean;
  /** How the terms of its day round. */
  readonly unitRounding: RoundingMode;
  readonly amountRounding: RoundingMode;
  /** What restatements have compensated it with so far. */
  readonly made: Made;
}

/** Sums of what an order was compensated with: units, and minor units of the class and of the base currency. */
export interface Made {
  readonly units: bigint;
  readonly byManager: Money;
  readonly toInvestor: Money;
  readonly capitalBaseMinor: bigint;
  readonly chargeBaseMinor: bigint;
}

interface Money {
  readonly minor: bigint;
  readonly baseMinor: bigint;
}

const NO_MONEY: Money = { minor: 0n, baseMinor: 0n };
export const NOTHING_MADE: Made = {
  units: 0n,
  byManager: NO_MONEY,
  toInvestor: NO_MONEY,
  capitalBaseMinor: 0n,
  chargeBaseMinor: 0n,
};

/** The sums with one compensation more. */
export function madeWith(made: Made, one: Compensation, base: string): Made {
  const baseMinor = parseAmount(one.amountBase, base);
  const onto = (before: Money): Money => ({
    minor: before.minor + parseAmount(one.amount, one.currency),
    baseMinor: before.baseMinor + baseMinor,
  });
  switch (one.kind) {
    case "UNITS":
      return { ...made, units: made.units + parseDecimal(one.units).unscaled };
    case "BY_MANAGER":
      return { ...made, byManager: onto(made.byManager) };
    case "TO_INVESTOR":
      return { ...made, toInvestor: onto(made.toInvestor) };
    case "RATE":
      return { ...made, capitalBaseMinor: made.capitalBaseMinor + baseMinor };
    case "RATE_OF_CHARGE":
      return { ...made, chargeBaseMinor: made.chargeBaseMinor + baseMinor };
  }
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
 * bears it. What the manager owes follows R in both directions. Money of a class in another currency stands in the
 * base currency at the rate that is right.
 */
export function compensationOf(
  order: DealtOrder,
  inputs: ValuationInputs,
  figures: ValuationFigures,
): Compensation[] {
  const one = inputs.classes.find(({ classId }) => classId === order.classId);
  if (one === undefined) return [];
  const { currency } = one;
  const rate = rateOf(inputs, currency);
  refuseSwitchAtOtherRate(order, one.code, rate);
  const { orderId, classId, accountId } = order;
  const of: Of = { orderId, classId, accountId, currency, base: inputs.baseCurrency, rate };
  const nav = figures.classes.find(({ classId: id }) => id === classId)?.navPerUnit ?? "0";
  const unitDecimals = parseDecimal(one.units).scale;
  return [...rateCorrections(order, of), ...ofPrice(order, parseDecimal(nav), unitDecimals, of)];
}

/** An order, the currency of its class, and the rate that is right now. */
interface Of extends Pick<Compensation, "orderId" | "classId" | "accountId" | "currency"> {
  readonly base: string;
  readonly rate: Quotation;
}

/** Both legs of a switch moved one amount in base: at another rate, another number of units would have come of it. */
function refuseSwitchAtOtherRate(order: DealtOrder, classCode: string, rate: Quotation): void {
  if (!order.isSwitch || isSameRate(order.rate, rate)) return;
  throw invalidInput(
    "from",
    `a switch of class ${classCode} was dealt on ${order.dealingDate} at another exchange rate than the one known now. Record the rate that it was dealt at anew for that day, and settle the difference with the manager by a posting on an open day`,
  );
}

const isSameRate = (a: Quotation, b: Quotation): boolean =>
  crossProduct(a, b) === crossProduct(b, a);

/** The units of one times what the other is per, at the scale of both products. */
const crossProduct = (one: Quotation, other: Quotation): bigint =>
  one.units.unscaled * other.per.unscaled * 10n ** BigInt(other.units.scale + one.per.scale);

/** What capital and kept charge in base are at the right rate, less what they were dealt at: above zero for the class. */
function rateCorrections(order: DealtOrder, of: Of): Compensation[] {
  const { isSubscription, netMinor, keptMinor, made } = order;
  const grossMinor = isSubscription ? netMinor + keptMinor : netMinor;
  const differenceOf = (minor: bigint): bigint =>
    translate(minor, of.currency, of.base, of.rate) -
    translate(minor, of.currency, of.base, order.rate);
  const capital = differenceOf(netMinor);
  const charge = differenceOf(grossMinor) - differenceOf(grossMinor - keptMinor);
  const capitalBaseMinor = (isSubscription ? capital : -capital) - made.capitalBaseMinor;
  const chargeBaseMinor = charge - made.chargeBaseMinor;
  return [
    ...compensation("RATE", of, { baseMinor: capitalBaseMinor }),
    ...compensation("RATE_OF_CHARGE", of, { baseMinor: chargeBaseMinor }),
  ];
}

/** Units and money that a wrong NAV per unit left an order, the fund or the manager short of. */
function ofPrice(order: DealtOrder, right: Decimal, unitDecimals: number, of: Of): Compensation[] {
  if (right.unscaled <= 0n) return [];
  const ofClass = { currency: of.currency, unitDecimals };
  const owed = order.isSubscription
    ? owedToBuyer(order, right, ofClass)
    : owedToSeller(order, right, ofClass);
  const { made } = order;
  const missing = owed.units - made.units;
  const pay = (kind: "BY_MANAGER" | "TO_INVESTOR", allMinor: bigint, before: Money) => {
    const allBaseMinor = translate(allMinor, of.currency, of.base, of.rate);
    const minor = allMinor - before.minor;
    return compensation(kind, of, { minor, baseMinor: allBaseMinor - before.baseMinor });
  };
  return [
    ...compensation("UNITS", of, { units: { unscaled: missing, scale: unitDecimals } }),
    ...pay("BY_MANAGER", owed.byManagerMinor, made.byManager),
    ...pay("TO_INVESTOR", owed.toInvestorMinor, made.toInvestor),
  ];
}

interface OfClass {
  readonly currency: string;
  readonly unitDecimals: number;
}

function owedToBuyer(
  { price, units, netMinor, made, unitRounding, amountRounding }: DealtOrder,
  right: Decimal,
  { currency, unitDecimals }: OfClass,
): Owed {
  const due =
    differenceOf(parseDecimal(price), right).unscaled === 0n
      ? units
      : divideRounded(
          netMinor * 10n ** BigInt(right.scale + unitDecimals),
          right.unscaled * 10n ** BigInt(currencyScale(currency)),
          unitRounding,
        );
  const held = units + made.units;
  const [missing, surplus] = due > held ? [due - held, 0n] : [0n, held - due];
  return {
    units: made.units + missing,
    byManagerMinor: worthOf(surplus, right, { currency, unitDecimals, amountRounding }),
    toInvestorMinor: 0n,
  };
}

function owedToSeller(
  { price, units, made, amountRounding }: DealtOrder,
  right: Decimal,
  of: OfClass,
): Owed {
  const perUnit = differenceOf(right, parseDecimal(price));
  const short = worthOf(units, perUnit, { ...of, amountRounding });
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
const worthOf = (
  units: bigint,
  perUnit: Decimal,
  { currency, unitDecimals, amountRounding }: OfClass & Pick<DealtOrder, "amountRounding">,
): bigint =>
  rescale(
    { unscaled: units * perUnit.unscaled, scale: unitDecimals + perUnit.scale },
    currencyScale(currency),
    amountRounding,
  );

interface Amounts {
  readonly units?: Decimal;
  readonly minor?: bigint;
  readonly baseMinor?: bigint;
}

const NO_UNITS: Decimal = { unscaled: 0n, scale: 0 };

/** A compensation as it is published; none of nothing. */
function compensation(
  kind: Compensation["kind"],
  { base, rate: _of, ...of }: Of,
  { units = NO_UNITS, minor = 0n, baseMinor = 0n }: Amounts,
): Compensation[] {
  if (units.unscaled === 0n && minor === 0n && baseMinor === 0n) return [];
  return [
    {
      ...of,
      kind,
      units: formatScaled(units.unscaled, units.scale),
      amount: formatAmount(minor, of.currency),
      amountBase: formatAmount(baseMinor, base),
    },
  ];
}

/** The rate that is right now; RATE_MISSING when there is none. */
function rateOf({ rates, baseCurrency }: ValuationInputs, currency: string): Quotation {
  if (currency === baseCurrency) return PARITY;
  const used = rates.find((rate) => rate.currency === currency);
  if (used === undefined) {
    throw new AppError(
      "RATE_MISSING",
      `There is no exchange rate of ${currency} per ${baseCurrency} for the NAV date.`,
    );
  }
  return { units: parseDecimal(used.units), per: parseDecimal(used.per) };
}
