import type { BookEvent } from "../model.ts";
import { CLASSES } from "../fund-terms/administered-fund.fixture.ts";

const id = (digits: string): string => `018f0000-0000-7000-8000-00000000${digits}`;

const investor = {
  id: id("a501"),
  reference: "I-1",
  kind: "PERSON" as const,
  taxCountry: "LU",
  kycState: "CLEARED" as const,
  kycUntil: "2027-06-30",
  commitment: "ab".repeat(32),
};

const dealing = {
  cutOffAt: "2026-10-15T13:00:00.000Z",
  dealingDate: "2026-10-15",
  settlementDate: "2026-10-20",
};

/** An event of each type that investors and orders lead to. */
export function orderEvents(fundId: string): BookEvent[] {
  const ofOrder = { orderId: id("a601"), fundId };
  const ofInvestor = { fundId: null, investorId: investor.id, reason: "Reviewed" };
  return [
    { type: "InvestorsRegistered", fundId: null, investors: [investor] },
    { type: "KycStateSet", ...ofInvestor, state: "BLOCKED", until: null },
    { type: "InvestorErased", ...ofInvestor },
    {
      type: "InvestorAccountOpened",
      accountId: id("a502"),
      fundId,
      classId: CLASSES.a,
      investorId: investor.id,
    },
    {
      type: "OrderPlaced",
      ...ofOrder,
      ...dealing,
      orderKind: "SUBSCRIPTION",
      leg: null,
      linkedOrderId: null,
      classId: CLASSES.a,
      investorId: investor.id,
      accountId: id("a502"),
      toInvestorId: null,
      toAccountId: null,
      currency: "EUR",
      amount: "50000.00",
      units: null,
      chargeRate: null,
      heldUnits: "0.0000",
      receivedAt: "2026-10-14T08:00:00.000Z",
      reference: null,
      status: "ACCEPTED",
      maker: "ann",
      investorsAt: 3,
      worth: "50000.00",
      countedFor: "ann",
    },
    { type: "OrderApproved", ...ofOrder, ...dealing },
    { type: "OrderApprovalGiven", ...ofOrder },
    { type: "OrderApprovalRefused", ...ofOrder, isMaker: false, reason: "APPROVED_BEFORE" },
    { type: "OrderRejected", ...ofOrder, code: "KYC_REQUIRED", reason: "Blocked" },
    { type: "OrderCancelled", ...ofOrder, reason: "Changed" },
    { type: "OrderDeferred", ...ofOrder, ...dealing, reason: "Suspended" },
    {
      type: "OrderDealt",
      ...ofOrder,
      classId: CLASSES.a,
      valuationId: id("a701"),
      dealingDate: "2026-10-15",
      price: "100.1195",
      rate: null,
      units: "494.4091",
      currency: "EUR",
      amount: "50000.00",
      charge: "500.00",
      transactionId: id("a702"),
    },
    {
      type: "OrderSettled",
      ...ofOrder,
      currency: "EUR",
      amount: "50000.00",
      date: "2026-10-20",
      transactionId: id("a703"),
      bankTransactionId: null,
    },
  ];
}
