import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { OrderPlaced as PlacedPayload } from "@allfunds/contract/fund-administration";
import { formatAmount, parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { limitOf } from "../approval-limits/approval-limit.ts";
import { dateIn, dealingOf } from "../calendars/cut-off.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { postFact } from "../fund-terms/fund-posting.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import { isSamePerson } from "../proposals/proposal.ts";
import { publishedUntil } from "../published-navs/published-nav.ts";
import {
  lastPrice,
  requireShareClass,
  unitAsset,
  type ShareClassRow,
} from "../share-classes/share-class.ts";
import { unitsToHold } from "./deal-order.ts";
import { credit, debit } from "./deal-orders.ts";
import { investorAccount, unitsOn } from "./investor-account.ts";
import {
  estimated,
  minimumOf,
  refuseBelowMinimum,
  refuseChargeRate,
  refuseClosedClass,
  refuseMissingUnits,
  refuseUncleared,
} from "./order-gates.ts";
import {
  evolveOrder,
  inState,
  isWaiting,
  ORDER,
  PAST_ORDERS,
  requireOrder,
  type OrderApproved,
  type OrderCancelled,
  type OrderDealt,
  type OrderPlaced,
  type OrderRejected,
} from "./order-state.ts";

/** The command to place an order of an investor. */
export interface PlaceOrder {
  readonly kind: "PlaceOrder";
  readonly fundId: string;
  readonly orderId: string;
  readonly orderKind: PlacedPayload["orderKind"];
  readonly classId: string;
  readonly investorId: string;
  /** Of a switch, the class it goes into. */
  readonly toClassId: string | null;
  /** Of a transfer, who receives the units. */
  readonly toInvestorId: string | null;
  /** Decimal strings; one of the two. */
  readonly amount: string | null;
  readonly units: string | null;
  /** Agreed on for this order; that of the class when null. */
  readonly chargeRate: string | null;
  readonly receivedAt: Date;
  readonly reference: string | null;
}

/** The command of a second approver to let an order above the limit be dealt. */
export interface ApproveOrder {
  readonly kind: "ApproveOrder";
  readonly fundId: string;
  readonly orderId: string;
}

/** The command of a second approver never to deal it. */
export interface RejectOrder {
  readonly kind: "RejectOrder";
  readonly fundId: string;
  readonly orderId: string;
  readonly reason: string;
}

/** The command to take an order back before its cut-off. */
export interface CancelOrder {
  readonly kind: "CancelOrder";
  readonly fundId: string;
  readonly orderId: string;
  readonly reason: string;
}

export type PlacingCommand = PlaceOrder | ApproveOrder | RejectOrder | CancelOrder;

interface Time {
  readonly now: Date;
  readonly requester: Requester;
}

/** What of an order is the same on both legs of a switch. */
interface Placing extends Time {
  readonly command: PlaceOrder;
  readonly draft: BookState;
  readonly chart: FundChart;
  /** Day of the receipt in the zone of the fund. */
  readonly date: string;
}

export function decidePlaceOrder(command: PlaceOrder, state: BookState, time: Time): DomainEvent[] {
  refuseForm(command, time.now);
  requireFund(state, command.fundId);
  refuseTaken(state, command.orderId);
  const draft = state.fork();
  const date = dayOf(state, command.receivedAt);
  const placing = { ...time, command, draft, chart: new FundChart(draft), date };
  refuseUncleared(state.tenant, command, date);
  if (command.orderKind === "TRANSFER") return decideTransfer(placing);
  const events = place(placing, command.orderKind === "SWITCH" ? "OUT" : null);
  return command.orderKind === "SWITCH" ? [...events, ...place(placing, "IN")] : events;
}

/** The day of a receipt in the zone of the fund, which has terms on it. */
export function dayOf(state: BookState, receivedAt: Date): string {
  const { timeZone } = requireTerms(state, receivedAt.toISOString().slice(0, 10));
  return dateIn(receivedAt, timeZone);
}

function refuseForm(command: PlaceOrder, now: Date): void {
  const findings = new Findings();
  const { orderKind, amount, units, toClassId, toInvestorId, reference } = command;
  checkUuid(findings, "id", command.orderId);
  if ((amount === null) === (units === null))
    findings.add("amount", "or units must be given, not both");
  if ((toClassId !== null) !== (orderKind === "SWITCH"))
    findings.add("toClassId", "is for a SWITCH");
  if ((toInvestorId !== null) !== (orderKind === "TRANSFER")) {
    findings.add("toInvestorId", "is for a TRANSFER");
  }
  if (orderKind === "TRANSFER" && units === null)
    findings.add("units", "must be given of a TRANSFER");
  if (toClassId !== null && toClassId === command.classId) {
    findings.add("toClassId", "must be another class");
  }
  if (toInvestorId !== null && toInvestorId === command.investorId) {
    findings.add("toInvestorId", "must be another investor");
  }
  if (reference !== null) checkText(findings, "reference", reference, { min: 1, max: 140 });
  if (command.receivedAt > now) findings.add("receivedAt", "must not lie in the future");
  if (command.chargeRate !== null && ["SWITCH", "TRANSFER"].includes(orderKind)) {
    findings.add("chargeRate", "is for subscriptions and redemptions");
  }
  findings.refuseIfAny();
  refuseChargeRate(command.chargeRate);
}

function refuseTaken(state: BookState, id: string): void {
  if (state.get(ORDER, id) === undefined && state.get(PAST_ORDERS, id) === undefined) return;
  throw new AppError("ALREADY_EXISTS", `An order with the id ${id} exists already.`);
}

/** The order of the other leg of a switch. */
const otherLeg = (orderId: string): string => uuidOfText(`order ${orderId} other leg`);

/** An order, or a leg of one: gates, dealing date, units reserved, limits. */
function place(placing: Placing, leg: PlacedPayload["leg"]): DomainEvent[] {
  const { command, draft, chart, date } = placing;
  const isInto = leg === "IN" || command.orderKind === "SUBSCRIPTION";
  const classId = leg === "IN" ? (command.toClassId ?? "") : command.classId;
  const shareClass = requireShareClass(draft, classId);
  const { accountId, opening } = investorAccount(chart, draft, shareClass, command.investorId);
  const isHolder = unitsOn(draft, accountId).held > 0n;
  refuseClosedClass(shareClass, isInto, isHolder);
  const ordered = orderedIn(command, shareClass, leg);
  if (isInto && leg === null) {
    refuseBelowMinimum(
      shareClass,
      ordered.worthMinor,
      parseAmount(minimumOf(shareClass, date, isHolder), shareClass.currency),
    );
  }
  const held = isInto ? 0n : heldFor(ordered, shareClass);
  const asset = unitAsset(shareClass);
  refuseMissingUnits(draft, accountId, held, asset);
  const placed = placedOf(placing, { leg, shareClass, accountId, ordered, held });
  evolveOrder(draft, placed);
  return [placed, ...opening].toSorted((a, b) => Number(a === placed) - Number(b === placed));
}

interface OrderedIn {
  readonly amount: string | null;
  readonly units: string | null;
  readonly amountMinor: bigint | null;
  readonly unitCount: bigint | null;
  /** At the last price, in the currency of the class. */
  readonly worthMinor: bigint;
}

/** What is ordered, read in the currency and decimals of the class; the leg into a class follows the other. */
function orderedIn(
  { amount, units }: PlaceOrder,
  shareClass: ShareClassRow,
  leg: PlacedPayload["leg"],
): OrderedIn {
  if (leg === "IN") {
    return { amount: null, units: null, amountMinor: null, unitCount: null, worthMinor: 0n };
  }
  const { currency } = shareClass;
  const asset = unitAsset(shareClass);
  const amountMinor = amount === null ? null : parseAmount(amount, currency);
  const unitCount = units === null ? null : parseAmount(units, asset);
  if ((amountMinor ?? 1n) <= 0n) throw invalidInput("amount", "must be greater than zero");
  if ((unitCount ?? 1n) <= 0n) throw invalidInput("units", "must be greater than zero");
  return {
    amount: amountMinor === null ? null : formatAmount(amountMinor, currency),
    units: unitCount === null ? null : formatAmount(unitCount, asset),
    amountMinor,
    unitCount,
    worthMinor: amountMinor ?? estimated(shareClass, unitCount ?? 0n),
  };
}

const heldFor = ({ amountMinor, unitCount }: OrderedIn, shareClass: ShareClassRow): bigint =>
  unitCount ??
  unitsToHold(amountMinor ?? 0n, { ...shareClass, nav: parseDecimal(lastPrice(shareClass)) });

interface Placed {
  readonly leg: PlacedPayload["leg"];
  readonly shareClass: ShareClassRow;
  readonly accountId: string;
  readonly ordered: OrderedIn;
  readonly held: bigint;
}

function placedOf(placing: Placing, placed: Placed): OrderPlaced {
  const { command, draft, date, requester } = placing;
  const { leg, shareClass, accountId, ordered, held } = placed;
  // No order gets a NAV that was known when it came, whatever receipt it states.
  const { dealingDate, cutOffAt, settlementDate } = dealingOf(
    requireTerms(draft, date),
    command.receivedAt,
    publishedUntil(draft),
  );
  const limit = limitOf(draft, draft.tenant, shareClass.currency);
  const other = otherLeg(command.orderId);
  return {
    type: "OrderPlaced",
    orderId: leg === "IN" ? other : command.orderId,
    fundId: command.fundId,
    orderKind: command.orderKind,
    leg,
    linkedOrderId: leg === null ? null : leg === "IN" ? command.orderId : other,
    classId: shareClass.id,
    investorId: command.investorId,
    accountId,
    toInvestorId: null,
    toAccountId: null,
    currency: shareClass.currency,
    amount: ordered.amount,
    units: ordered.units,
    chargeRate: command.chargeRate,
    heldUnits: formatAmount(held, unitAsset(shareClass)),
    receivedAt: command.receivedAt.toISOString(),
    cutOffAt: cutOffAt.toISOString(),
    dealingDate,
    settlementDate,
    reference: command.reference,
    status: limit !== null && ordered.worthMinor > limit ? "WAITING_APPROVAL" : "ACCEPTED",
    maker: requester.actor,
    ...(requester.owner === undefined ? {} : { makerOwner: requester.owner }),
    investorsAt: draft.tenant?.head.position ?? 0,
  };
}

/** Units go from one investor to the other at once: a transfer needs no price. */
function decideTransfer(placing: Placing): DomainEvent[] {
  const { command, draft, chart } = placing;
  const shareClass = requireShareClass(draft, command.classId);
  refuseClosedClass(shareClass, false, true);
  const ordered = orderedIn(command, shareClass, null);
  const units = ordered.unitCount ?? 0n;
  const asset = unitAsset(shareClass);
  const giver = investorAccount(chart, draft, shareClass, command.investorId);
  const toInvestorId = command.toInvestorId ?? "";
  const taker = investorAccount(chart, draft, shareClass, toInvestorId);
  refuseMissingUnits(draft, giver.accountId, units, asset);
  const { accountId } = giver;
  const whole = { leg: null, shareClass, accountId, ordered, held: units };
  const placed = {
    ...placedOf(placing, whole),
    status: "ACCEPTED",
    toInvestorId,
    toAccountId: taker.accountId,
  } as const;
  evolveOrder(draft, placed);
  return [...giver.opening, ...taker.opening, placed, ...transferred(placing, placed)];
}

function transferred({ draft, date }: Placing, placed: OrderPlaced): DomainEvent[] {
  const { orderId, fundId, classId, currency, toAccountId } = placed;
  const shareClass = requireShareClass(draft, classId);
  const transactionId = uuidOfText(`order ${orderId} transfer`);
  const dealt: OrderDealt = {
    type: "OrderDealt",
    orderId,
    fundId,
    classId,
    valuationId: null,
    dealingDate: date,
    price: null,
    rate: null,
    units: placed.units ?? "0",
    currency,
    amount: formatAmount(0n, currency),
    charge: formatAmount(0n, currency),
    transactionId,
  };
  evolveOrder(draft, dealt);
  const units = parseAmount(dealt.units, unitAsset(shareClass));
  const posted = postFact(draft, {
    transactionId,
    effectiveDate: date,
    description: `Transfer of class ${shareClass.code}`,
    fact: "ORDER",
    factId: orderId,
    entries: [debit(placed.accountId, units), credit(toAccountId ?? "", units)],
  });
  return [dealt, posted];
}

/** Both legs of a switch are decided on together. */
function legsOf(state: BookState, orderId: string): string[] {
  const { linkedOrderId, id } = requireOrder(state, orderId);
  return linkedOrderId === null ? [id] : [id, linkedOrderId];
}

/** It is dealt as an order that was received when it was approved. */
export function decideApprove(
  { fundId, orderId }: ApproveOrder,
  state: BookState,
  { now, requester }: Time,
): OrderApproved[] {
  requireFund(state, fundId);
  return legsOf(state, orderId).map((id) => {
    const order = requireOrder(state, id);
    const isLeg = id !== orderId && order.status === "ACCEPTED";
    if (order.status !== "WAITING_APPROVAL" && !isLeg) throw inState(order.status);
    const maker = { actor: order.maker, owner: order.makerOwner ?? undefined };
    if (isSamePerson(maker, requester)) {
      throw new AppError("FORBIDDEN", "An order cannot be approved by who placed it.");
    }
    const terms = requireTerms(state, dayOf(state, now));
    const { dealingDate, settlementDate, cutOffAt } = dealingOf(terms, now, publishedUntil(state));
    return {
      type: "OrderApproved",
      orderId: id,
      fundId,
      dealingDate,
      settlementDate,
      cutOffAt: cutOffAt.toISOString(),
    };
  });
}

export function decideReject(
  { fundId, orderId, reason }: RejectOrder,
  state: BookState,
): OrderRejected[] {
  checkReason(reason);
  requireFund(state, fundId);
  if (requireOrder(state, orderId).status !== "WAITING_APPROVAL") {
    throw inState(requireOrder(state, orderId).status);
  }
  return legsOf(state, orderId).map((id) => ({
    type: "OrderRejected",
    orderId: id,
    fundId,
    code: "FORBIDDEN",
    reason,
  }));
}

function checkReason(reason: string): void {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
}

/** Until the cut-off of its dealing date. */
export function decideCancel(
  { fundId, orderId, reason }: CancelOrder,
  state: BookState,
  { now }: Pick<Time, "now">,
): OrderCancelled[] {
  checkReason(reason);
  requireFund(state, fundId);
  return legsOf(state, orderId).map((id) => {
    const order = requireOrder(state, id);
    if (!isWaiting(order)) throw inState(order.status);
    if (order.cutOffAt <= now) {
      throw new AppError(
        "CUT_OFF_PASSED",
        `It could be cancelled until ${order.cutOffAt.toISOString()}.`,
      );
    }
    if (order.settledMinor > 0n) {
      throw new AppError("ORDER_STATE", "Money came in for it: pay that back first.");
    }
    return { type: "OrderCancelled", orderId: id, fundId, reason };
  });
}
