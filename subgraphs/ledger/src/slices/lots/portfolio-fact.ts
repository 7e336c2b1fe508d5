import {
  formatScaled,
  parseAmount,
  parseDecimal,
  translate,
  type Quotation,
} from "@allfunds/contract/money";
import { LOT_SCALE, type LotMethod, type NamedPart } from "./lot.ts";

/*
 * What moves the lots of a fund, as its events have it. Quantities, rates and shares are decimal strings, amounts
 * decimal strings with the decimals of their currency, dates `YYYY-MM-DD`.
 */

interface Fact {
  /** Id of the trade or corporate action. */
  readonly id: string;
  readonly isin: string;
  /** Currency of the security, in which amounts are. */
  readonly currency: string;
  /** Decimals in which its units are counted. */
  readonly quantityDecimals: number;
  /** Trade date, or the date on which an action takes effect at the open. */
  readonly date: string;
  /** In which order they were recorded: of one day the earlier comes first. */
  readonly sequence: number;
  /** Units of the currency for one of the fund's base currency on that day. */
  readonly rate: RateRecord;
  /** Value date of what it posts: the date, or a later day where the books of that day are published. */
  readonly bookedOn: string;
}

/** A rate by value: `units / per` units of the currency for one of base, and what it was made of. */
export interface RateRecord {
  readonly units: string;
  readonly per: string;
  /** The day it is for; null for the base currency itself. */
  readonly date: string | null;
  readonly source: string | null;
}

export interface TradeFact extends Fact {
  readonly kind: "BUY" | "SELL";
  /** Local time of execution, `HH:MM:SS`; trades of a day without one come behind those with one. */
  readonly time: string | null;
  /** Whether it counts units before (OLD) or after what takes effect on its day. */
  readonly unitsBasis: "NEW" | "OLD";
  readonly quantity: string;
  /** Units x price as executed, without costs and interest. */
  readonly gross: string;
  readonly costs: string;
  /** Accrued interest bought or sold. */
  readonly accrued: string;
  readonly method: LotMethod;
  /** Whether costs go into the lots, or are an expense. */
  readonly capitalisesCosts: boolean;
  /** Whether more may be sold than is held. */
  readonly allowsShort: boolean;
  /** For SPECIFIC: which lots it closes. */
  readonly lots: readonly { readonly lotId: string; readonly quantity: string }[];
}

interface ActionFact extends Fact {
  readonly method: LotMethod;
  readonly payDate: string | null;
}

/** What fractions of a unit become. */
interface Fractions {
  /** Decimals of a unit that the position keeps. */
  readonly decimals: number;
  /** What one unit is worth, for the cash in lieu of the rest; null when nothing is paid. */
  readonly price: string | null;
}

export interface SplitFact extends ActionFact {
  readonly kind: "SPLIT";
  /** New units for old ones, `3` for `2`. */
  readonly newUnits: string;
  readonly oldUnits: string;
  readonly fractions: Fractions;
}

export interface ReturnOfCapitalFact extends ActionFact {
  readonly kind: "RETURN_OF_CAPITAL";
  readonly perUnit: string;
}

/** Another security that comes out of one. */
interface Into {
  readonly intoIsin: string;
  readonly intoDecimals: number;
  /** Units of the other for units of this one; `0` when there are none. */
  readonly newUnits: string;
  readonly oldUnits: string;
  readonly fractions: Fractions;
}

export interface SpinOffFact extends ActionFact, Into {
  readonly kind: "SPIN_OFF" | "RIGHTS";
  /** Share of each lot's cost that goes to the other security, 0 to 1. */
  readonly costShare: string;
}

export interface MergerFact extends ActionFact, Into {
  readonly kind: "MERGER";
  /** Cash for one unit of this security; `0` for none. */
  readonly cashPerUnit: string;
  /** Share of each lot's cost that the cash realises, 0 to 1. */
  readonly cashCostShare: string;
}

export interface IncomeFact extends ActionFact {
  readonly kind: "DIVIDEND" | "COUPON";
  /** Gross for one unit; null of a coupon that follows from the bond's terms. */
  readonly perUnit: string | null;
  /** For a coupon without `perUnit`: what one unit of nominal gets, as an exact fraction. */
  readonly couponUnits: string | null;
  readonly couponPer: string | null;
  /** Share of the gross that is withheld, and of that what can be reclaimed, 0 to 1. */
  readonly withholdingRate: string;
  readonly reclaimableShare: string;
  /** Of a coupon: interest that stood accrued in the books before it. */
  readonly accruedBefore: string;
}

export type CorporateActionFact =
  | SplitFact
  | ReturnOfCapitalFact
  | SpinOffFact
  | MergerFact
  | IncomeFact;

export type PortfolioFact = TradeFact | CorporateActionFact;

export const isTrade = (fact: PortfolioFact): fact is TradeFact =>
  fact.kind === "BUY" || fact.kind === "SELL";

/** Actions take effect at the open; a trade of the day that counts old units goes before them. */
function phaseOf(fact: PortfolioFact): number {
  if (!isTrade(fact)) return 1;
  return fact.unitsBasis === "OLD" ? 0 : 2;
}

const timeOf = (fact: PortfolioFact): string => (isTrade(fact) ? (fact.time ?? "~") : "");

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The securities whose lots a fact changes. */
export const isinsOf = (fact: PortfolioFact): string[] =>
  "intoIsin" in fact ? [fact.isin, fact.intoIsin] : [fact.isin];

/** The order in which facts take effect, in whatever order they were recorded. */
export const byEffect = (a: PortfolioFact, b: PortfolioFact): number =>
  compare(a.date, b.date) ||
  phaseOf(a) - phaseOf(b) ||
  compare(timeOf(a), timeOf(b)) ||
  a.sequence - b.sequence;

/** A quantity in units x 10^-18. */
export function parseQuantity(text: string): bigint {
  const { unscaled, scale } = parseDecimal(text);
  return unscaled * 10n ** BigInt(LOT_SCALE - scale);
}

/** A quantity without zeros behind its last decimal. */
export function formatQuantity(quantity: bigint): string {
  const text = formatScaled(quantity, LOT_SCALE);
  return text.replace(/\.?0+$/, "");
}

export const namedParts = ({ lots }: TradeFact): NamedPart[] =>
  lots.map(({ lotId, quantity }) => ({ lotId, quantity: parseQuantity(quantity) }));

export const amountOf = (fact: Pick<Fact, "currency">, amount: string): bigint =>
  parseAmount(amount, fact.currency);

const quotationOf = ({ units, per }: RateRecord): Quotation => ({
  units: parseDecimal(units),
  per: parseDecimal(per),
});

/** A foreign amount in base at the rate of the fact. */
export const inBase = (fact: Fact, base: string, minor: bigint): bigint =>
  fact.currency === base ? minor : translate(minor, fact.currency, base, quotationOf(fact.rate));

export const PAR: RateRecord = { units: "1", per: "1", date: null, source: null };
