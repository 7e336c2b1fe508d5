import { newId } from "@allfunds/platform/ids";
import type { BookCommand } from "../slices/model.ts";
import { CLASSES } from "../slices/fund-terms/administered-fund.fixture.ts";
import type { PlaceOrder } from "../slices/orders/order.ts";

const CLEARED = "018f0000-0000-7000-8000-00000000a901";
const ERASED = "018f0000-0000-7000-8000-00000000a902";

const investor = (id: string, reference: string) => ({
  id,
  reference,
  kind: "PERSON" as const,
  taxCountry: "LU",
  kycState: "CLEARED" as const,
  kycUntil: "2027-06-30",
  commitment: "ab".repeat(32),
});

/** Investors in the tenant's own book: one who may order, and one whose data were erased. */
export const tenantInvestors = (): BookCommand[] => [
  {
    kind: "RegisterInvestors",
    investors: [investor(CLEARED, "I-1"), investor(ERASED, "I-2")],
  },
  { kind: "SetKycState", investorId: CLEARED, state: "CLEARED", until: null, reason: "Reviewed" },
  { kind: "EraseInvestor", investorId: ERASED, reason: "Asked for" },
];

/** Orders in the book of a fund: one that is paid and waits, and one that is over. */
export function fundOrders(fundId: string, receivedAt: Date): BookCommand[] {
  const order: PlaceOrder = {
    kind: "PlaceOrder",
    fundId,
    orderId: newId(),
    orderKind: "SUBSCRIPTION",
    classId: CLASSES.a,
    investorId: CLEARED,
    toClassId: null,
    toInvestorId: null,
    amount: "50.00",
    units: null,
    chargeRate: "0.005",
    receivedAt,
    reference: "Order 1",
  };
  const cancelled = newId();
  return [
    order,
    {
      kind: "SettleOrder",
      fundId,
      orderId: order.orderId,
      amount: "20.00",
      date: "2026-09-30",
      transactionId: newId(),
      bankTransactionId: null,
    },
    { ...order, orderId: cancelled, reference: null },
    { kind: "CancelOrder", fundId, orderId: cancelled, reason: "Changed" },
  ];
}
