import { AppError } from "@allfunds/contract/errors";
import type {
  FakeValue,
  Investor,
  InvestorAccount,
  InvestorStatementLine,
  Order,
  OrderDecisionInput,
  PlacedOrders,
  PlaceOrderInput,
  PlaceOrdersInput,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { EUR, FUND } from "./sample-values.fixture.ts";

export const SHARE_CLASS = "018f6b7e-0000-7000-8000-00000000c10a";
export const INVESTOR = "018f6b7e-0000-7000-8000-000000001510";
const ISIN = "QSFUNDA00013";
/** The reference of an order that is dealt at once. */
export const DEALT = "DEALT";

/** The orders of the fake graph, with the gates that a client can meet. */
export class FakeOrders {
  readonly #placed: FakeValue<Order>[] = [];

  get all(): FakeValue<Order>[] {
    return this.#placed;
  }

  find(id: string): FakeValue<Order> | null {
    return this.#placed.find((order) => order.id === id) ?? null;
  }

  place(input: PlaceOrderInput): FakeValue<Order> {
    if (input.kind === "REDEMPTION") {
      throw new AppError("INSUFFICIENT_UNITS", "The account has 0.0000 units free.");
    }
    const order: FakeValue<Order> = {
      id: input.id ?? newId(),
      kind: input.kind,
      state: "ACCEPTED",
      ...(input.reference === DEALT ? { state: "DEALT", price: "101.5000" } : {}),
      amount: typeof input.amount === "string" ? EUR(input.amount) : null,
      units: input.units ?? null,
      heldUnits: "0.0000",
      receivedAt: "2026-10-14T08:00:00.000Z",
      cutOffAt: "2026-10-15T13:00:00.000Z",
      dealingDate: "2026-10-15",
      settlementDate: "2026-10-20",
      reference: input.reference ?? null,
      settled: EUR("0.00"),
      isLate: false,
      replayed: false,
      fund: { id: FUND },
      shareClass: { id: input.classId, isin: ISIN },
      investor: { id: input.investorId, reference: "I-1" },
    };
    this.#placed.unshift(order);
    return order;
  }

  placeMany({ orders, mode }: PlaceOrdersInput): FakeValue<PlacedOrders> {
    const refused = orders.filter(({ kind }) => kind === "REDEMPTION").length;
    const results = orders.map((input, index) => {
      if (input.kind !== "REDEMPTION" && (refused === 0 || mode === "INDEPENDENT")) {
        return { index, order: this.place(input), error: null };
      }
      const code = input.kind === "REDEMPTION" ? "INSUFFICIENT_UNITS" : "BULK_REFUSED";
      return { index, order: null, error: { code, message: "It is refused." } };
    });
    return { results, refused };
  }

  cancel({ orderId, reason }: OrderDecisionInput): FakeValue<Order> {
    const order = this.find(orderId);
    if (order === null) throw new AppError("ORDER_NOT_FOUND", "There is no such order.");
    if (order.state !== "ACCEPTED") throw new AppError("ORDER_STATE", "The order is cancelled.");
    const cancelled: FakeValue<Order> = { ...order, state: "CANCELLED", reason };
    this.#placed[this.#placed.indexOf(order)] = cancelled;
    return cancelled;
  }
}

const KNOWN = { kind: "PERSON", taxCountry: "DE", kycUntil: null } as const;

export const INVESTORS: FakeValue<Investor>[] = [
  { ...KNOWN, id: INVESTOR, reference: "I-1", kycState: "CLEARED", isErased: false },
  { ...KNOWN, id: newId(), reference: "I-2", kycState: "BLOCKED", isErased: true },
];

export const HOLDING: FakeValue<InvestorAccount> = {
  id: "018f6b7e-0000-7000-8000-00000000a801",
  units: "494.4091",
  investor: { id: INVESTOR },
  shareClass: { id: SHARE_CLASS, isin: ISIN, currency: "EUR", name: "Class A" },
};

const LINE: FakeValue<InvestorStatementLine> = {
  account: { id: "018f6b7e-0000-7000-8000-00000000a801" },
  investor: { id: INVESTOR, reference: "=I-1" },
  shareClass: { id: SHARE_CLASS, isin: ISIN, currency: "EUR" },
};

export const STATEMENT_LINES: FakeValue<InvestorStatementLine>[] = [
  { ...LINE, kind: "OPENING", date: "2026-09-30", balance: "0.0000", reason: "NO_NAV" },
  {
    ...LINE,
    kind: "MOVEMENT",
    date: "2026-10-15",
    description: "Subscription of class A",
    units: "494.4091",
    balance: "494.4091",
    price: "101.1309",
    amount: EUR("50000.00"),
    charge: EUR("0.00"),
  },
  {
    ...LINE,
    kind: "CLOSING",
    date: "2026-10-31",
    balance: "494.4091",
    price: "101.1309",
    navDate: "2026-10-15",
    amount: EUR("50000.04"),
  },
];
