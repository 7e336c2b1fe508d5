import { textOf } from "../forms/form-data.ts";
import type { OrderKind, OrderState, PlaceOrderInput } from "../graph/graph-types.generated.ts";
import { readAmount } from "../money/read-amount.ts";

export const ORDER_KINDS: readonly (readonly [OrderKind, string])[] = [
  ["SUBSCRIPTION", "Subscription"],
  ["REDEMPTION", "Redemption"],
  ["SWITCH", "Switch"],
  ["TRANSFER", "Transfer"],
];

/** Names of the states of an order, from receipt to settlement. */
export const ORDER_STATES: readonly (readonly [OrderState, string])[] = [
  ["WAITING_APPROVAL", "Waits for approval"],
  ["ACCEPTED", "Accepted"],
  ["DEFERRED", "Deferred"],
  ["DEALT", "Dealt"],
  ["PARTLY_SETTLED", "Partly settled"],
  ["SETTLED", "Settled"],
  ["CANCELLED", "Cancelled"],
  ["REJECTED", "Rejected"],
];

const NAMES: ReadonlyMap<string, string> = new Map<string, string>([
  ...ORDER_KINDS,
  ...ORDER_STATES,
]);

/** The name of a kind or a state of orders. */
export const orderWord = (code: OrderKind | OrderState): string => NAMES.get(code) ?? code;

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

/** A figure as people write it, whose figures have this decimal sign. The ledger explains what is none. */
export function figureOf(form: FormData, name: string, point: string): string | undefined {
  const text = textOf(form, name);
  return text === "" ? undefined : (readAmount(text, undefined, point) ?? text);
}

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
