import type { AccountScope, FundAccountKind } from "../fund-terms/fund-accounts.ts";
import { LOT_SCALE } from "./lot.ts";
import {
  amountOf,
  inBase,
  isinsOf,
  isTrade,
  type PortfolioFact,
  type TradeFact,
} from "./portfolio-fact.ts";
import { changeOf, type Outcome } from "./portfolio.ts";

/** What a fact posts to an account: debit above zero, credit below, in minor units of the account. */
export interface Leg {
  readonly kind: FundAccountKind;
  readonly scope: AccountScope;
  readonly minor: bigint;
}

/** Legs of one outcome by account, so that those of a later one can be set against them. */
export class Legs {
  readonly #legs = new Map<string, Leg>();

  add(kind: FundAccountKind, scope: AccountScope, minor: bigint): void {
    const key = `${kind} ${scope.currency ?? ""} ${scope.asset ?? ""}`;
    const sum = (this.#legs.get(key)?.minor ?? 0n) + minor;
    this.#legs.set(key, { kind, scope, minor: sum });
  }

  addAll({ all }: Legs, sign: 1n | -1n): void {
    for (const { kind, scope, minor } of all) this.add(kind, scope, sign * minor);
  }

  /** Those that are not zero, in the order they were added. */
  get all(): Leg[] {
    return [...this.#legs.values()].filter(({ minor }) => minor !== 0n);
  }
}

/**
 * What an outcome posts: cost and count of what changed, cash or what is owed, result in base. What is income or
 * cost in a foreign currency moves through the pair of exchange accounts at the rate of the fact.
 */
export function legsOf(outcome: Outcome, base: string): Legs {
  const legs = new Legs();
  const { fact } = outcome;
  const inCurrency = { currency: fact.currency };
  for (const isin of isinsOf(fact)) addHolding(legs, outcome, isin);
  if (isTrade(fact)) addTrade(legs, fact, base);
  else addCash(legs, outcome, inCurrency);
  addRealised(legs, outcome, base);
  addIncome(legs, outcome, base);
  return legs;
}

/** Cost at the accounts of the currency; the count of units and its contra. */
function addHolding(legs: Legs, outcome: Outcome, isin: string): void {
  const { fact } = outcome;
  const { quantity, costMinor } = changeOf(outcome, isin);
  const decimals =
    "intoIsin" in fact && isin === fact.intoIsin ? fact.intoDecimals : fact.quantityDecimals;
  const asset = `${isin}/${decimals}`;
  const count = quantity / 10n ** BigInt(LOT_SCALE - decimals);
  legs.add("INVESTMENTS", { currency: fact.currency }, costMinor);
  legs.add("POSITION", { asset }, count);
  legs.add("POSITION_CONTRA", { asset }, -count);
}

function addTrade(legs: Legs, fact: TradeFact, base: string): void {
  const { currency } = fact;
  const [gross, costs, accrued] = [fact.gross, fact.costs, fact.accrued].map((amount) =>
    amountOf(fact, amount),
  ) as [bigint, bigint, bigint];
  if (fact.kind === "BUY") legs.add("PURCHASES_PAYABLE", { currency }, -(gross + costs + accrued));
  else legs.add("SALES_RECEIVABLE", { currency }, gross - costs + accrued);
  legs.add("ACCRUED_INTEREST", { currency }, fact.kind === "BUY" ? accrued : -accrued);
  if (!fact.capitalisesCosts) addResult(legs, fact, base, "TRANSACTION_COSTS", costs);
}

/** Cash of an action: at once, or owed until it is paid. */
function addCash(legs: Legs, { fact, cashMinor }: Outcome, scope: AccountScope): void {
  const isOwed = !isTrade(fact) && fact.payDate !== null && fact.payDate > fact.date;
  if (fact.kind === "COUPON") legs.add("COUPONS_RECEIVABLE", scope, cashMinor);
  else if (fact.kind === "DIVIDEND" || isOwed) legs.add("DIVIDENDS_RECEIVABLE", scope, cashMinor);
  else legs.add("BANK", scope, cashMinor);
}

function addRealised(legs: Legs, { fact, realised }: Outcome, base: string): void {
  addResult(legs, fact, base, "REALISED_PRICE", -realised.gainMinor);
  if (fact.currency === base) return;
  legs.add("EXCHANGE_BASE", { currency: fact.currency }, realised.currencyBaseMinor);
  legs.add("REALISED_CURRENCY", {}, -realised.currencyBaseMinor);
}

function addIncome(legs: Legs, { fact, income }: Outcome, base: string): void {
  if (income === undefined) return;
  const { grossMinor, taxMinor, reclaimableMinor } = income;
  legs.add("TAX_RECLAIMABLE", { currency: fact.currency }, reclaimableMinor);
  addResult(legs, fact, base, "WITHHOLDING_TAX", taxMinor);
  if (fact.kind !== "COUPON") return addResult(legs, fact, base, "DIVIDEND_INCOME", -grossMinor);
  const accrued = least(amountOf(fact, fact.accruedBefore), grossMinor);
  legs.add("ACCRUED_INTEREST", { currency: fact.currency }, -accrued);
  addResult(legs, fact, base, "INTEREST_INCOME", accrued - grossMinor);
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Result is kept in base: a foreign amount goes against one exchange account, its worth against the other. */
function addResult(
  legs: Legs,
  fact: PortfolioFact,
  base: string,
  kind: FundAccountKind,
  minor: bigint,
): void {
  const { currency } = fact;
  if (currency === base) return legs.add(kind, {}, minor);
  const worth = inBase(fact, base, minor);
  legs.add("EXCHANGE_FOREIGN", { currency }, minor);
  legs.add(kind, {}, worth);
  legs.add("EXCHANGE_BASE", { currency }, -worth);
}
