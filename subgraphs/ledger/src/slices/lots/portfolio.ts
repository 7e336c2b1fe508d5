import {
  currencyScale,
  divideRounded,
  parseDecimal,
  productMinor,
  share,
  type Decimal,
} from "@allfunds/contract/money";
import {
  addLot,
  LOT_SCALE,
  netCost,
  netQuantity,
  quantityOf,
  takeLots,
  type Lot,
  type LotPart,
  type Lots,
  type Side,
} from "./lot.ts";
import { returnCapital, separateLots, splitLots, type Ratio } from "./lot-actions.ts";
import {
  amountOf,
  inBase,
  namedParts,
  parseQuantity,
  type IncomeFact,
  type MergerFact,
  type PortfolioFact,
  type ReturnOfCapitalFact,
  type SpinOffFact,
  type SplitFact,
  type TradeFact,
} from "./portfolio-fact.ts";

/** Lots of every security of a fund, or of those that depend on each other. */
export type Holdings = ReadonlyMap<string, Lots>;

/** What was realised: price in the currency of the security, and both parts in base. */
export interface Realised {
  readonly gainMinor: bigint;
  readonly gainBaseMinor: bigint;
  readonly currencyBaseMinor: bigint;
}

const NOTHING: Realised = { gainMinor: 0n, gainBaseMinor: 0n, currencyBaseMinor: 0n };

/** What a fact leads to: lots before and after, what it closed, and amounts that postings follow from. */
export interface Outcome {
  readonly fact: PortfolioFact;
  /** By security. */
  readonly before: Holdings;
  readonly after: Holdings;
  readonly parts: readonly LotPart[];
  readonly realised: Realised;
  /** Cash of a capital action or income, in the currency of the security; zero of a trade. */
  readonly cashMinor: bigint;
  readonly income: Income | undefined;
}

/** Income of a day, in the currency of the security. */
interface Income {
  readonly grossMinor: bigint;
  /** Withheld for good. */
  readonly taxMinor: bigint;
  readonly reclaimableMinor: bigint;
}

const lotsIn = (holdings: Holdings, isin: string): Lots => holdings.get(isin) ?? [];

/** Folds one fact into holdings. LOTS_EXCEEDED when it closes more than there is. */
export function applyFact(holdings: Holdings, fact: PortfolioFact, base: string): Outcome {
  switch (fact.kind) {
    case "BUY":
    case "SELL":
      return trade(holdings, fact, base);
    case "SPLIT":
      return split(holdings, fact, base);
    case "RETURN_OF_CAPITAL":
      return capitalReturned(holdings, fact, base);
    case "SPIN_OFF":
    case "RIGHTS":
      return spinOff(holdings, fact, base);
    case "MERGER":
      return merger(holdings, fact, base);
    case "DIVIDEND":
    case "COUPON":
      return income(holdings, fact);
  }
}

/** Folds facts in the order given; the holdings behind the last are `after` of the last outcome. */
export function applyFacts(
  holdings: Holdings,
  facts: readonly PortfolioFact[],
  base: string,
): Outcome[] {
  const now = new Map(holdings);
  return facts.map((fact) => {
    const outcome = applyFact(now, fact, base);
    for (const [isin, lots] of outcome.after) now.set(isin, lots);
    return outcome;
  });
}

const outcomeOf = (
  fact: PortfolioFact,
  before: readonly (readonly [string, Lots])[],
  after: readonly (readonly [string, Lots])[],
  more: Partial<Pick<Outcome, "parts" | "realised" | "cashMinor" | "income">> = {},
): Outcome => ({
  fact,
  before: new Map(before),
  after: new Map(after),
  parts: more.parts ?? [],
  realised: more.realised ?? NOTHING,
  cashMinor: more.cashMinor ?? 0n,
  income: more.income,
});

/**
 * A trade closes lots of the other side first, then opens one of its own. A sale beyond what is held is refused
 * unless the fund sells short, and then split in two.
 */
function trade(holdings: Holdings, fact: TradeFact, base: string): Outcome {
  const lots = lotsIn(holdings, fact.isin);
  const [opens, closes]: [Side, Side] = fact.kind === "BUY" ? ["LONG", "SHORT"] : ["SHORT", "LONG"];
  const quantity = parseQuantity(fact.quantity);
  const held = quantityOf(lots, closes);
  const closing =
    fact.kind === "SELL" && !fact.allowsShort ? quantity : held < quantity ? held : quantity;
  const { parts, left } = takeLots(lots, closes, closing, fact.method, namedParts(fact));
  const consideration = considerationOf(fact);
  const closedFor = quantity === closing ? consideration : share(consideration, closing, quantity);
  const opened: Lot = {
    id: fact.id,
    side: opens,
    date: fact.date,
    quantity: quantity - closing,
    costMinor: consideration - closedFor,
    baseCostMinor: inBase(fact, base, consideration - closedFor),
  };
  const after = opened.quantity === 0n ? left : addLot(left, opened, fact.method);
  const realised = realise(fact, base, parts, closedFor, closes);
  return outcomeOf(fact, [[fact.isin, lots]], [[fact.isin, after]], { parts, realised });
}

/** What a lot costs, or what a sale brings: costs are in it where the fund capitalises them. */
function considerationOf(fact: TradeFact): bigint {
  const gross = amountOf(fact, fact.gross);
  if (!fact.capitalisesCosts) return gross;
  const costs = amountOf(fact, fact.costs);
  return fact.kind === "BUY" ? gross + costs : gross - costs;
}

/** Gain of the price at the day's rate; of the currency, cost at the day's rate less cost in base when opened. */
function realise(
  fact: PortfolioFact,
  base: string,
  parts: readonly Pick<LotPart, "costMinor" | "baseCostMinor">[],
  amountMinor: bigint,
  side: Side = "LONG",
): Realised {
  const cost = parts.reduce((sum, part) => sum + part.costMinor, 0n);
  const baseCost = parts.reduce((sum, part) => sum + part.baseCostMinor, 0n);
  const sign = side === "LONG" ? 1n : -1n;
  const gainMinor = sign * (amountMinor - cost);
  return {
    gainMinor,
    gainBaseMinor: inBase(fact, base, gainMinor),
    currencyBaseMinor: sign * (inBase(fact, base, cost) - baseCost),
  };
}

const ratioOf = ({ newUnits, oldUnits }: { newUnits: string; oldUnits: string }): Ratio => ({
  units: parseQuantity(newUnits),
  of: parseQuantity(oldUnits),
});

/** Cash in lieu of a fraction: its quantity x the price of a unit. */
function cashFor(fact: PortfolioFact, parts: readonly LotPart[], price: string | null): bigint {
  if (price === null || parts.length === 0) return 0n;
  const quantity = parts.reduce((sum, part) => sum + part.quantity, 0n);
  return productMinor([units(quantity), parseDecimal(price)], fact.currency);
}

const units = (quantity: bigint): Decimal => ({ unscaled: quantity, scale: LOT_SCALE });

function split(holdings: Holdings, fact: SplitFact, base: string): Outcome {
  const lots = lotsIn(holdings, fact.isin);
  const { lots: after, fraction } = splitLots(lots, ratioOf(fact), fact.fractions, fact.method);
  const cashMinor = cashFor(fact, fraction, fact.fractions.price);
  const realised = realise(fact, base, fraction, cashMinor);
  const more = { parts: fraction, realised, cashMinor };
  return outcomeOf(fact, [[fact.isin, lots]], [[fact.isin, after]], more);
}

function capitalReturned(holdings: Holdings, fact: ReturnOfCapitalFact, base: string): Outcome {
  const lots = lotsIn(holdings, fact.isin);
  const cashMinor = perUnit(fact, fact.perUnit, quantityOf(lots, "LONG"));
  const { lots: after, ...returned } = returnCapital(lots, cashMinor);
  const realised = realise(fact, base, [returned], cashMinor);
  return outcomeOf(fact, [[fact.isin, lots]], [[fact.isin, after]], { realised, cashMinor });
}

const perUnit = (fact: PortfolioFact, amount: string, quantity: bigint): bigint =>
  productMinor([units(quantity), parseDecimal(amount)], fact.currency);

function spinOff(holdings: Holdings, fact: SpinOffFact, base: string): Outcome {
  const [parent, child] = [lotsIn(holdings, fact.isin), lotsIn(holdings, fact.intoIsin)];
  const terms = {
    ratio: ratioOf(fact),
    costShare: fact.costShare,
    fractions: fact.fractions,
    keepsParent: true,
  };
  const separated = separateLots(parent, child, terms, fact.method);
  const cashMinor = cashFor(fact, separated.fraction, fact.fractions.price);
  const realised = realise(fact, base, separated.fraction, cashMinor);
  return outcomeOf(
    fact,
    [
      [fact.isin, parent],
      [fact.intoIsin, child],
    ],
    [
      [fact.isin, separated.parent],
      [fact.intoIsin, separated.child],
    ],
    { parts: separated.fraction, realised, cashMinor },
  );
}

/** Cost goes over to the new security but for the share that cash realises. */
function merger(holdings: Holdings, fact: MergerFact, base: string): Outcome {
  const [parent, child] = [lotsIn(holdings, fact.isin), lotsIn(holdings, fact.intoIsin)];
  const cash = perUnit(fact, fact.cashPerUnit, quantityOf(parent, "LONG"));
  const forCash = parent.filter(({ side }) => side === "LONG").map((lot) => sharedOut(lot, fact));
  const left = parent.map((lot): Lot => {
    const part = lot.side === "LONG" ? forCash.find(({ lotId }) => lotId === lot.id) : undefined;
    const [cost, baseCost] = [part?.costMinor ?? 0n, part?.baseCostMinor ?? 0n];
    return { ...lot, costMinor: lot.costMinor - cost, baseCostMinor: lot.baseCostMinor - baseCost };
  });
  const terms = {
    ratio: ratioOf(fact),
    costShare: "1",
    fractions: fact.fractions,
    keepsParent: false,
  };
  const separated = separateLots(left, child, terms, fact.method);
  const inLieu = cashFor(fact, separated.fraction, fact.fractions.price);
  const closed = [...forCash, ...separated.fraction];
  return outcomeOf(
    fact,
    [
      [fact.isin, parent],
      [fact.intoIsin, child],
    ],
    [
      [fact.isin, separated.parent],
      [fact.intoIsin, separated.child],
    ],
    {
      parts: closed,
      realised: realise(fact, base, closed, cash + inLieu),
      cashMinor: cash + inLieu,
    },
  );
}

function sharedOut(lot: Lot, { cashCostShare }: MergerFact): LotPart {
  const { unscaled, scale } = parseDecimal(cashCostShare);
  const of = (minor: bigint): bigint =>
    divideRounded(minor * unscaled, 10n ** BigInt(scale), "HALF_UP");
  return {
    lotId: lot.id,
    quantity: 0n,
    costMinor: of(lot.costMinor),
    baseCostMinor: of(lot.baseCostMinor),
  };
}

/** Income of what is held at the open of the day; of units sold short it is owed. */
function income(holdings: Holdings, fact: IncomeFact): Outcome {
  const lots = lotsIn(holdings, fact.isin);
  const grossMinor = grossIncome(fact, netQuantity(lots));
  const withheld = productMinor(
    [minor(fact, grossMinor), parseDecimal(fact.withholdingRate)],
    fact.currency,
  );
  const reclaimableMinor = productMinor(
    [minor(fact, withheld), parseDecimal(fact.reclaimableShare)],
    fact.currency,
  );
  const taxMinor = withheld - reclaimableMinor;
  return outcomeOf(fact, [[fact.isin, lots]], [[fact.isin, lots]], {
    cashMinor: grossMinor - withheld,
    income: { grossMinor, taxMinor, reclaimableMinor },
  });
}

function grossIncome(fact: IncomeFact, quantity: bigint): bigint {
  if (fact.perUnit !== null) return perUnit(fact, fact.perUnit, quantity);
  const [numerator, denominator] = [
    parseDecimal(fact.couponUnits ?? "0"),
    parseDecimal(fact.couponPer ?? "1"),
  ];
  const exact = scaleOf(fact);
  const dividend = quantity * numerator.unscaled * 10n ** BigInt(denominator.scale) * exact;
  const divisor = denominator.unscaled * 10n ** BigInt(LOT_SCALE + numerator.scale);
  return divideRounded(dividend, divisor, "HALF_UP");
}

const scaleOf = ({ currency }: PortfolioFact): bigint => 10n ** BigInt(currencyScale(currency));

const minor = ({ currency }: PortfolioFact, unscaled: bigint): Decimal => ({
  unscaled,
  scale: currencyScale(currency),
});

/** By how much an outcome changes the cost and the count of a security. */
export function changeOf(
  { before, after }: Outcome,
  isin: string,
): { readonly quantity: bigint; readonly costMinor: bigint } {
  const [from, to] = [lotsIn(before, isin), lotsIn(after, isin)];
  return {
    quantity: netQuantity(to) - netQuantity(from),
    costMinor: netCost(to) - netCost(from),
  };
}
