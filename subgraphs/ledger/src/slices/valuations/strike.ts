import { AppError } from "@allfunds/contract/errors";
import {
  allocate,
  currencyScale,
  divideRounded,
  inverse,
  PARITY,
  productMinor,
  translate,
  type Decimal,
  type Quotation,
  type RoundingMode,
} from "@allfunds/contract/money";
import { accruedFee, type FeeKind, type FeePeriod } from "./fee.ts";

/** What a strike values: everything with a value date up to the NAV date, without the dealing of that date. */
export interface StrikeInput {
  readonly baseCurrency: string;
  readonly navDecimals: number;
  readonly navRounding: RoundingMode;
  /** By currency: how much of it one unit of the base currency costs. */
  readonly rates: ReadonlyMap<string, Quotation>;
  readonly positions: readonly StrikePosition[];
  readonly interests: readonly AccruedInterest[];
  /** What the exchange accounts hold, one per foreign currency. */
  readonly exchanges: readonly ExchangeBalance[];
  /** Income less expenses less what earlier strikes allocated, in minor units of the base currency. */
  readonly unallocatedMinor: bigint;
  /** On the net assets of the whole fund. */
  readonly fees: readonly FeeTerms[];
  /** By key: of equal remainders the first one gets the odd cent. */
  readonly classes: readonly StrikeClass[];
}

export interface FeeTerms {
  readonly kind: FeeKind;
  readonly periods: readonly FeePeriod[];
}

export interface StrikePosition {
  readonly isin: string;
  readonly currency: string;
  /** Below zero when sold short. */
  readonly quantity: Decimal;
  /** Minor units of its currency, as the amounts below. */
  readonly costMinor: bigint;
  /** What earlier strikes posted of value less cost. */
  readonly appreciationMinor: bigint;
  readonly price: MarketPrice | undefined;
}

/** Interest of everything in one currency, in its minor units. */
interface AccruedInterest {
  readonly currency: string;
  /** Accrued up to the NAV date. */
  readonly dueMinor: bigint;
  /** What stands in the books of it. */
  readonly postedMinor: bigint;
}

interface MarketPrice {
  readonly value: Decimal;
  /** True of a price in percent of the nominal. */
  readonly isPercent: boolean;
}

interface ExchangeBalance {
  readonly currency: string;
  /** Net foreign position, in minor units of the currency: the credit of the exchange account kept in it. */
  readonly netMinor: bigint;
  /** At which the base currency carries it: the debit of the other exchange account. */
  readonly carriedMinor: bigint;
}

export interface StrikeClass {
  readonly key: string;
  readonly currency: string;
  /** In issue after the dealing of the last strike. */
  readonly units: Decimal;
  /** Net assets after the dealing of the last strike, in minor units of the base currency. */
  readonly openingMinor: bigint;
  /** Income less expenses since then that are the class's own, in minor units of the base currency. */
  readonly ownItemsMinor: bigint;
  readonly fees: readonly FeeTerms[];
}

export interface StruckPosition {
  readonly isin: string;
  readonly currency: string;
  readonly valueMinor: bigint;
  /** Value in the base currency. */
  readonly valueBaseMinor: bigint;
  readonly mark: Change;
}

interface StruckInterest {
  readonly currency: string;
  readonly change: Change;
}

/** What a strike adds to an account of a position: in its currency, and in base at the rate of the date. */
export interface Change {
  readonly minor: bigint;
  readonly baseMinor: bigint;
}

export interface StruckFee {
  readonly kind: FeeKind;
  /** Undefined of a fee of the whole fund. */
  readonly classKey: string | undefined;
  readonly amountMinor: bigint;
}

interface Revaluation {
  readonly currency: string;
  readonly netMinor: bigint;
  /** Net position at the rate of the date. */
  readonly carriedMinor: bigint;
  readonly changeMinor: bigint;
}

interface StruckClass {
  readonly key: string;
  readonly currency: string;
  readonly units: Decimal;
  readonly feesMinor: bigint;
  readonly commonShareMinor: bigint;
  readonly resultMinor: bigint;
  readonly netAssetsBaseMinor: bigint;
  /** In the class's own currency. */
  readonly netAssetsMinor: bigint;
  /** Scaled by the NAV decimals; undefined when no units are in issue. */
  readonly navPerUnit: bigint | undefined;
}

/** A valuation of a whole fund. Amounts are minor units of the base currency unless they name another. */
export interface Strike {
  readonly positions: readonly StruckPosition[];
  readonly interests: readonly StruckInterest[];
  readonly fees: readonly StruckFee[];
  readonly revaluations: readonly Revaluation[];
  readonly commonMinor: bigint;
  /** Common result that no class can bear yet. */
  readonly leftMinor: bigint;
  readonly classes: readonly StruckClass[];
  readonly netAssetsMinor: bigint;
}

/**
 * Values a fund: marks, accrued interest, fees, currencies, result of the classes, NAV per unit. PRICE_MISSING
 * or RATE_MISSING when it would have to guess. Pure, and a few microseconds for each position.
 */
export function strike(input: StrikeInput): Strike {
  const positions = input.positions.map((position) => valuePosition(position, input));
  const interests = input.interests.map(({ currency, dueMinor, postedMinor }) => {
    const minor = dueMinor - postedMinor;
    return { currency, change: { minor, baseMinor: toBase(minor, currency, input) } };
  });
  const changes = [
    ...positions.map(({ currency, mark }) => ({ currency, change: mark })),
    ...interests,
  ];
  const revaluations = revalue(input, changes);
  const classFees = input.classes.map(({ key, openingMinor, fees }) =>
    fees.map((terms) => feeOf(terms, key, openingMinor)),
  );
  const openingMinor = sum(input.classes.map((one) => one.openingMinor));
  const fundFees = input.fees.map((terms) => feeOf(terms, undefined, openingMinor));
  const commonMinor =
    input.unallocatedMinor -
    sum(input.classes.map(({ ownItemsMinor }) => ownItemsMinor)) +
    sum(changes.map(({ change }) => change.baseMinor)) +
    sum(revaluations.map(({ changeMinor }) => changeMinor)) -
    sum(fundFees.map(({ amountMinor }) => amountMinor));
  const shares = shareOut(commonMinor, input.classes);
  const classes = input.classes.map((one, index) => {
    const feesMinor = sum((classFees[index] ?? []).map(({ amountMinor }) => amountMinor));
    return closeClass(one, feesMinor, shares[index] ?? 0n, input);
  });
  return {
    positions,
    interests,
    fees: [...classFees.flat(), ...fundFees],
    revaluations,
    commonMinor,
    leftMinor: commonMinor - sum(shares),
    classes,
    netAssetsMinor:
      commonMinor - sum(shares) + sum(classes.map(({ netAssetsBaseMinor }) => netAssetsBaseMinor)),
  };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

const feeOf = (
  { kind, periods }: FeeTerms,
  classKey: string | undefined,
  baseMinor: bigint,
): StruckFee => ({ kind, classKey, amountMinor: accruedFee(baseMinor, periods) });

function valuePosition(position: StrikePosition, input: StrikeInput): StruckPosition {
  const { isin, currency, costMinor, appreciationMinor } = position;
  const valueMinor = marketValue(position);
  const inBase = (minor: bigint): bigint => toBase(minor, currency, input);
  const markMinor = valueMinor - costMinor - appreciationMinor;
  return {
    isin,
    currency,
    valueMinor,
    valueBaseMinor: inBase(valueMinor),
    mark: { minor: markMinor, baseMinor: inBase(markMinor) },
  };
}

/** Quantity x price, of the nominal when in percent, rounded HALF_UP to the currency; PRICE_MISSING without one. */
export function marketValue({
  isin,
  currency,
  quantity,
  price,
}: Pick<StrikePosition, "isin" | "currency" | "quantity" | "price">): bigint {
  if (quantity.unscaled === 0n) return 0n;
  if (price === undefined) {
    throw new AppError("PRICE_MISSING", `There is no price of ${isin} for the NAV date.`);
  }
  const factors = [quantity, price.value];
  return productMinor(price.isPercent ? [...factors, PERCENT] : factors, currency);
}

const PERCENT: Decimal = { unscaled: 1n, scale: 2 };

/** A rate of the NAV date; RATE_MISSING when there is none. */
function rateOf(currency: string, { baseCurrency, rates }: RateInput): Quotation {
  if (currency === baseCurrency) return PARITY;
  const rate = rates.get(currency);
  if (rate !== undefined) return rate;
  throw new AppError(
    "RATE_MISSING",
    `There is no exchange rate of ${currency} per ${baseCurrency} for the NAV date.`,
  );
}

type RateInput = Pick<StrikeInput, "baseCurrency" | "rates">;

/** A foreign amount in the base currency: one division, rounded HALF_UP. Nothing needs no rate. */
export function toBase(minor: bigint, currency: string, input: RateInput): bigint {
  if (minor === 0n || currency === input.baseCurrency) return minor;
  return translate(minor, currency, input.baseCurrency, rateOf(currency, input));
}

function revalue(input: StrikeInput, changes: readonly StruckInterest[]): Revaluation[] {
  const moved = new Map<string, Change>();
  for (const { currency, change } of changes) {
    if (currency === input.baseCurrency) continue;
    const before = moved.get(currency);
    moved.set(currency, {
      minor: (before?.minor ?? 0n) + change.minor,
      baseMinor: (before?.baseMinor ?? 0n) + change.baseMinor,
    });
  }
  const held = new Map(input.exchanges.map((exchange) => [exchange.currency, exchange]));
  const currencies = [...new Set([...held.keys(), ...moved.keys()])].toSorted();
  return currencies.map((currency) => {
    const netMinor = (held.get(currency)?.netMinor ?? 0n) + (moved.get(currency)?.minor ?? 0n);
    const before =
      (held.get(currency)?.carriedMinor ?? 0n) + (moved.get(currency)?.baseMinor ?? 0n);
    const carriedMinor = toBase(netMinor, currency, input);
    return { currency, netMinor, carriedMinor, changeMinor: carriedMinor - before };
  });
}

/**
 * Shares of the common result by opening net assets, with the largest remainder. A class below zero takes part
 * only when no class is above: then all do, by what they miss. A result without any class waits for the next strike.
 */
function shareOut(commonMinor: bigint, classes: readonly StrikeClass[]): bigint[] {
  const weights = shareWeights(
    classes.map(({ openingMinor, units }) => ({ openingMinor, units: units.unscaled })),
  );
  return weights.some((weight) => weight > 0n) ? allocate(commonMinor, weights) : weights;
}

/** The key of the common result; nothing but zeros where no class can bear any. */
export function shareWeights(
  classes: readonly { readonly openingMinor: bigint; readonly units: bigint }[],
): bigint[] {
  const candidates = [
    classes.map(({ openingMinor }) => (openingMinor > 0n ? openingMinor : 0n)),
    classes.map(({ openingMinor }) => (openingMinor < 0n ? -openingMinor : 0n)),
    classes.map(({ units }) => (units > 0n ? 1n : 0n)),
  ];
  const found = candidates.find((weights) => weights.some((weight) => weight > 0n));
  return found ?? classes.map(() => 0n);
}

function closeClass(
  { key, currency, units, openingMinor, ownItemsMinor }: StrikeClass,
  feesMinor: bigint,
  commonShareMinor: bigint,
  input: StrikeInput,
): StruckClass {
  const resultMinor = commonShareMinor + ownItemsMinor - feesMinor;
  const netAssetsBaseMinor = openingMinor + resultMinor;
  const rate = netAssetsBaseMinor === 0n ? PARITY : rateOf(currency, input);
  return {
    key,
    currency,
    units,
    feesMinor,
    commonShareMinor,
    resultMinor,
    netAssetsBaseMinor,
    netAssetsMinor: translate(netAssetsBaseMinor, input.baseCurrency, currency, inverse(rate)),
    navPerUnit: units.unscaled === 0n ? undefined : perUnit(netAssetsBaseMinor, units, rate, input),
  };
}

/** Net assets of the class in its currency, not rounded, by its units: one division, rounded by its terms. */
function perUnit(
  netAssetsBaseMinor: bigint,
  units: Decimal,
  rate: Quotation,
  input: StrikeInput,
): bigint {
  const { units: quoted, per } = rate;
  const powers = units.scale + input.navDecimals + per.scale;
  return divideRounded(
    netAssetsBaseMinor * quoted.unscaled * 10n ** BigInt(powers),
    units.unscaled * per.unscaled * 10n ** BigInt(quoted.scale + currencyScale(input.baseCurrency)),
    input.navRounding,
  );
}
