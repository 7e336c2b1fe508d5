import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { OrderPlaced as PlacedPayload } from "@allfunds/contract/fund-administration";
import { formatAmount, parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { dateIn, dealingOf } from "../calendars/cut-off.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import { dayAt } from "../proposals/day-sum.ts";
import { personOf } from "../proposals/person.ts";
import {
  lastPrice,
  requireShareClass,
  unitAsset,
  type ShareClassRow,
} from "../share-classes/share-class.ts";
import { checkReason, judgeOrder, type Judgement } from "./approve-order.ts";
import { unitsToHold } from "./deal-order.ts";
import { transferUnits } from "./deal-orders.ts";
import { firstOpenDay } from "../periods/period.ts";
import { investorAccount, movementsKey, refuseMissingBefore, unitsOn } from "./investor-account.ts";
import {
  dealtBehind,
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
  type OrderCancelled,
  type OrderPlaced,
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

/** The command to take an order back before its cut-off. */
export interface CancelOrder {
  readonly kind: "CancelOrder";
  readonly fundId: string;
  readonly orderId: string;
  readonly reason: string;
}

export type PlacingCommand = PlaceOrder | CancelOrder;

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
  const classIds = [command.classId, command.toClassId].filter((id) => id !== null);
  const { dealingDate, cutOffAt, settlementDate } = dealingOf(
    requireTerms(draft, date),
    command.receivedAt,
    dealtBehind(draft, classIds),
  );
  const { orderId } = command;
  return {
    type: "OrderPlaced",
    orderId: leg === "IN" ? otherLeg(orderId) : orderId,
    fundId: command.fundId,
    orderKind: command.orderKind,
    leg,
    linkedOrderId: leg === null ? null : leg === "IN" ? orderId : otherLeg(orderId),
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
    maker: requester.actor,
    ...(requester.owner === undefined ? {} : { makerOwner: requester.owner }),
    investorsAt: draft.tenant?.head.position ?? 0,
    ...(leg === "IN" ? { status: "ACCEPTED" } : judgePlaced(placing, shareClass, ordered)),
  };
}

/** Limits judge an order by what it is worth, and the investor is whom it is with. */
function judgePlaced(
  { command: { investorId }, draft, now, requester }: Placing,
  { currency }: ShareClassRow,
  { worthMinor }: OrderedIn,
): Judgement & { readonly worth: string } {
  const books = { state: draft, tenant: draft.tenant };
  const by = { person: personOf(requester), day: dayAt(draft, now) };
  const judgement = judgeOrder({ ...books, ...by }, { currency, worthMinor, investorId });
  return { worth: formatAmount(worthMinor, currency), ...judgement };
}

/** Units go from one investor to the other at once, or once it is approved: a transfer needs no price. */
function decideTransfer(placing: Placing): DomainEvent[] {
  const { command, draft, chart, date } = placing;
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
  const key = movementsKey(command);
  refuseMissingBefore(draft, accountId, { key, units, date: firstOpenDay(draft, date), asset });
  const whole = { leg: null, shareClass, accountId, ordered, held: units };
  const placed = {
    ...placedOf(placing, whole),
    toInvestorId,
    toAccountId: taker.accountId,
  };
  evolveOrder(draft, placed);
  const opened = [...giver.opening, ...taker.opening, placed];
  if (placed.status === "WAITING_APPROVAL") return opened;
  return [...opened, ...transferUnits(draft, requireOrder(draft, placed.orderId), date)];
}

/** Until the cut-off of its dealing date. */
export function decideCancel(
  { fundId, orderId, reason }: CancelOrder,
  state: BookState,
  { now }: Pick<Time, "now">,
): OrderCancelled[] {
  checkReason(reason);
  requireFund(state, fundId);
  const { linkedOrderId } = requireOrder(state, orderId);
  const legs = linkedOrderId === null ? [orderId] : [orderId, linkedOrderId];
  return legs.map((id) => {
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
