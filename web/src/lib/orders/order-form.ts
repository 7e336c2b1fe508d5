import type { PlainKey } from "../language/messages.ts";
import { figureOf } from "../forms/figure.ts";
import { textOf } from "../forms/form-data.ts";
import type { OrderKind, OrderState, PlaceOrderInput } from "../graph/graph-types.generated.ts";

export const ORDER_KINDS: readonly (readonly [OrderKind, PlainKey])[] = [
  ["SUBSCRIPTION", "word.order.SUBSCRIPTION"],
  ["REDEMPTION", "word.order.REDEMPTION"],
  ["SWITCH", "word.order.SWITCH"],
  ["TRANSFER", "word.order.TRANSFER"],
];

/** Names of the states of an order, from receipt to settlement. */
export const ORDER_STATES: readonly (readonly [OrderState, PlainKey])[] = [
  ["WAITING_APPROVAL", "word.orderState.WAITING_APPROVAL"],
  ["ACCEPTED", "word.orderState.ACCEPTED"],
  ["DEFERRED", "word.orderState.DEFERRED"],
  ["DEALT", "word.orderState.DEALT"],
  ["PARTLY_SETTLED", "word.orderState.PARTLY_SETTLED"],
  ["SETTLED", "word.orderState.SETTLED"],
  ["CANCELLED", "word.orderState.CANCELLED"],
  ["REJECTED", "word.orderState.REJECTED"],
];

/** The name of a kind of orders, as a key of the catalogue. */
export const orderKindName = (kind: OrderKind): `word.order.${OrderKind}` => `word.order.${kind}`;

/** The name of a state of orders, as a key of the catalogue. */
export const orderStateName = (state: OrderState): `word.orderState.${OrderState}` =>
  `word.orderState.${state}`;

export function orderTone(state: OrderState): "warn" | "bad" | undefined {
  if (state === "REJECTED" || state === "CANCELLED") return "bad";
  return state === "WAITING_APPROVAL" || state === "DEFERRED" ? "warn" : undefined;
}

/** Whether an order may still be taken back; the ledger decides by the cut-off. */
export const isWaiting = (state: OrderState): boolean =>
  state === "WAITING_APPROVAL" || state === "ACCEPTED" || state === "DEFERRED";

/** The state of a filter; null for every state. */
export const readOrderState = (text: string | null): OrderState | null =>
  ORDER_STATES.find(([state]) => state === text)?.[0] ?? null;

/** Reads an order to place. The gates of the ledger decide what of it is missing or too much. */
export function readOrder(form: FormData, point: string): PlaceOrderInput {
  return {
    kind: textOf(form, "kind") as OrderKind,
    classId: textOf(form, "classId"),
    investorId: textOf(form, "investorId"),
    toClassId: textOf(form, "toClassId") || undefined,
    toInvestorId: textOf(form, "toInvestorId") || undefined,
    amount: figureOf(form, "amount", point),
    units: figureOf(form, "units", point),
    reference: textOf(form, "reference") || undefined,
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}
