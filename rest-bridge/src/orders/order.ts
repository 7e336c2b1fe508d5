import { z } from "zod";
import { currency, date, decimal, id, instant } from "../endpoint/scalars.ts";
import { columnsOf } from "../endpoint/table.ts";
import type { HoldingFieldsFragment, OrderFieldsFragment } from "../graph/graph-types.generated.ts";

export const ORDER_KINDS = ["SUBSCRIPTION", "REDEMPTION", "SWITCH", "TRANSFER"] as const;
export const ORDER_STATES = [
  "WAITING_APPROVAL",
  "ACCEPTED",
  "DEFERRED",
  "DEALT",
  "PARTLY_SETTLED",
  "SETTLED",
  "CANCELLED",
  "REJECTED",
] as const;

export const order = z
  .object({
    id: id("The order."),
    fundId: id("The fund whose class is ordered."),
    classId: id("The share class."),
    isin: z.string().meta({ description: "ISIN of the class." }),
    investor: z.string().meta({ description: "Reference of the investor." }),
    investorId: id("The investor."),
    kind: z.enum(ORDER_KINDS).meta({ description: "What is ordered." }),
    leg: z.enum(["OUT", "IN"]).nullable().meta({ description: "Of a switch: which leg it is." }),
    linkedOrderId: id("Of a switch: the order of the other leg.").nullable(),
    toIsin: z.string().nullable().meta({
      description: "Of a switch's leg that goes out: ISIN of the class it goes into.",
    }),
    toInvestor: z
      .string()
      .nullable()
      .meta({ description: "Of a transfer: reference of who receives the units." }),
    toInvestorId: id("Of a transfer: who receives the units.").nullable(),
    state: z.enum(ORDER_STATES).meta({ description: "How far it is." }),
    code: z.string().nullable().meta({ description: "Code of the gate that rejected it." }),
    reason: z.string().nullable().meta({ description: "Why it was rejected or cancelled." }),
    currency: currency("The class's currency."),
    amount: decimal("Ordered amount; null of units.").nullable(),
    units: decimal("Ordered units; null of an amount.").nullable(),
    heldUnits: decimal("Units that it reserves while it waits."),
    chargeRate: decimal("Rate of the charge agreed on for it; null for the class's.").nullable(),
    receivedAt: instant("When it was received."),
    cutOffAt: instant("Until then it can be cancelled."),
    dealingDate: date("The day whose NAV it gets."),
    settlementDate: date("When its money is due."),
    reference: z.string().nullable().meta({ description: "Reference of the client." }),
    price: decimal("NAV per unit at which it was dealt; null before.").nullable(),
    dealtUnits: decimal("Units it was dealt for; null before.").nullable(),
    dealtAmount: decimal("What is paid, or what the redeemed units were worth.").nullable(),
    charge: decimal("The charge on it; null before it is dealt.").nullable(),
    settled: decimal("Money that moved so far."),
    open: decimal("Money that is open; null before it is dealt.").nullable(),
    isLate: z.boolean().meta({ description: "Whether money is open after the settlement date." }),
  })
  .meta({ id: "Order", description: "An order of an investor, dealt at a later NAV." });
export type Order = z.output<typeof order>;

export const toOrder = (data: OrderFieldsFragment): Order => ({
  id: data.id,
  fundId: data.fund.id,
  classId: data.shareClass.id,
  isin: data.shareClass.isin,
  investor: data.investor.reference,
  investorId: data.investor.id,
  kind: data.kind,
  leg: data.leg,
  linkedOrderId: data.linkedOrder?.id ?? null,
  toIsin: data.leg === "OUT" ? (data.linkedOrder?.shareClass.isin ?? null) : null,
  toInvestor: data.toInvestor?.reference ?? null,
  toInvestorId: data.toInvestor?.id ?? null,
  state: data.state,
  code: data.code,
  reason: data.reason,
  currency: data.settled.currency,
  amount: data.amount?.amount ?? null,
  units: data.units,
  heldUnits: data.heldUnits,
  chargeRate: data.chargeRate,
  receivedAt: data.receivedAt,
  cutOffAt: data.cutOffAt,
  dealingDate: data.dealingDate,
  settlementDate: data.settlementDate,
  reference: data.reference,
  price: data.price,
  dealtUnits: data.dealtUnits,
  dealtAmount: data.dealtAmount?.amount ?? null,
  charge: data.charge?.amount ?? null,
  settled: data.settled.amount,
  open: data.open?.amount ?? null,
  isLate: data.isLate,
});

/** The fields of an order as columns of a table. */
export const ORDER_COLUMNS = columnsOf<Order>(order);

/** The address of an order. */
export const orderLocation = (orderId: string): string => `/api/v1/orders/${orderId}`;

export const holding = z
  .object({
    accountId: id("The account that keeps the units."),
    investorId: id("The investor."),
    classId: id("The share class."),
    isin: z.string().meta({ description: "ISIN of the class." }),
    currency: currency("The class's currency."),
    units: decimal("Units."),
  })
  .meta({ id: "Holding", description: "The units of a class that an investor holds." });
type Holding = z.output<typeof holding>;
export const HOLDING_COLUMNS = columnsOf<Holding>(holding);

export const toHolding = ({
  id: accountId,
  investor,
  shareClass,
  units,
}: HoldingFieldsFragment): Holding => ({
  accountId,
  investorId: investor.id,
  classId: shareClass.id,
  isin: shareClass.isin,
  currency: shareClass.currency,
  units,
});
