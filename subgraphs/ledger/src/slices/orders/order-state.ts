import { AppError } from "@allfunds/contract/errors";
import type {
  OrderApprovalGiven as ApprovalGivenPayload,
  OrderApprovalRefused as ApprovalRefusedPayload,
  OrderApproved as ApprovedPayload,
  OrderCancelled as CancelledPayload,
  OrderDealt as DealtPayload,
  OrderDeferred as DeferredPayload,
  OrderPlaced as PlacedPayload,
  OrderRejected as RejectedPayload,
  OrderSettled as SettledPayload,
} from "@allfunds/contract/fund-administration";
import { parseAmount } from "@allfunds/contract/money";
import type { EventPlace } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { bigintOrNull, defineTable, required } from "../../engine/table.ts";
import { changeAccount, currentAccount } from "../accounts/account.ts";
import { deciderOf, personOf } from "../proposals/person.ts";
import { requireShareClass, unitAsset } from "../share-classes/share-class.ts";

export const ORDER_STATES = {
  WAITING_APPROVAL: "WAITING_APPROVAL",
  ACCEPTED: "ACCEPTED",
  DEFERRED: "DEFERRED",
  DEALT: "DEALT",
  PARTLY_SETTLED: "PARTLY_SETTLED",
  SETTLED: "SETTLED",
  CANCELLED: "CANCELLED",
  REJECTED: "REJECTED",
} as const;
export type OrderStatus = keyof typeof ORDER_STATES;

export interface OrderPlaced extends PlacedPayload {
  readonly type: "OrderPlaced";
}
export interface OrderApproved extends ApprovedPayload {
  readonly type: "OrderApproved";
}
export interface OrderApprovalGiven extends ApprovalGivenPayload {
  readonly type: "OrderApprovalGiven";
}
export interface OrderApprovalRefused extends ApprovalRefusedPayload {
  readonly type: "OrderApprovalRefused";
}
export interface OrderRejected extends RejectedPayload {
  readonly type: "OrderRejected";
}
export interface OrderCancelled extends CancelledPayload {
  readonly type: "OrderCancelled";
}
export interface OrderDeferred extends DeferredPayload {
  readonly type: "OrderDeferred";
}
export interface OrderDealt extends DealtPayload {
  readonly type: "OrderDealt";
}
export interface OrderSettled extends SettledPayload {
  readonly type: "OrderSettled";
}
export type OrderEvent =
  | OrderPlaced
  | OrderApproved
  | OrderApprovalGiven
  | OrderApprovalRefused
  | OrderRejected
  | OrderCancelled
  | OrderDeferred
  | OrderDealt
  | OrderSettled;

/** An order as decisions read it; money in minor units, units in the smallest that there are. */
export interface OrderState {
  readonly id: string;
  readonly position: number;
  readonly orderKind: PlacedPayload["orderKind"];
  readonly leg: PlacedPayload["leg"];
  readonly linkedOrderId: string | null;
  readonly classId: string;
  readonly investorId: string;
  readonly accountId: string;
  readonly toInvestorId: string | null;
  readonly toAccountId: string | null;
  readonly currency: string;
  readonly amountMinor: bigint | null;
  readonly units: bigint | null;
  readonly chargeRate: string | null;
  readonly heldUnits: bigint;
  readonly receivedAt: Date;
  readonly cutOffAt: Date;
  readonly dealingDate: string;
  readonly settlementDate: string;
  readonly reference: string | null;
  readonly status: OrderStatus;
  /** Code and sentence of a rejection, or the reason of a cancellation. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly maker: string;
  readonly makerOwner: string | null;
  /** How many other people have to approve it while it waits, and who did so far, owners for their API clients. */
  readonly approvers: number;
  readonly approvedBy: readonly string[];
  /** Set when it is dealt. */
  readonly price: string | null;
  readonly dealtUnits: bigint | null;
  readonly dealtMinor: bigint | null;
  readonly chargeMinor: bigint | null;
  readonly valuationId: string | null;
  readonly transactionId: string | null;
  /** Money that came in or went out so far. */
  readonly settledMinor: bigint;
}

const OVER: ReadonlySet<OrderStatus> = new Set(["SETTLED", "CANCELLED", "REJECTED"]);

export const ORDER = defineTable<OrderState>({
  name: "investor_order",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "kind", type: "text", of: ({ orderKind }) => orderKind, fixed: true },
    { name: "leg", type: "text", of: ({ leg }) => leg, fixed: true },
    { name: "linked_id", type: "uuid", of: (row) => row.linkedOrderId, fixed: true },
    { name: "class_id", type: "uuid", of: ({ classId }) => classId, fixed: true },
    { name: "investor_id", type: "uuid", of: ({ investorId }) => investorId, fixed: true },
    { name: "account_id", type: "uuid", of: ({ accountId }) => accountId, fixed: true },
    { name: "to_investor_id", type: "uuid", of: (row) => row.toInvestorId, fixed: true },
    { name: "to_account_id", type: "uuid", of: (row) => row.toAccountId, fixed: true },
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "amount", type: "numeric", of: ({ amountMinor }) => amountMinor, fixed: true },
    { name: "units", type: "numeric", of: ({ units }) => units, fixed: true },
    { name: "charge_rate", type: "text", of: ({ chargeRate }) => chargeRate, fixed: true },
    { name: "held_units", type: "numeric", of: ({ heldUnits }) => heldUnits },
    { name: "received_at", type: "timestamptz", of: (row) => row.receivedAt, fixed: true },
    { name: "cut_off_at", type: "timestamptz", of: ({ cutOffAt }) => cutOffAt },
    { name: "dealing_date", type: "date", of: ({ dealingDate }) => dealingDate },
    { name: "settlement_date", type: "date", of: (row) => row.settlementDate },
    { name: "reference", type: "text", of: ({ reference }) => reference, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "code", type: "text", of: ({ code }) => code },
    { name: "reason", type: "text", of: ({ reason }) => reason },
    { name: "maker", type: "text", of: ({ maker }) => maker, fixed: true },
    { name: "maker_owner", type: "text", of: ({ makerOwner }) => makerOwner, fixed: true },
    { name: "approvers", type: "integer", of: ({ approvers }) => approvers, addedWith: "1" },
    {
      name: "approved_by",
      type: "text",
      of: ({ approvedBy }) => JSON.stringify(approvedBy),
      addedWith: "[]",
    },
    { name: "price", type: "text", of: ({ price }) => price },
    { name: "dealt_units", type: "numeric", of: ({ dealtUnits }) => dealtUnits },
    { name: "dealt_amount", type: "numeric", of: ({ dealtMinor }) => dealtMinor },
    { name: "charge", type: "numeric", of: ({ chargeMinor }) => chargeMinor },
    { name: "valuation_id", type: "uuid", of: ({ valuationId }) => valuationId },
    { name: "transaction_id", type: "uuid", of: ({ transactionId }) => transactionId },
    { name: "settled", type: "numeric", of: ({ settledMinor }) => settledMinor },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    orderKind: required(texts, "kind") as OrderState["orderKind"],
    leg: (texts["leg"] ?? null) as OrderState["leg"],
    linkedOrderId: texts["linked_id"] ?? null,
    classId: required(texts, "class_id"),
    investorId: required(texts, "investor_id"),
    accountId: required(texts, "account_id"),
    toInvestorId: texts["to_investor_id"] ?? null,
    toAccountId: texts["to_account_id"] ?? null,
    currency: required(texts, "currency"),
    amountMinor: bigintOrNull(texts["amount"]),
    units: bigintOrNull(texts["units"]),
    chargeRate: texts["charge_rate"] ?? null,
    heldUnits: BigInt(required(texts, "held_units")),
    receivedAt: new Date(required(texts, "received_at")),
    cutOffAt: new Date(required(texts, "cut_off_at")),
    dealingDate: required(texts, "dealing_date"),
    settlementDate: required(texts, "settlement_date"),
    reference: texts["reference"] ?? null,
    status: required(texts, "status") as OrderStatus,
    code: texts["code"] ?? null,
    reason: texts["reason"] ?? null,
    maker: required(texts, "maker"),
    makerOwner: texts["maker_owner"] ?? null,
    approvers: Number(required(texts, "approvers")),
    approvedBy: JSON.parse(required(texts, "approved_by")) as string[],
    price: texts["price"] ?? null,
    dealtUnits: bigintOrNull(texts["dealt_units"]),
    dealtMinor: bigintOrNull(texts["dealt_amount"]),
    chargeMinor: bigintOrNull(texts["charge"]),
    valuationId: texts["valuation_id"] ?? null,
    transactionId: texts["transaction_id"] ?? null,
    settledMinor: BigInt(required(texts, "settled")),
  }),
  resident: {
    sql: "status NOT IN ('SETTLED', 'CANCELLED', 'REJECTED')",
    of: ({ status }) => !OVER.has(status),
  },
});

/** Statuses of orders that are over, as far as they were looked up. */
export const PAST_ORDERS = defineBatchRows<OrderStatus>("past orders");

/** Whether it waits to be dealt. */
export const isWaiting = ({ status }: Pick<OrderState, "status">): boolean =>
  status === "ACCEPTED" || status === "DEFERRED" || status === "WAITING_APPROVAL";

/** An order of this book that is not over; ORDER_STATE when it is, ORDER_NOT_FOUND when there is none. */
export function requireOrder(state: BookState, id: string): OrderState {
  const order = state.get(ORDER, id);
  if (order !== undefined && !OVER.has(order.status)) return order;
  const status = order?.status ?? state.get(PAST_ORDERS, id);
  if (status === undefined) {
    throw new AppError("ORDER_NOT_FOUND", `There is no order ${id.slice(0, 80)}.`);
  }
  throw inState(status);
}

export const inState = (status: OrderStatus): AppError =>
  new AppError("ORDER_STATE", `The order is ${status.toLowerCase().replace("_", " ")}.`);

const UNDEALT = {
  code: null,
  reason: null,
  price: null,
  dealtUnits: null,
  dealtMinor: null,
  chargeMinor: null,
  valuationId: null,
  transactionId: null,
  settledMinor: 0n,
} as const;

/** Folds what happened to an order into it, and into what its account has reserved. */
export function evolveOrder(
  draft: BookState,
  event: OrderEvent,
  { position, actor }: Pick<EventPlace, "position" | "actor"> = { position: 0, actor: "" },
): void {
  if (event.type === "OrderPlaced") return evolvePlaced(draft, event, position);
  const order = requireOrder(draft, event.orderId);
  if (event.type === "OrderApprovalGiven") {
    const person = personOf(deciderOf({ actor }, event));
    return draft.put(ORDER, order.id, { ...order, approvedBy: [...order.approvedBy, person] });
  }
  if (event.type === "OrderApprovalRefused") {
    const { approvers } = event;
    // Where limits changed, it waits for as many as they now demand, and for each anew.
    if (approvers !== undefined)
      draft.put(ORDER, order.id, { ...order, approvers, approvedBy: [] });
    return;
  }
  if (event.type === "OrderApproved" || event.type === "OrderDeferred") {
    const { dealingDate, settlementDate } = event;
    const status = event.type === "OrderApproved" ? "ACCEPTED" : "DEFERRED";
    const cutOffAt = new Date(event.cutOffAt);
    return draft.put(ORDER, order.id, { ...order, status, cutOffAt, dealingDate, settlementDate });
  }
  if (event.type === "OrderSettled") return evolveSettled(draft, order, event);
  reserve(draft, order.accountId, -order.heldUnits);
  const free = { ...order, heldUnits: 0n };
  if (event.type === "OrderDealt") return draft.put(ORDER, order.id, dealtRow(draft, free, event));
  const status = event.type === "OrderCancelled" ? "CANCELLED" : "REJECTED";
  const code = event.type === "OrderRejected" ? event.code : null;
  draft.put(ORDER, order.id, { ...free, status, code, reason: event.reason });
}

function evolvePlaced(draft: BookState, event: OrderPlaced, position: number): void {
  const { type: _type, fundId: _fundId, orderId: id, investorsAt: _at, ...more } = event;
  const { worth: _worth, countedFor: _counted, approvers = 1, ...placed } = more;
  const asset = unitAsset(requireShareClass(draft, event.classId));
  const heldUnits = parseAmount(event.heldUnits, asset);
  draft.put(ORDER, id, {
    ...UNDEALT,
    ...placed,
    id,
    position,
    amountMinor: event.amount === null ? null : parseAmount(event.amount, event.currency),
    units: event.units === null ? null : parseAmount(event.units, asset),
    heldUnits,
    receivedAt: new Date(event.receivedAt),
    cutOffAt: new Date(event.cutOffAt),
    makerOwner: event.makerOwner ?? null,
    approvers,
    approvedBy: [],
  });
  reserve(draft, event.accountId, heldUnits);
}

function reserve(draft: BookState, accountId: string, units: bigint): void {
  if (units === 0n) return;
  const { heldMinor } = currentAccount(draft, accountId);
  changeAccount(draft, accountId, { heldMinor: heldMinor + units });
}

function dealtRow(draft: BookState, order: OrderState, event: OrderDealt): OrderState {
  const { price, valuationId, transactionId, dealingDate } = event;
  const dealt = {
    ...order,
    price,
    valuationId,
    transactionId,
    dealingDate,
    dealtUnits: parseAmount(event.units, unitAsset(requireShareClass(draft, order.classId))),
    dealtMinor: parseAmount(event.amount, event.currency),
    chargeMinor: parseAmount(event.charge, event.currency),
  };
  return { ...dealt, status: statusOf(dealt) };
}

/** Money that an order moves in all: nothing of switches and transfers. */
export function dueOf(order: OrderState): bigint {
  if (order.orderKind === "SUBSCRIPTION") return order.dealtMinor ?? 0n;
  if (order.orderKind !== "REDEMPTION") return 0n;
  return (order.dealtMinor ?? 0n) - (order.chargeMinor ?? 0n);
}

function statusOf(order: OrderState): OrderStatus {
  if (order.settledMinor >= dueOf(order)) return "SETTLED";
  return order.settledMinor > 0n ? "PARTLY_SETTLED" : "DEALT";
}

function evolveSettled(draft: BookState, order: OrderState, event: OrderSettled): void {
  const amountMinor = parseAmount(event.amount, event.currency);
  const settled = { ...order, settledMinor: order.settledMinor + amountMinor };
  const status = isWaiting(order) ? order.status : statusOf(settled);
  draft.put(ORDER, order.id, { ...settled, status });
}
