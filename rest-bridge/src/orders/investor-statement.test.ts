import { expect, it, test } from "vitest";
import { orderNote, statementNotes, toStatementHolding } from "./investor-statement.ts";
import type { Order } from "./order.ts";

const order = (state: Order["state"], more: Partial<Order> = {}): Order =>
  ({ state, dealingDate: "2026-10-15", code: null, reason: null, ...more }) as Order;

test.each<[Order, string | null]>([
  [order("ACCEPTED"), "Waits for the NAV of 2026-10-15."],
  [order("DEFERRED"), "Its class was suspended: waits for the NAV of 2026-10-15."],
  [order("WAITING_APPROVAL"), "Waits for approval by another person."],
  [order("REJECTED", { code: "KYC_REQUIRED" }), "Rejected: KYC_REQUIRED"],
  [order("CANCELLED", { reason: "Twice" }), "Cancelled: Twice"],
  [order("DEALT"), null],
])("an order %o has the note %s", (each, note) => {
  expect(orderNote(each)).toBe(note);
});

const held = (units: string, nav: { navDate: string; navPerUnit: string | null } | null) =>
  toStatementHolding({
    id: "account",
    units,
    investor: { id: "investor" },
    shareClass: { id: "class", isin: "QSFUNDA00013", currency: "JPY", name: "A", nav },
  });

it("values units at the last NAV, none without one, and notes why", () => {
  const none = { navPerUnit: null, note: "No NAV of the class is published yet." };
  expect(held("0.0000", null)).toMatchObject({ value: "0", ...none });
  expect(held("1.5000", null)).toMatchObject({ value: null, ...none });
  const nav = { navDate: "2026-09-30", navPerUnit: "100.3333" };
  expect(held("1.5000", nav)).toMatchObject({ value: "150", note: null, navDate: "2026-09-30" });
});

it("notes what a statement without units or orders lacks", () => {
  expect(statementNotes([held("0.0000", null)], [order("ACCEPTED")])).toEqual([
    "No units are held.",
    "Orders wait to be dealt.",
  ]);
  expect(statementNotes([held("1.0000", null)], [order("SETTLED")])).toEqual([]);
});
