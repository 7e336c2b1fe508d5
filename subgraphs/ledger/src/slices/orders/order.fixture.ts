import type { BookEvent } from "../model.ts";
import { atOnce } from "../../engine/turns.ts";
import { BookState, GENESIS } from "../../engine/book-state.ts";
import { evolve, FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountByCode } from "../accounts/account.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import { formatAmount } from "@allfunds/contract/money";
import { dealOrders, type Publication } from "./deal-orders.ts";
import { ORDER } from "./order-state.ts";
import type { PlaceOrder } from "./order.ts";

const investorId = (number: number): string => `018f0000-0000-7000-8000-0000000015${number}0`;
const orderId = (number: number): string =>
  `018f0000-0000-7000-8000-0000000${(0x0d000 + number).toString(16).padStart(5, "0")}`;

export const investor = (number: number) => ({
  id: investorId(number),
  reference: `I-${number}`,
  kind: "PERSON" as const,
  taxCountry: "LU",
  kycState: "CLEARED" as const,
  kycUntil: "2027-06-30",
  commitment: "ab".repeat(32),
});

/** The fund of the worked example with four cleared investors and one who is pending. */
export function fundWithInvestors(): BookState {
  const tenant = new BookState(GENESIS);
  const pending = { ...investor(5), kycState: "PENDING" as const, kycUntil: null };
  const investors = [1, 2, 3, 4].map(investor);
  run(tenant, { kind: "RegisterInvestors", investors: [...investors, pending] });
  const state = sampleBook();
  state.tenant = tenant;
  for (const command of administerCommands(FUND_ID)) run(state, command);
  return state;
}

let orders = 0;

/** An order of investor `of`, received in the morning of a day unless it names another time. */
export function order(of: number, more: Partial<PlaceOrder> = {}): PlaceOrder {
  orders += 1;
  return {
    kind: "PlaceOrder",
    fundId: FUND_ID,
    orderId: orderId(orders),
    orderKind: "SUBSCRIPTION",
    classId: CLASSES.a,
    investorId: investorId(of),
    toClassId: null,
    toInvestorId: null,
    amount: null,
    units: null,
    chargeRate: null,
    receivedAt: new Date("2026-10-14T08:00:00.000Z"),
    reference: null,
    ...more,
  };
}

/** When the tests are: behind every receipt. */
export const LATER = new Date("2026-12-01T00:00:00.000Z");

export const place = (state: BookState, command: PlaceOrder): string => run(state, command, LATER);

/** Deals what waits as a publication does, and folds it in. */
export function publish(
  state: BookState,
  dealingDate: string,
  navs: { readonly a?: string; readonly b?: string },
  rate = "1.1000",
): readonly BookEvent[] {
  const prices: [string, Publication["prices"] extends ReadonlyMap<string, infer P> ? P : never][] =
    [];
  if (navs.a !== undefined) prices.push([CLASSES.a, { nav: navs.a, rate: null }]);
  if (navs.b !== undefined)
    prices.push([CLASSES.b, { nav: navs.b, rate: { units: rate, per: "1" } }]);
  const publication = {
    valuationId: `018f0000-0000-7000-8000-00000000${dealingDate.slice(5).replace("-", "")}`,
    dealingDate,
    prices: new Map(prices),
  };
  const events = atOnce(dealOrders(state.fork(), publication)) as BookEvent[];
  for (const event of events) evolve(state, event);
  return events;
}

export const statusOf = (state: BookState, { orderId: id }: PlaceOrder): string => {
  const row = state.get(ORDER, id);
  return row === undefined
    ? "none"
    : [row.status, row.code].filter((part) => part !== null).join(" ");
};

/** The balance of an account by code, as text. */
export function balance(state: BookState, code: string): string {
  const account = accountByCode(state, code);
  return account === undefined ? "none" : formatAmount(account.balanceMinor, account.currency);
}

/** The units of an investor: all, and those that are free. */
export function unitsOf(state: BookState, of: number, classCode = "A"): string {
  const account = accountByCode(state, `3801-${classCode}-${investorId(of)}`);
  if (account === undefined) return "none";
  const { balanceMinor, heldMinor, currency } = account;
  return `${formatAmount(balanceMinor, currency)} ${formatAmount(balanceMinor - heldMinor, currency)}`;
}
