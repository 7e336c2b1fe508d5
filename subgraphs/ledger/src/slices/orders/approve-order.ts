import { AppError } from "@allfunds/contract/errors";
import type { OrderPlaced as PlacedPayload } from "@allfunds/contract/fund-administration";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { DomainEvent, PublishedEvent, Requester } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { ReplayContext } from "../../engine/slice.ts";
import { ONLY } from "../../engine/table.ts";
import { limitOf } from "../approval-limits/approval-limit.ts";
import { dateIn, dealingOf, type Dealing } from "../calendars/cut-off.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import { countCounterparties, countDebits, dayOf } from "../proposals/day-sum.ts";
import {
  approversOfAmount,
  isCounted,
  isWithin,
  judgeTotal,
  type Judged,
} from "../proposals/limits-exceeded.ts";
import { refusalOfApproval } from "../proposals/proposal-refusal.ts";
import { deciderOf, hasApproved, isSamePerson, ofDecider } from "../proposals/person.ts";
import { requireShareClass } from "../share-classes/share-class.ts";
import { transferUnits } from "./deal-orders.ts";
import { dealtBehind, estimated, refuseClosedClass, refuseUncleared } from "./order-gates.ts";
import {
  evolveOrder,
  inState,
  isWaiting,
  requireOrder,
  type OrderApprovalGiven,
  type OrderApprovalRefused,
  type OrderApproved,
  type OrderPlaced,
  type OrderRejected,
  type OrderState,
} from "./order-state.ts";

/** The command of a second approver to let an order above a limit be dealt. */
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

/** What limits make of an order when it is placed. */
export type Judgement = Pick<PlacedPayload, "status" | "approvers" | "countedFor">;

interface JudgedOrder {
  readonly currency: string;
  readonly worthMinor: bigint;
  readonly investorId: string;
}

/** An order within every limit is accepted, and counts for the day of its maker; another one waits for approval. */
export function judgeOrder(
  judged: Judged & { readonly person: string },
  { currency, worthMinor: amountMinor, investorId: counterparty }: JudgedOrder,
): Judgement {
  const total = { currency, amountMinor };
  if (!isWithin(judgeTotal(judged, total, [{ ...total, counterparty }]))) {
    const approvers = approversOfAmount(judged, currency, amountMinor);
    return { status: "WAITING_APPROVAL", ...(approvers === 1 ? {} : { approvers }) };
  }
  const counts = isCounted(judged, [total]);
  return { status: "ACCEPTED", ...(counts ? { countedFor: judged.person } : {}) };
}

/** Adds an order that was accepted without approval to the day of its maker, and of its investor. */
export function countOrder(
  draft: BookState,
  { countedFor, worth, currency, investorId: counterparty }: OrderPlaced,
  recordedAt: Date,
): void {
  if (worth === undefined) return;
  draft.put(JUDGED, ONLY, true);
  if (countedFor === undefined) return;
  const total = { currency, amountMinor: parseAmount(worth, currency) };
  countDebits(draft, countedFor, dayOf(recordedAt), [total]);
  countCounterparties(draft, dayOf(recordedAt), [{ ...total, counterparty }]);
}

/** Set once orders name what limits judge: earlier versions judged by the limit of one posting alone. */
export const JUDGED = defineBatchRows<true>("orders are judged by all limits");

/** For a replay: an order waits for approval when the limits of its time demand so, and never else. */
export function checkJudged(
  state: BookState,
  event: OrderPlaced,
  { place, tenantAt }: Pick<ReplayContext, "place" | "tenantAt">,
): void {
  const { amount, units, currency, classId, investorId, leg, maker, makerOwner } = event;
  if (leg === "IN") return;
  const tenant = tenantAt(event.investorsAt);
  const worthMinor =
    amount === null
      ? estimated(requireShareClass(state, classId), unitsOf(state, classId, units))
      : parseAmount(amount, currency);
  if (event.worth === undefined) {
    const limit = limitOf(state, tenant, currency);
    const isAbove = limit !== null && worthMinor > limit && event.orderKind !== "TRANSFER";
    if (state.get(JUDGED, ONLY) === true || isAbove !== (event.status === "WAITING_APPROVAL")) {
      throw unjudged(event.orderId);
    }
    return;
  }
  const by = { person: makerOwner ?? maker, day: dayOf(place.recordedAt) };
  const right = judgeOrder({ state, tenant, ...by }, { currency, worthMinor, investorId });
  const isSame =
    event.worth === formatAmount(worthMinor, currency) &&
    event.status === right.status &&
    event.approvers === right.approvers &&
    event.countedFor === right.countedFor;
  if (!isSame) throw unjudged(event.orderId);
}

const unitsOf = (state: BookState, classId: string, units: string | null): bigint => {
  const { isin, unitDecimals } = requireShareClass(state, classId);
  return parseAmount(units ?? "0", `${isin}/${unitDecimals}`);
};

const unjudged = (orderId: string): AppError =>
  new AppError("APPROVAL_REQUIRED", `Order ${orderId} was not judged by the limits of its day.`);

/** An order and, of a switch, its other leg; the one that waits for approval first. */
function legsOf(state: BookState, orderId: string): OrderState[] {
  const order = requireOrder(state, orderId);
  if (order.linkedOrderId === null) return [order];
  const legs = [order, requireOrder(state, order.linkedOrderId)];
  return legs.toSorted(
    (a, b) => Number(b.status === "WAITING_APPROVAL") - Number(a.status === "WAITING_APPROVAL"),
  );
}

/** It is dealt as an order that was received when the last of those who have to approved; a transfer at once. */
export function decideApprove(
  { fundId, orderId }: ApproveOrder,
  state: BookState,
  { now, requester }: { readonly now: Date; readonly requester: Requester },
): DomainEvent[] {
  requireFund(state, fundId);
  const legs = legsOf(state, orderId);
  const [order] = legs;
  if (order?.status !== "WAITING_APPROVAL") throw inState(order?.status ?? "CANCELLED");
  const refused = refuseApproval(state, fundId, order, requester);
  // The attempt belongs in the audit log; `refusalOfOrder` answers it.
  if (refused !== undefined) return [refused];
  if (order.approvedBy.length + 1 < order.approvers) {
    const of = { orderId: order.id, fundId, ...ofDecider(requester) };
    const given: OrderApprovalGiven = { type: "OrderApprovalGiven", ...of };
    return [given];
  }
  const date = dateIn(now, requireTerms(state, now.toISOString().slice(0, 10)).timeZone);
  const dealing = dealingOf(
    requireTerms(state, date),
    now,
    dealtBehind(
      state,
      legs.map(({ classId }) => classId),
    ),
  );
  const approved = legs.map(({ id: leg }) =>
    approvedOf({ orderId: leg, fundId, ...ofDecider(requester) }, dealing),
  );
  if (order.orderKind !== "TRANSFER") return approved;
  refuseUncleared(state.tenant, order, date);
  refuseClosedClass(requireShareClass(state, order.classId), false, true);
  const draft = state.fork();
  for (const event of approved) evolveOrder(draft, event);
  return [...approved, ...transferUnits(draft, order, date)];
}

const approvedOf = (
  of: Pick<OrderApproved, "orderId" | "fundId" | "deciderOwner">,
  { dealingDate, settlementDate, cutOffAt }: Dealing,
): OrderApproved => ({
  type: "OrderApproved",
  ...of,
  dealingDate,
  settlementDate,
  cutOffAt: cutOffAt.toISOString(),
});

const isMaker = (
  { maker, makerOwner }: Pick<OrderState, "maker" | "makerOwner">,
  requester: Requester,
): boolean => isSamePerson({ actor: maker, owner: makerOwner ?? undefined }, requester);

/** Why this approver's approval does not count; undefined when it does. */
function refuseApproval(
  state: BookState,
  fundId: string,
  order: OrderState,
  requester: Requester,
): OrderApprovalRefused | undefined {
  const { id: orderId, maker, approvedBy, currency, classId } = order;
  const of = { type: "OrderApprovalRefused", orderId, fundId, ...ofDecider(requester) } as const;
  if (isMaker(order, requester)) return { ...of, isMaker: maker === requester.actor };
  if (hasApproved(approvedBy, requester)) {
    return { ...of, isMaker: false, reason: "APPROVED_BEFORE" };
  }
  const worth =
    order.amountMinor ?? estimated(requireShareClass(state, classId), order.units ?? 0n);
  const approvers = approversOfAmount({ state, tenant: state.tenant }, currency, worth);
  return approvers > order.approvers
    ? { ...of, isMaker: false, reason: "LIMIT_CHANGED", approvers }
    : undefined;
}

/** The refusal that an approval by the wrong person is answered. */
export function refusalOfOrder(events: readonly PublishedEvent[]): AppError | undefined {
  const refused = events.find(({ type }) => type === "OrderApprovalRefused");
  return refused && refusalOfApproval(refused.payload);
}

export function decideReject(
  { fundId, orderId, reason }: RejectOrder,
  state: BookState,
): OrderRejected[] {
  checkReason(reason);
  requireFund(state, fundId);
  const legs = legsOf(state, orderId);
  if (legs[0]?.status !== "WAITING_APPROVAL") throw inState(legs[0]?.status ?? "CANCELLED");
  return legs.map(({ id }) => ({
    type: "OrderRejected",
    orderId: id,
    fundId,
    code: "FORBIDDEN",
    reason,
  }));
}

export function checkReason(reason: string): void {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
}

/** For a replay: each approval is of another person than the maker, and of one who gave none before. */
export function checkGiven(
  state: BookState,
  event: OrderApprovalGiven | OrderApproved,
  { place }: Pick<ReplayContext, "place">,
): OrderState {
  const { orderId } = event;
  const order = requireOrder(state, orderId);
  if (!isWaiting(order)) throw inState(order.status);
  const by = deciderOf(place, event);
  if (isMaker(order, by) || hasApproved(order.approvedBy, by)) {
    throw new AppError("FORBIDDEN", `Order ${orderId} was approved twice, or by who placed it.`);
  }
  return order;
}

export function checkApproved(
  state: BookState,
  event: OrderApproved,
  replay: Pick<ReplayContext, "place">,
): void {
  const { approvedBy, approvers } = checkGiven(state, event, replay);
  if (approvedBy.length + 1 >= approvers) return;
  throw new AppError("APPROVAL_REQUIRED", `Order ${event.orderId} lacks approvals of others.`);
}

/** An approval was refused for a reason that the log proves, as far as it does. */
export function checkRefused(
  state: BookState,
  event: OrderApprovalRefused,
  { place }: Pick<ReplayContext, "place">,
): void {
  const { orderId, reason, approvers, deciderOwner } = event;
  const order = requireOrder(state, orderId);
  const by = deciderOf(place, event);
  // Of a client without an owner, as earlier versions recorded it, the log does not prove whose it is.
  const mayBeClient = deciderOwner === undefined;
  const { approvedBy } = order;
  const hasReason = {
    LIMIT_CHANGED: approvers !== undefined && approvers > order.approvers,
    APPROVED_BEFORE: hasApproved(approvedBy, by) || (mayBeClient && approvedBy.length > 0),
    IS_MAKER: isMaker(order, by) || mayBeClient,
  }[reason ?? "IS_MAKER"];
  const isSound = hasReason && (approvers === undefined || reason === "LIMIT_CHANGED");
  const isOfMaker = event.isMaker === (order.maker === place.actor);
  if (isSound && order.status === "WAITING_APPROVAL" && isOfMaker) return;
  throw new AppError("FORBIDDEN", `Approval of order ${orderId} was refused wrongly.`);
}
