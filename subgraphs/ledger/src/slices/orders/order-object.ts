import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject, NodeObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import { dueOf, ORDER_STATES, type OrderState, type OrderStatus } from "./order-state.ts";

registerEnumType(ORDER_STATES, {
  name: "OrderState",
  description:
    "WAITING_APPROVAL above the limit; ACCEPTED waits for its dealing date, DEFERRED for a later one, as its class is suspended; DEALT at a published NAV, then PARTLY_SETTLED and SETTLED as money moves; CANCELLED before the cut-off; REJECTED by a gate, with its code.",
});

const OrderKindEnum: { readonly [Kind in OrderState["orderKind"]]: Kind } = {
  SUBSCRIPTION: "SUBSCRIPTION",
  REDEMPTION: "REDEMPTION",
  SWITCH: "SWITCH",
  TRANSFER: "TRANSFER",
};
registerEnumType(OrderKindEnum, {
  name: "OrderKind",
  description:
    "Into a class, out of it, from one class into another without cash, or units from one investor to another.",
});

const LegEnum = { OUT: "OUT", IN: "IN" } as const;
registerEnumType(LegEnum, {
  name: "SwitchLeg",
  description: "Whether a switch leaves this class or comes into it.",
});

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Order", {
  implements: NodeObject,
  description:
    "An order of an investor. It is dealt at a NAV that was not known when it was received.",
})
export class OrderObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the order." })
  id!: string;

  @Field(() => OrderKindEnum, { description: "What is ordered." })
  kind!: OrderState["orderKind"];

  @Field(() => LegEnum, { nullable: true, description: "Of a switch: which leg it is." })
  leg!: OrderState["leg"];

  @Field(() => ORDER_STATES, { description: "How far it is." })
  state!: OrderStatus;

  @Field(() => Int, {
    description: "How many people have to approve it while it waits, none of them its maker.",
  })
  approvers!: number;

  @Field(() => [ActorObject], {
    description:
      "Who approved so far, where more than one has to; of an API client the user who owns it. It waits for the others.",
  })
  approvedBy!: ActorObject[];

  @Field(() => String, { nullable: true, description: "Code of the gate that rejected it." })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Why it was rejected or cancelled." })
  reason!: string | null;

  @Field(() => MoneyObject, { nullable: true, description: "Ordered amount; null of units." })
  amount!: MoneyJson | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Ordered units; null of an amount." })
  units!: string | null;

  @Field(() => DecimalScalar, { description: "Units that it reserves while it waits." })
  heldUnits!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Rate of the charge agreed on for this order; null for that of the class.",
  })
  chargeRate!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was received." })
  receivedAt!: Date;

  @Field(() => DateTimeScalar, { description: "Until then it can be cancelled." })
  cutOffAt!: Date;

  @Field(() => DateScalar, { description: "The day whose NAV it gets." })
  dealingDate!: string;

  @Field(() => DateScalar, { description: "When its money is due." })
  settlementDate!: string;

  @Field(() => String, { nullable: true, description: "Reference of the client." })
  reference!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "NAV per unit at which it was dealt; null before, and of a transfer.",
  })
  price!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Units it was dealt for." })
  dealtUnits!: string | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "What the investor pays, or what the redeemed units were worth.",
  })
  dealtAmount!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "The charge on it." })
  charge!: MoneyJson | null;

  @Field(() => MoneyObject, { description: "Money that came in or was paid out so far." })
  settled!: MoneyJson;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Money that is open; null before it is dealt.",
  })
  open!: MoneyJson | null;

  @Field(() => Boolean, { description: "Whether money is open after its settlement date." })
  isLate!: boolean;

  @Field(() => ID, { nullable: true, description: "The valuation whose NAV it got." })
  valuationId!: string | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  classId!: string;
  investorId!: string;
  toInvestorId!: string | null;
  linkedOrderId!: string | null;
  transactionId!: string | null;
  position!: number;
}

export const OrderConnection = connectionType("Order", OrderObject);

/** An order as it is on a day. */
export function toOrderObject(
  row: OrderState & { readonly fundId: string; readonly unitDecimals: number },
  today: string,
): OrderObject {
  const { currency, unitDecimals } = row;
  const money = (minor: bigint | null): MoneyJson | null =>
    minor === null ? null : { amount: formatAmount(minor, currency), currency };
  const units = (count: bigint | null): string | null =>
    count === null ? null : formatAmount(count, `U/${unitDecimals}`);
  const openMinor = row.dealtMinor === null ? null : dueOf(row) - row.settledMinor;
  return Object.assign(new OrderObject(), {
    id: row.id,
    kind: row.orderKind,
    leg: row.leg,
    state: row.status,
    approvers: row.approvers,
    approvedBy: row.approvedBy.map((actor) => toActor(actor)),
    code: row.code,
    reason: row.reason,
    amount: money(row.amountMinor),
    units: units(row.units),
    heldUnits: units(row.heldUnits),
    chargeRate: row.chargeRate,
    receivedAt: row.receivedAt,
    cutOffAt: row.cutOffAt,
    dealingDate: row.dealingDate,
    settlementDate: row.settlementDate,
    reference: row.reference,
    price: row.price,
    dealtUnits: units(row.dealtUnits),
    dealtAmount: money(row.dealtMinor),
    charge: money(row.chargeMinor),
    settled: money(row.settledMinor),
    open: money(openMinor),
    isLate: (openMinor ?? 0n) > 0n && row.settlementDate < today,
    valuationId: row.valuationId,
    replayed: false,
    fundId: row.fundId,
    classId: row.classId,
    investorId: row.investorId,
    toInvestorId: row.toInvestorId,
    linkedOrderId: row.linkedOrderId,
    transactionId: row.transactionId,
    position: row.position,
  });
}

@InputType({ description: "An order of an investor; an amount or units." })
export class PlaceOrderInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the order; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => OrderKindEnum, { description: "What is ordered." })
  kind!: OrderState["orderKind"];

  @Field(() => ID, { description: "The share class it is of, or out of." })
  classId!: string;

  @Field(() => ID, { description: "The investor; the giver of a transfer." })
  investorId!: string;

  @Field(() => ID, { nullable: true, description: "Of a SWITCH: the class it goes into." })
  toClassId?: string | null;

  @Field(() => ID, { nullable: true, description: "Of a TRANSFER: who receives the units." })
  toInvestorId?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "In the currency of the class." })
  amount?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "With the decimals of the class." })
  units?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Rate of the charge agreed on for this order; that of the class when absent.",
  })
  chargeRate?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it was received, in the past; now when absent. Stating it needs the scope investors:write.",
  })
  receivedAt?: string | Date | null;

  @Field(() => String, {
    nullable: true,
    description: "The client's reference, unique in the fund, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key place it once." })
  idempotencyKey?: string | null;
}

const BULK_ORDER_MODES = { ATOMIC: "ATOMIC", INDEPENDENT: "INDEPENDENT" } as const;
export type OrderBulkMode = keyof typeof BULK_ORDER_MODES;
registerEnumType(BULK_ORDER_MODES, {
  name: "OrderBulkMode",
  description: "ATOMIC places all or none; INDEPENDENT places what it can.",
});

@InputType({ description: "Orders to place together." })
export class PlaceOrdersInput {
  @Field(() => [PlaceOrderInput], { description: "1 to 1,000; of one fund when ATOMIC." })
  orders!: PlaceOrderInput[];

  @Field(() => BULK_ORDER_MODES, {
    defaultValue: "ATOMIC",
    description: "What a refused order means for the others.",
  })
  mode!: OrderBulkMode;
}

@ObjectType("OrderRefusal", { description: "Why an order was not placed." })
class OrderRefusalObject {
  @Field(() => String, { description: "Stable error code." })
  code!: string;

  @Field(() => String, { description: "What is wrong, in a sentence." })
  message!: string;
}

@ObjectType("PlacedOrderResult", { description: "What became of one order of a bulk." })
export class PlacedResultObject {
  @Field(() => Int, { description: "Place of the order in the input, from 0." })
  index!: number;

  @Field(() => OrderRefusalObject, { nullable: true, description: "Set when it was refused." })
  error!: OrderRefusalObject | null;

  /** Null of a refusal. */
  placed!: { readonly orderId: string; readonly replayed: boolean } | null;
}

@ObjectType("PlacedOrders", { description: "The verdicts on orders, in the order of the input." })
export class PlacedOrdersObject {
  @Field(() => [PlacedResultObject], { description: "One per order, in order." })
  results!: PlacedResultObject[];

  @Field(() => Int, { description: "Orders that are placed." })
  placed!: number;

  @Field(() => Int, { description: "Orders that are not." })
  refused!: number;
}

@InputType({ description: "An order to decide on, and why." })
export class OrderDecisionInput {
  @Field(() => ID, { description: "The order; of a switch either leg, both are decided on." })
  orderId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key take effect once.",
  })
  idempotencyKey?: string | null;
}

@InputType({ description: "Money of an order that came in or was paid out." })
export class SettleOrderInput {
  @Field(() => ID, { description: "The order." })
  orderId!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "All that is open when absent." })
  amount?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Value date; today (UTC) when absent. The first open day when it is in a closed period.",
  })
  date?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The posted line of the bank it is matched with: its other side is cleared. The bank account moves when absent.",
  })
  bankTransactionId?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key settle once." })
  idempotencyKey?: string | null;
}
