import { hash as sha256 } from "node:crypto";
import type { ValuationFigures, ValuationInputs } from "@allfunds/contract/valuation";
import { formatAmount, formatScaled, parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { KnownPrice } from "../prices/price-sql.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import {
  strike,
  type FeeTerms,
  type Strike,
  type StrikeClass,
  type StrikeInput,
  type StrikePosition,
} from "./strike.ts";

/** SHA-256 of everything that a valuation rests on, hexadecimal. */
export const hashInputs = (inputs: ValuationInputs): string =>
  sha256("sha256", canonicalJson(inputs), "hex");

/** A price in another currency than the security's is none of it. */
export function usedPrice(
  price: KnownPrice | undefined,
  currency: string,
): ValuationInputs["positions"][number]["price"] {
  if (price === undefined || price.currency !== currency) return null;
  const { price: value, kind, date, source, fundId, position, line } = price;
  return { price: value, kind, date, source, fundId, position, line };
}

/** The inputs as a strike computes with them. */
export function toStrikeInput(inputs: ValuationInputs): StrikeInput {
  const { baseCurrency, navDecimals, navRounding } = inputs;
  const base = (amount: string): bigint => parseAmount(amount, baseCurrency);
  const feesOf = (fees: ValuationInputs["fees"]): FeeTerms[] =>
    fees.map(({ kind, periods }) => ({
      kind,
      periods: periods.map(({ tiers, numerator, denominator }) => ({
        tiers: tiers.map(({ from, rate }) => ({ fromMinor: base(from), rate: parseDecimal(rate) })),
        years: { numerator: BigInt(numerator), denominator: BigInt(denominator) },
      })),
    }));
  return {
    baseCurrency,
    navDecimals,
    navRounding,
    rates: new Map(
      inputs.rates.map(({ currency, units, per }) => [
        currency,
        { units: parseDecimal(units), per: parseDecimal(per) },
      ]),
    ),
    positions: inputs.positions.map(toPosition),
    interests: inputs.interests.map(({ currency, due, posted }) => ({
      currency,
      dueMinor: parseAmount(due, currency),
      postedMinor: parseAmount(posted, currency),
    })),
    exchanges: inputs.exchanges.map(({ currency, net, carried }) => ({
      currency,
      netMinor: parseAmount(net, currency),
      carriedMinor: base(carried),
    })),
    unallocatedMinor: base(inputs.unallocated),
    fees: feesOf(inputs.fees),
    classes: inputs.classes.map(
      ({ code, currency, units, opening, ownItems, fees }): StrikeClass => ({
        key: code,
        currency,
        units: parseDecimal(units),
        openingMinor: base(opening),
        ownItemsMinor: base(ownItems),
        fees: feesOf(fees),
      }),
    ),
  };
}

function toPosition(position: ValuationInputs["positions"][number]): StrikePosition {
  const { isin, currency, quantity, cost, appreciation, price } = position;
  const minor = (amount: string): bigint => parseAmount(amount, currency);
  return {
    isin,
    currency,
    quantity: parseDecimal(quantity),
    costMinor: minor(cost),
    appreciationMinor: minor(appreciation),
    price: price === null ? undefined : toStrikePrice(price),
  };
}

/** A price as a strike computes with it. */
export const toStrikePrice = ({
  price,
  kind,
}: Pick<KnownPrice, "price" | "kind">): NonNullable<StrikePosition["price"]> => ({
  value: parseDecimal(price),
  isPercent: kind === "NOMINAL_PERCENT",
});

/** What a strike on these inputs leads to, as it is published. */
export function figuresOf(inputs: ValuationInputs): ValuationFigures {
  return toFigures(strike(toStrikeInput(inputs)), inputs);
}

/** What a strike led to, as it is published. */
export function toFigures(struck: Strike, inputs: ValuationInputs): ValuationFigures {
  const { baseCurrency, navDecimals } = inputs;
  const base = (minor: bigint): string => formatAmount(minor, baseCurrency);
  const idOf = new Map(inputs.classes.map(({ code, classId }) => [code, classId]));
  return {
    netAssets: base(struck.netAssetsMinor),
    commonResult: base(struck.commonMinor),
    unallocated: base(struck.leftMinor),
    classes: struck.classes.map((one) => ({
      classId: idOf.get(one.key) ?? "",
      code: one.key,
      currency: one.currency,
      units: formatScaled(one.units.unscaled, one.units.scale),
      fees: base(one.feesMinor),
      commonShare: base(one.commonShareMinor),
      result: base(one.resultMinor),
      netAssetsBase: base(one.netAssetsBaseMinor),
      netAssets: formatAmount(one.netAssetsMinor, one.currency),
      navPerUnit: one.navPerUnit === undefined ? null : formatScaled(one.navPerUnit, navDecimals),
    })),
    fees: struck.fees.map(({ kind, classKey, amountMinor }) => ({
      kind,
      classId: classKey === undefined ? null : (idOf.get(classKey) ?? ""),
      amount: base(amountMinor),
    })),
    revaluations: struck.revaluations.map(({ currency, netMinor, carriedMinor, changeMinor }) => ({
      currency,
      net: formatAmount(netMinor, currency),
      carried: base(carriedMinor),
      change: base(changeMinor),
    })),
  };
}
