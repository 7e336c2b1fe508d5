import { AppError } from "@allfunds/contract/errors";
import {
  formatAmount,
  parseAmount,
  parseDecimal,
  PARITY,
  type Quotation,
} from "@allfunds/contract/money";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { dealingOf } from "../calendars/cut-off.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { postFact, type FactEntry } from "../fund-terms/fund-posting.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { firstOpenDay } from "../periods/period.ts";
import {
  classTermsOn,
  requireShareClass,
  unitAsset,
  type ShareClassRow,
} from "../share-classes/share-class.ts";
import {
  dealRedemption,
  dealSubscription,
  dealSwitchIn,
  NO_CHARGE,
  type Dealt,
  type DealingPrice,
  type Ordered,
} from "./deal-order.ts";
import { unitsOn } from "./investor-account.ts";
import { refuseUncleared } from "./order-gates.ts";
import {
  evolveOrder,
  ORDER,
  type OrderDealt,
  type OrderDeferred,
  type OrderRejected,
  type OrderState,
} from "./order-state.ts";

/** The NAV at which orders of a class are dealt. */
interface PublishedPrice {
  /** NAV per unit in the currency of the class, a decimal string. */
  readonly nav: string;
  /** Units of its currency for one of base are `units / per`; null where they are the same. */
  readonly rate: { readonly units: string; readonly per: string } | null;
}

export interface Publication {
  readonly valuationId: string;
  readonly dealingDate: string;
  /** By class; one without a NAV deals at the launch price when it has no units yet, and else not at all. */
  readonly prices: ReadonlyMap<string, PublishedPrice>;
}

/**
 * Deals every order of a dealing date and of the ones before it that still waits, in the order of the book. What a
 * gate refuses by now is rejected with its code; orders of a suspended class go to the next dealing date. Folds
 * all of it into the draft and returns the events, one order a step.
 */
export function* dealOrders(
  draft: BookState,
  publication: Publication,
): Generator<void, DomainEvent[]> {
  const waiting = [...draft.all(ORDER).values()]
    .filter(({ status }) => status === "ACCEPTED" || status === "DEFERRED")
    .filter(({ dealingDate }) => dealingDate <= publication.dealingDate)
    .toSorted((a, b) => a.position - b.position || (a.leg === "OUT" ? -1 : 1));
  const chart = new FundChart(draft);
  const events: DomainEvent[] = [];
  for (const order of waiting) {
    // The leg into a class is dealt with the one out of the other.
    if (order.leg === "IN") continue;
    events.push(...dealOne({ draft, chart, publication }, order));
    yield;
  }
  return events;
}

interface Dealing {
  readonly draft: BookState;
  readonly chart: FundChart;
  readonly publication: Publication;
}

function dealOne(dealing: Dealing, order: OrderState): DomainEvent[] {
  const legs = [order, ...linkedOf(dealing.draft, order)];
  if (legs.some(({ classId }) => isSuspended(dealing.draft, classId))) {
    return legs.map((leg) => defer(dealing, leg));
  }
  const attempt = dealing.draft.fork();
  try {
    const dealt = dealLegs({ ...dealing, draft: attempt, chart: dealing.chart.on(attempt) }, legs);
    attempt.mergeIntoParent();
    return dealt;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    return legs.map((leg) => reject(dealing, leg, code, message));
  }
}

const linkedOf = (draft: BookState, { linkedOrderId }: OrderState): OrderState[] => {
  const linked = linkedOrderId === null ? undefined : draft.get(ORDER, linkedOrderId);
  return linked === undefined ? [] : [linked];
};

const isSuspended = (draft: BookState, classId: string): boolean =>
  requireShareClass(draft, classId).status === "SUSPENDED";

function defer({ draft, chart, publication }: Dealing, order: OrderState): OrderDeferred {
  const terms = requireTerms(draft, publication.dealingDate);
  const next = dealingOf(terms, order.receivedAt, publication.dealingDate);
  const event: OrderDeferred = {
    type: "OrderDeferred",
    orderId: order.id,
    fundId: chart.fundId,
    dealingDate: next.dealingDate,
    settlementDate: next.settlementDate,
    cutOffAt: next.cutOffAt.toISOString(),
    reason: "The class is suspended",
  };
  evolveOrder(draft, event);
  return event;
}

function reject(
  { draft, chart }: Dealing,
  order: OrderState,
  code: string,
  reason: string,
): OrderRejected {
  const event: OrderRejected = {
    type: "OrderRejected",
    orderId: order.id,
    fundId: chart.fundId,
    code,
    reason,
  };
  evolveOrder(draft, event);
  return event;
}

function dealLegs(dealing: Dealing, legs: readonly OrderState[]): DomainEvent[] {
  const [order, into] = legs;
  if (order === undefined) return [];
  refuseUncleared(dealing.draft.tenant, order, dealing.publication.dealingDate);
  if (into !== undefined) return dealSwitch(dealing, order, into);
  const { price, shareClass } = priceOf(dealing, order);
  const ordered = orderedOf(order);
  const isSubscription = order.orderKind === "SUBSCRIPTION";
  const dealt = isSubscription ? dealSubscription(ordered, price) : dealRedemption(ordered, price);
  refuseNothing(dealt);
  if (!isSubscription) refuseShortage(dealing.draft, order, dealt.units);
  const of = { order, shareClass, dealt };
  const entries = isSubscription ? subscribed(dealing, of) : redeemed(dealing, of);
  return record(dealing, of, [...entries, ...unitEntries(dealing, of, isSubscription)]);
}

/** Both legs are one transaction of capital: no cash moves. */
function dealSwitch(dealing: Dealing, out: OrderState, into: OrderState): DomainEvent[] {
  const from = priceOf(dealing, out);
  const to = priceOf(dealing, into);
  const given = dealRedemption(orderedOf(out), { ...from.price, chargeRate: NO_CHARGE });
  refuseNothing(given);
  refuseShortage(dealing.draft, out, given.units);
  const taken = dealSwitchIn(given, from.price, { ...to.price, chargeRate: NO_CHARGE });
  refuseNothing(taken);
  const { chart } = dealing;
  const capital = (shareClass: ShareClassRow): string =>
    chart.idOf("UNIT_CAPITAL", { classCode: shareClass.code });
  const ofOut = { order: out, shareClass: from.shareClass, dealt: given };
  const ofInto = { order: into, shareClass: to.shareClass, dealt: taken };
  const moved = [
    debit(capital(from.shareClass), given.amountBase),
    credit(capital(to.shareClass), given.amountBase),
  ];
  const own = record(dealing, ofOut, [...moved, ...unitEntries(dealing, ofOut, false)]);
  return [...own, ...record(dealing, ofInto, unitEntries(dealing, ofInto, true))];
}

export const debit = (accountId: string, amountMinor: bigint): FactEntry => ({
  accountId,
  side: "DEBIT",
  amountMinor,
});
export const credit = (accountId: string, amountMinor: bigint): FactEntry => ({
  accountId,
  side: "CREDIT",
  amountMinor,
});

const orderedOf = ({ amountMinor, units }: OrderState): Ordered =>
  amountMinor === null ? { units: units ?? 0n } : { amountMinor };

function refuseNothing({ units, amountMinor }: Dealt): void {
  if (units > 0n && amountMinor > 0n) return;
  throw new AppError("BELOW_MINIMUM", "At this NAV the order comes to no units or no money.");
}

/** More units may be needed than were reserved, when the price has fallen. */
function refuseShortage(draft: BookState, order: OrderState, units: bigint): void {
  if (units <= unitsOn(draft, order.accountId).free + order.heldUnits) return;
  throw new AppError("INSUFFICIENT_UNITS", "The account does not have as many units by now.");
}

interface PricedClass {
  readonly price: DealingPrice;
  readonly shareClass: ShareClassRow;
}

function priceOf({ draft, chart, publication }: Dealing, order: OrderState): PricedClass {
  const shareClass = requireShareClass(draft, order.classId);
  const published = publication.prices.get(order.classId);
  if (published === undefined) {
    throw new AppError("PRICE_MISSING", `Class ${shareClass.code} has no NAV on that date.`);
  }
  const nav = parseDecimal(published.nav);
  if (nav.unscaled <= 0n) {
    throw new AppError("PRICE_MISSING", `The NAV of class ${shareClass.code} is not above zero.`);
  }
  const terms = requireTerms(draft, publication.dealingDate);
  const classTerms = classTermsOn(shareClass, publication.dealingDate);
  const own =
    order.orderKind === "SUBSCRIPTION" ? classTerms.entryCharge.rate : classTerms.exitChargeRate;
  const price = {
    nav,
    currency: order.currency,
    base: chart.base,
    rate: quotationOf(published),
    unitDecimals: shareClass.unitDecimals,
    unitRounding: terms.unitRounding,
    amountRounding: terms.amountRounding,
    chargeRate: parseDecimal(order.chargeRate ?? own),
  };
  return { price, shareClass };
}

const quotationOf = ({ rate }: PublishedPrice): Quotation =>
  rate === null ? PARITY : { units: parseDecimal(rate.units), per: parseDecimal(rate.per) };

interface DealtOrder {
  readonly order: OrderState;
  readonly shareClass: ShareClassRow;
  readonly dealt: Dealt;
}

/** Money due or paid before against capital and charge; a foreign amount goes through the exchange pair. */
function subscribed(
  { chart, publication }: Dealing,
  { order, shareClass, dealt }: DealtOrder,
): FactEntry[] {
  const { currency } = order;
  const { code: classCode } = shareClass;
  const { to } = classTermsOn(shareClass, publication.dealingDate).entryCharge;
  const paid = order.settledMinor < dealt.amountMinor ? order.settledMinor : dealt.amountMinor;
  const toDistributor = to === "DISTRIBUTOR" ? dealt.chargeMinor : 0n;
  const capital = credit(chart.idOf("UNIT_CAPITAL", { classCode }), dealt.netBase);
  const money = [
    debit(chart.idOf("SUBSCRIPTIONS_IN_ADVANCE", { currency }), paid),
    debit(chart.idOf("SUBSCRIPTIONS_RECEIVABLE", { currency }), dealt.amountMinor - paid),
    credit(chart.idOf("ENTRY_CHARGES_PAYABLE", { currency }), toDistributor),
  ];
  const toClass = to === "CLASS" ? dealt.amountBase - dealt.netBase : 0n;
  const charge = credit(chart.idOf("EXIT_CHARGES", { classCode }), toClass);
  if (currency === chart.base) return [...money, capital, charge];
  const inClass = dealt.amountMinor - toDistributor;
  return [
    ...money,
    credit(chart.idOf("EXCHANGE_FOREIGN", { currency }), inClass),
    debit(chart.idOf("EXCHANGE_BASE", { currency }), dealt.netBase + toClass),
    capital,
    charge,
  ];
}

function redeemed({ chart }: Dealing, { order, shareClass, dealt }: DealtOrder): FactEntry[] {
  const { currency } = order;
  const { code: classCode } = shareClass;
  const entries = [
    debit(chart.idOf("UNIT_CAPITAL", { classCode }), dealt.amountBase),
    credit(chart.idOf("REDEMPTIONS_PAYABLE", { currency }), dealt.netMinor),
    credit(chart.idOf("EXIT_CHARGES", { classCode }), dealt.amountBase - dealt.netBase),
  ];
  if (currency === chart.base) return entries;
  return [
    ...entries,
    debit(chart.idOf("EXCHANGE_FOREIGN", { currency }), dealt.netMinor),
    credit(chart.idOf("EXCHANGE_BASE", { currency }), dealt.netBase),
  ];
}

function unitEntries(
  { chart }: Dealing,
  { order, shareClass, dealt }: DealtOrder,
  isIssued: boolean,
): FactEntry[] {
  const asset = unitAsset(shareClass);
  const inIssue = chart.idOf("UNITS_IN_ISSUE", { classCode: shareClass.code, asset });
  return isIssued
    ? [debit(inIssue, dealt.units), credit(order.accountId, dealt.units)]
    : [debit(order.accountId, dealt.units), credit(inIssue, dealt.units)];
}

/** The event first, so that the units it reserved are free to be taken. */
function record(
  { draft, chart, publication }: Dealing,
  { order, shareClass, dealt }: DealtOrder,
  entries: readonly FactEntry[],
): DomainEvent[] {
  const published = publication.prices.get(order.classId);
  const transactionId = uuidOfText(`order ${order.id} ${publication.valuationId}`);
  const event: OrderDealt = {
    type: "OrderDealt",
    orderId: order.id,
    fundId: chart.fundId,
    classId: order.classId,
    valuationId: publication.valuationId,
    dealingDate: publication.dealingDate,
    price: published?.nav ?? null,
    rate: published?.rate ?? null,
    units: formatAmount(dealt.units, unitAsset(shareClass)),
    currency: order.currency,
    amount: formatAmount(dealt.amountMinor, order.currency),
    charge: formatAmount(dealt.chargeMinor, order.currency),
    transactionId,
  };
  evolveOrder(draft, event);
  const posted = postFact(draft, {
    transactionId,
    effectiveDate: publication.dealingDate,
    description: `${describe(order)} of class ${shareClass.code}`,
    fact: "ORDER",
    factId: order.id,
    entries,
  });
  return [event, ...chart.opened.splice(0), posted];
}

const describe = ({ orderKind }: OrderState): string =>
  orderKind.charAt(0) + orderKind.slice(1).toLowerCase();

/**
 * Deals a transfer, which has no price: its units go from the one account to the other on a day, the first open one
 * when it is in a closed period.
 */
export function transferUnits(
  draft: BookState,
  { id, classId, currency, units, accountId, toAccountId }: OrderState,
  day: string,
): DomainEvent[] {
  const date = firstOpenDay(draft, day);
  const shareClass = requireShareClass(draft, classId);
  const transactionId = uuidOfText(`order ${id} transfer`);
  const moved = units ?? 0n;
  const dealt: OrderDealt = {
    type: "OrderDealt",
    orderId: id,
    fundId: new FundChart(draft).fundId,
    classId,
    valuationId: null,
    dealingDate: date,
    price: null,
    rate: null,
    units: formatAmount(moved, unitAsset(shareClass)),
    currency,
    amount: formatAmount(0n, currency),
    charge: formatAmount(0n, currency),
    transactionId,
  };
  evolveOrder(draft, dealt);
  const posted = postFact(draft, {
    transactionId,
    effectiveDate: date,
    description: `Transfer of class ${shareClass.code}`,
    fact: "ORDER",
    factId: id,
    entries: [debit(accountId, moved), credit(toAccountId ?? "", moved)],
  });
  return [dealt, posted];
}

/** For a replay: refuses figures of a dealt order that do not follow from price, rate and terms. */
export function refuseOtherDealing(state: BookState, event: OrderDealt): void {
  const order = state.get(ORDER, event.orderId);
  if (order === undefined || event.valuationId === null || order.leg === "IN") return;
  if (event.price === null) throw new AppError("PRICE_MISSING", "The order was dealt at no price.");
  const prices = new Map([[event.classId, { nav: event.price, rate: event.rate }]]);
  const { valuationId, dealingDate } = event;
  const draft = state.fork();
  const dealing = {
    draft,
    chart: new FundChart(draft),
    publication: { valuationId, dealingDate, prices },
  };
  const { price } = priceOf(dealing, order);
  const own = order.leg === "OUT" ? { ...price, chargeRate: NO_CHARGE } : price;
  const right =
    order.orderKind === "SUBSCRIPTION"
      ? dealSubscription(orderedOf(order), own)
      : dealRedemption(orderedOf(order), own);
  const asset = unitAsset(requireShareClass(state, order.classId));
  const isSame =
    parseAmount(event.units, asset) === right.units &&
    parseAmount(event.amount, event.currency) === right.amountMinor &&
    parseAmount(event.charge, event.currency) === right.chargeMinor;
  if (!isSame)
    throw new AppError("INVALID_AMOUNT", `Order ${order.id} was dealt at other figures.`);
}
