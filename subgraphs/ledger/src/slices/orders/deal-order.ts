import {
  cross,
  currencyScale,
  divideRounded,
  parseDecimal,
  rescale,
  translate,
  type Decimal,
  type Quotation,
  type RoundingMode,
} from "@allfunds/contract/money";

/** What an order is dealt by: the NAV of its class and what its terms say. */
export interface DealingPrice {
  /** NAV per unit in the currency of the class. */
  readonly nav: Decimal;
  readonly currency: string;
  readonly base: string;
  /** Units of the class's currency for one of base; a parity where they are the same. */
  readonly rate: Quotation;
  readonly unitDecimals: number;
  readonly unitRounding: RoundingMode;
  readonly amountRounding: RoundingMode;
  /** Rate of the charge on this order. */
  readonly chargeRate: Decimal;
}

/** What was ordered: an amount in minor units, or units in the smallest that there are. */
export type Ordered =
  | { readonly amountMinor: bigint; readonly units?: never }
  | { readonly units: bigint; readonly amountMinor?: never };

/** What dealing an order comes to; money in minor units of the class's currency, but for those in base. */
export interface Dealt {
  readonly units: bigint;
  /** What the investor pays, or what the redeemed units are worth. */
  readonly amountMinor: bigint;
  readonly chargeMinor: bigint;
  /** Of a subscription what becomes capital, of a redemption what is paid out. */
  readonly netMinor: bigint;
  /** Amount and net in the base currency. */
  readonly amountBase: bigint;
  readonly netBase: bigint;
}

/**
 * A subscription: the charge is its share of the amount, what is left buys units. Ordered by units, the amount is
 * what leaves their price after the charge.
 */
export function dealSubscription(ordered: Ordered, price: DealingPrice): Dealt {
  if (ordered.units === undefined) {
    const { amountMinor } = ordered;
    const chargeMinor = chargeOf(amountMinor, price);
    const netMinor = amountMinor - chargeMinor;
    return inBase({ units: unitsFor(netMinor, price), amountMinor, chargeMinor, netMinor }, price);
  }
  const netMinor = worthOf(ordered.units, price);
  const amountMinor = amountBefore(netMinor, price);
  return inBase(
    { units: ordered.units, amountMinor, chargeMinor: amountMinor - netMinor, netMinor },
    price,
  );
}

/** A redemption: what the units are worth, less the charge, is paid out. */
export function dealRedemption(ordered: Ordered, price: DealingPrice): Dealt {
  const amountMinor = ordered.amountMinor ?? worthOf(ordered.units, price);
  const units = ordered.units ?? unitsFor(ordered.amountMinor, price);
  const chargeMinor = chargeOf(amountMinor, price);
  return inBase({ units, amountMinor, chargeMinor, netMinor: amountMinor - chargeMinor }, price);
}

/**
 * The leg of a switch into a class: what another class gave buys units. The amount crosses from the one currency to
 * the other through the base without being rounded there, so that it stays the same in one currency.
 */
export function dealSwitchIn(
  { amountMinor: given, amountBase }: Pick<Dealt, "amountMinor" | "amountBase">,
  from: Pick<DealingPrice, "currency" | "rate">,
  price: DealingPrice,
): Dealt {
  const { rate, currency, amountRounding } = price;
  const amountMinor = translate(
    given,
    from.currency,
    currency,
    cross(from.rate, rate),
    amountRounding,
  );
  const units = unitsFor(amountMinor, price);
  return {
    units,
    amountMinor,
    chargeMinor: 0n,
    netMinor: amountMinor,
    amountBase,
    netBase: amountBase,
  };
}

type InCurrency = Omit<Dealt, "amountBase" | "netBase">;

const inBase = (dealt: InCurrency, { currency, base, rate }: DealingPrice): Dealt => ({
  ...dealt,
  amountBase: translate(dealt.amountMinor, currency, base, rate),
  netBase: translate(dealt.netMinor, currency, base, rate),
});

/** Units that an amount buys, or that are worth it: rounded by the fund's terms. */
function unitsFor(amountMinor: bigint, price: DealingPrice): bigint {
  const { nav, currency, unitDecimals, unitRounding } = price;
  const dividend = amountMinor * 10n ** BigInt(nav.scale + unitDecimals);
  return divideRounded(
    dividend,
    nav.unscaled * 10n ** BigInt(currencyScale(currency)),
    unitRounding,
  );
}

/** What units are worth at the NAV. */
export const worthOf = (
  units: bigint,
  price: Pick<DealingPrice, "nav" | "currency" | "unitDecimals" | "amountRounding">,
): bigint =>
  rescale(
    { unscaled: units * price.nav.unscaled, scale: price.unitDecimals + price.nav.scale },
    currencyScale(price.currency),
    price.amountRounding,
  );

const chargeOf = (amountMinor: bigint, { chargeRate, amountRounding }: DealingPrice): bigint =>
  rescale(
    { unscaled: amountMinor * chargeRate.unscaled, scale: chargeRate.scale },
    0,
    amountRounding,
  );

/** The amount of which so much is left after the charge. */
function amountBefore(netMinor: bigint, { chargeRate, amountRounding }: DealingPrice): bigint {
  const one = 10n ** BigInt(chargeRate.scale);
  return divideRounded(netMinor * one, one - chargeRate.unscaled, amountRounding);
}

/** The units to reserve for a redemption of an amount at the last price, rounded up. */
export function unitsToHold(
  amountMinor: bigint,
  { nav, currency, unitDecimals }: Pick<DealingPrice, "nav" | "currency" | "unitDecimals">,
): bigint {
  const dividend = amountMinor * 10n ** BigInt(nav.scale + unitDecimals);
  const divisor = nav.unscaled * 10n ** BigInt(currencyScale(currency));
  return (dividend + divisor - 1n) / divisor;
}

/** A charge rate of nothing. */
export const NO_CHARGE: Decimal = parseDecimal("0");
