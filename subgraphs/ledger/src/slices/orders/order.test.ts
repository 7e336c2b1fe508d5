import { describe, expect, test } from "vitest";
import type { BookState } from "../../engine/book-state.ts";
import { decide, FUND_ID, run } from "../../engine/sample-book.fixture.ts";
import { CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import {
  balance,
  fundWithInvestors,
  investor,
  LATER,
  order,
  place,
  publish,
  statusOf,
  unitsOf,
} from "./order.fixture.ts";
import { ORDER } from "./order-state.ts";
import type { SettleOrder } from "./settle-order.ts";

const LAUNCH = new Date("2026-09-29T08:00:00.000Z");
const OCTOBER_30 = new Date("2026-10-29T08:00:00.000Z");

const redeem = (units: string) => order(1, { orderKind: "REDEMPTION", units });

let settlements = 0;
const settle = (orderId: string, amount: string | null, date: string): SettleOrder => {
  settlements += 1;
  return {
    kind: "SettleOrder",
    fundId: FUND_ID,
    orderId,
    amount,
    date,
    transactionId: `018f0000-0000-7000-8000-00000005${String(settlements).padStart(4, "0")}`,
    bankTransactionId: null,
  };
};

/** Both classes launched: 10,000 units of A with investor 1, 5,000 of B with investor 2. */
function launched(): BookState {
  const state = fundWithInvestors();
  const first = { receivedAt: LAUNCH, chargeRate: "0" };
  const a = order(1, { ...first, units: "10000" });
  const b = order(2, { ...first, classId: CLASSES.b, units: "5000" });
  for (const each of [a, b]) expect(place(state, each)).toBe("ok");
  publish(state, "2026-09-30", { a: "100.0000", b: "100.0000" }, "1.0800");
  for (const each of [a, b])
    expect(run(state, settle(each.orderId, null, "2026-09-30"))).toBe("ok");
  return state;
}

describe("the orders of the worked month", () => {
  test("are dealt at the NAV of their date, to the cent and the last decimal of a unit", () => {
    const state = launched();
    expect(balance(state, "3000-A")).toBe("1000000.00");
    expect(balance(state, "3000-B")).toBe("462962.96");
    const orders = [
      order(3, { amount: "50000.00" }),
      order(4, { classId: CLASSES.b, units: "100.0000" }),
      order(1, { orderKind: "REDEMPTION", units: "250.0000" }),
    ];
    for (const each of orders) expect(place(state, each)).toBe("ok");
    expect(orders.map(({ orderId }) => state.get(ORDER, orderId)?.dealingDate)).toEqual(
      Array(3).fill("2026-10-15"),
    );
    publish(state, "2026-10-15", { a: "100.1195", b: "102.0049" });
    const october = [
      order(2, {
        orderKind: "REDEMPTION",
        classId: CLASSES.b,
        amount: "20000.00",
        receivedAt: OCTOBER_30,
      }),
      order(3, { amount: "75000.00", receivedAt: OCTOBER_30 }),
    ];
    for (const each of october) expect(place(state, each)).toBe("ok");
    publish(state, "2026-10-30", { a: "101.0921", b: "104.8878" }, "1.1200");
    expect(unitsOf(state, 3)).toBe("1228.8878 1228.8878");
    expect(balance(state, "3800-A")).toBe("-10978.8878");
    expect(balance(state, "3800-B")).toBe("-4909.3201");
    expect(balance(state, "3000-A")).toBe("1098720.12");
    expect(balance(state, "3000-B")).toBe("454378.99");
    expect(balance(state, "2220")).toBe("1250.00");
    expect(balance(state, "4300-A")).toBe("125.15");
    expect(balance(state, "2100")).toBe("24904.73");
    expect(balance(state, "2100-USD")).toBe("20000.00");
    expect(balance(state, "1100-USD")).toBe("10200.49");
  });

  test("settle in parts, early and late, and no more than they come to", () => {
    const state = launched();
    const bought = order(3, { amount: "50000.00" });
    place(state, bought);
    expect(run(state, settle(bought.orderId, "20000.00", "2026-10-14"))).toBe("ok");
    expect(balance(state, "2050")).toBe("20000.00");
    publish(state, "2026-10-15", { a: "100.1195" });
    expect(statusOf(state, bought)).toBe("PARTLY_SETTLED");
    expect([balance(state, "2050"), balance(state, "1100")]).toEqual(["0.00", "30000.00"]);
    expect(run(state, settle(bought.orderId, "30000.01", "2026-11-20"))).toBe("INVALID_AMOUNT");
    expect(run(state, settle(bought.orderId, "10000.00", "2026-11-20"))).toBe("ok");
    expect(run(state, settle(bought.orderId, null, "2026-11-21"))).toBe("ok");
    expect(statusOf(state, bought)).toBe("SETTLED");
    expect(balance(state, "1100")).toBe("0.00");
    expect(run(state, settle(bought.orderId, null, "2026-11-21"))).toBe("ORDER_STATE");
  });
});

/** The fund of two classes whose books are closed to 15 October. */
function closed(): BookState {
  const state = launched();
  const periodId = "018f0000-0000-7000-8000-00000000c105";
  const period = { fundId: FUND_ID, periodId, from: undefined, to: "2026-10-15" };
  expect(run(state, { kind: "ClosePeriod", ...period })).toBe("ok");
  return state;
}
function dateOf(state: BookState, command: Parameters<typeof decide>[0]): string | undefined {
  const decision = decide(command, state, LATER);
  if (!decision.accepted) return decision.refusal.code;
  return decision.events.find((event) => event.type === "TransactionPosted")?.effectiveDate;
}

describe("money and transfers of a day in a closed period", () => {
  test("are posted on the first open day", () => {
    const state = closed();
    const bought = order(3, { amount: "50000.00" });
    place(state, bought);
    const given = order(1, { orderKind: "TRANSFER", units: "2500", toInvestorId: investor(4).id });
    const paid = (date: string) => settle(bought.orderId, "20000.00", date);
    expect(dateOf(state, paid("2026-10-14"))).toBe("2026-10-16");
    expect(dateOf(state, paid("2026-10-19"))).toBe("2026-10-19");
    expect(dateOf(state, given)).toBe("2026-10-16");
  });
});

describe("an order before the launch of its class", () => {
  const early = new Date("2026-09-14T08:00:00.000Z");

  test("is dealt at the first dealing of the class, and not at one before it", () => {
    const state = fundWithInvestors();
    const first = order(1, { amount: "1000.00", receivedAt: early });
    expect(place(state, first)).toBe("ok");
    expect(state.get(ORDER, first.orderId)).toMatchObject({ dealingDate: "2026-09-30" });
    publish(state, "2026-09-15", {});
    expect(statusOf(state, first)).toBe("ACCEPTED");
    publish(state, "2026-09-30", { a: "100.0000" });
    expect(statusOf(state, first)).toBe("DEALT");
  });

  test("is dealt no earlier when another person approved it", () => {
    const state = fundWithInvestors();
    run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "1000.00" });
    const first = order(1, { amount: "1000.01", receivedAt: early });
    place(state, first);
    const approve = { kind: "ApproveOrder", fundId: FUND_ID, orderId: first.orderId } as const;
    expect(decide(approve, state, early, { actor: "bob" })).toMatchObject({
      events: [{ type: "OrderApproved", dealingDate: "2026-09-30" }],
    });
  });

  test("into a class that is launched later waits for it with both legs", () => {
    const state = fundWithInvestors();
    const [kind, later] = ["OpenShareClass", "018f0000-0000-7000-8000-00000000c1cc"] as const;
    const opened = {
      kind,
      fundId: FUND_ID,
      classId: later,
      code: "C",
      name: "C",
      isin: "QSMONTHA0011",
    };
    const launch = { launchDate: "2026-10-30", launchPrice: "10" };
    run(state, { ...opened, currency: "EUR", ...launch, terms: {} });
    place(state, order(1, { units: "10", receivedAt: LAUNCH }));
    publish(state, "2026-09-30", { a: "100.0000" });
    const moved = order(1, { orderKind: "SWITCH", units: "5", toClassId: later });
    expect(place(state, moved)).toBe("ok");
    const dates = [...state.all(ORDER).values()].map(({ dealingDate }) => dealingDate);
    expect(dates.filter((date) => date === "2026-10-30")).toHaveLength(2);
  });
});

describe("a redemption", () => {
  test("reserves its units, so that two of more than is held are not both accepted", () => {
    const state = launched();
    const [first, second] = [redeem("6000"), redeem("6000")];
    expect([place(state, first), place(state, second)]).toEqual(["ok", "INSUFFICIENT_UNITS"]);
    expect(unitsOf(state, 1)).toBe("10000.0000 4000.0000");
    expect(place(state, redeem("4000.0001"))).toBe("INSUFFICIENT_UNITS");
    const cancel = {
      kind: "CancelOrder" as const,
      fundId: FUND_ID,
      orderId: first.orderId,
      reason: "Changed",
    };
    expect(run(state, cancel, new Date("2026-10-15T13:00:00.000Z"))).toBe("CUT_OFF_PASSED");
    expect(run(state, cancel, new Date("2026-10-15T12:59:59.999Z"))).toBe("ok");
    expect(unitsOf(state, 1)).toBe("10000.0000 10000.0000");
    expect(run(state, cancel)).toBe("ORDER_STATE");
    expect(place(state, second)).toBe("ok");
  });

  test("of the last unit leaves the class empty", () => {
    const state = launched();
    expect(place(state, order(1, { orderKind: "REDEMPTION", units: "10000" }))).toBe("ok");
    publish(state, "2026-10-15", { a: "100.0000" });
    expect(balance(state, "3800-A")).toBe("0.0000");
  });

  test("of an amount is rejected when the price has fallen too far for its account", () => {
    const state = launched();
    const redeem = order(1, { orderKind: "REDEMPTION", amount: "990000.00" });
    expect(place(state, redeem)).toBe("ok");
    publish(state, "2026-10-15", { a: "90.0000" });
    expect(statusOf(state, redeem)).toBe("REJECTED INSUFFICIENT_UNITS");
    expect(unitsOf(state, 1)).toBe("10000.0000 10000.0000");
  });
});

describe("the gates of an order", () => {
  test.each<[string, Parameters<typeof order>, string]>([
    ["of an investor who is pending", [5, { amount: "100.00" }], "KYC_REQUIRED"],
    ["of no investor", [9, { amount: "100.00" }], "INVESTOR_NOT_FOUND"],
    ["without amount or units", [3], "INVALID_INPUT"],
    ["with both", [3, { amount: "1.00", units: "1" }], "INVALID_INPUT"],
    ["of nothing", [3, { amount: "0.00" }], "INVALID_INPUT"],
    ["with surplus decimals", [3, { amount: "1.001" }], "INVALID_AMOUNT"],
    [
      "from the future",
      [3, { amount: "1.00", receivedAt: new Date("2027-01-01") }],
      "INVALID_INPUT",
    ],
    ["of no class", [3, { amount: "1.00", classId: FUND_ID }], "SHARE_CLASS_NOT_FOUND"],
    [
      "before the fund has terms",
      [3, { amount: "1.00", receivedAt: new Date("2026-08-01") }],
      "INVALID_INPUT",
    ],
    ["with a charge of all", [3, { amount: "1.00", chargeRate: "1" }], "INVALID_INPUT"],
    [
      "of a switch into the same class",
      [1, { orderKind: "SWITCH", units: "1", toClassId: CLASSES.a }],
      "INVALID_INPUT",
    ],
    [
      "of a transfer to one who is pending",
      [1, { orderKind: "TRANSFER", units: "1", toInvestorId: investor(5).id }],
      "KYC_REQUIRED",
    ],
  ])("refuse one %s", (_what, parts, expected) => {
    expect(place(launched(), order(...parts))).toBe(expected);
  });

  test("read a clearance by the day in the zone of the fund", () => {
    const state = launched();
    const at = (time: string) =>
      run(
        state,
        order(1, { amount: "100.00", receivedAt: new Date(time) }),
        new Date("2027-07-02T00:00:00.000Z"),
      );
    // The last day of the clearance ends at 22:00 UTC in summer.
    expect(at("2027-06-30T21:59:59.999Z")).toBe("ok");
    expect(at("2027-06-30T22:00:00.000Z")).toBe("KYC_REQUIRED");
  });

  test("follow the state of the class", () => {
    const state = launched();
    const into = (of: number) => place(state, order(of, { amount: "100.00" }));
    const out = () => place(state, order(1, { orderKind: "REDEMPTION", units: "1" }));
    const set = (to: "SOFT_CLOSED" | "CLOSED" | "SUSPENDED") =>
      run(state, {
        kind: "SetShareClassState",
        fundId: FUND_ID,
        classId: CLASSES.a,
        state: to,
        reason: "x",
      });
    set("SOFT_CLOSED");
    expect([into(3), into(1), out()]).toEqual(["CLASS_NOT_OPEN", "ok", "ok"]);
    set("CLOSED");
    expect([into(1), out()]).toEqual(["CLASS_NOT_OPEN", "ok"]);
    set("SUSPENDED");
    expect([into(1), out()]).toEqual(["CLASS_NOT_OPEN", "CLASS_NOT_OPEN"]);
  });

  test("defer what waits for a class that is suspended, and deal it when it is open again", () => {
    const state = launched();
    const bought = order(3, { amount: "100.00" });
    place(state, bought);
    const set = (to: "SUSPENDED" | "OPEN") =>
      run(state, {
        kind: "SetShareClassState",
        fundId: FUND_ID,
        classId: CLASSES.a,
        state: to,
        reason: "x",
      });
    set("SUSPENDED");
    publish(state, "2026-10-15", { a: "100.0000" });
    expect(statusOf(state, bought)).toBe("DEFERRED");
    expect(state.get(ORDER, bought.orderId)?.dealingDate).toBe("2026-10-30");
    set("OPEN");
    publish(state, "2026-10-30", { a: "100.0000" });
    expect(statusOf(state, bought)).toBe("DEALT");
  });

  test("hold the minimum against first and further subscriptions", () => {
    const state = launched();
    const terms = { minimumInitial: "1000", minimumFurther: "10" };
    const change = { kind: "SetShareClassTerms", fundId: FUND_ID, classId: CLASSES.a } as const;
    expect(run(state, { ...change, effectiveFrom: "2026-10-01", terms })).toBe("ok");
    expect(place(state, order(3, { amount: "999.99" }))).toBe("BELOW_MINIMUM");
    expect(place(state, order(3, { amount: "1000.00" }))).toBe("ok");
    expect(place(state, order(1, { amount: "10.00" }))).toBe("ok");
    expect(place(state, order(1, { units: "0.0999" }))).toBe("BELOW_MINIMUM");
  });

  test("reject at dealing who is blocked by then", () => {
    const state = launched();
    const bought = order(3, { amount: "100.00" });
    place(state, bought);
    const block = {
      kind: "SetKycState",
      investorId: investor(3).id,
      state: "BLOCKED",
      until: null,
    } as const;
    if (state.tenant === undefined) throw new Error("no tenant");
    expect(run(state.tenant, { ...block, reason: "Sanctions" })).toBe("ok");
    publish(state, "2026-10-15", { a: "100.0000" });
    expect(statusOf(state, bought)).toBe("REJECTED KYC_REQUIRED");
  });
});

describe("an order above the limit", () => {
  test("waits for another person, and is dealt as if it had been received then", () => {
    const state = launched();
    run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "1000.00" });
    const bought = order(3, { amount: "1000.01" });
    place(state, bought);
    expect(statusOf(state, bought)).toBe("WAITING_APPROVAL");
    publish(state, "2026-10-15", { a: "100.0000" });
    expect(statusOf(state, bought)).toBe("WAITING_APPROVAL");
    const approve = { kind: "ApproveOrder", fundId: FUND_ID, orderId: bought.orderId } as const;
    const at = new Date("2026-10-16T08:00:00.000Z");
    const decided = decide(approve, state, at);
    expect(decided).toMatchObject({ events: [{ type: "OrderApprovalRefused", isMaker: true }] });
    expect(run(state, approve, at)).toBe("ok");
    expect(statusOf(state, bought)).toBe("WAITING_APPROVAL");
  });
});

describe("a switch", () => {
  test("moves capital between classes without cash, both legs or none", () => {
    const state = launched();
    const change = order(1, { orderKind: "SWITCH", amount: "1100.00", toClassId: CLASSES.b });
    expect(place(state, change)).toBe("ok");
    publish(state, "2026-10-15", { a: "100.0000", b: "110.0000" });
    expect(balance(state, "3000-A")).toBe("998900.00");
    expect(balance(state, "3000-B")).toBe("464062.96");
    expect(unitsOf(state, 1, "B")).toBe("11.0000 11.0000");
    expect(statusOf(state, change)).toBe("SETTLED");
    const other = order(1, {
      orderKind: "SWITCH",
      amount: "1100.00",
      toClassId: CLASSES.b,
      receivedAt: OCTOBER_30,
    });
    place(state, other);
    publish(state, "2026-10-30", { a: "100.0000" });
    expect(statusOf(state, other)).toBe("REJECTED PRICE_MISSING");
    expect(unitsOf(state, 1)).toBe("9989.0000 9989.0000");
  });
});

test("a transfer moves units at once, without a price", () => {
  const state = launched();
  const given = order(1, { orderKind: "TRANSFER", units: "2500", toInvestorId: investor(4).id });
  expect(place(state, given)).toBe("ok");
  expect([unitsOf(state, 1), unitsOf(state, 4)]).toEqual([
    "7500.0000 7500.0000",
    "2500.0000 2500.0000",
  ]);
  expect(statusOf(state, given)).toBe("SETTLED");
  expect(balance(state, "3800-A")).toBe("-10000.0000");
  expect(
    place(
      state,
      order(1, { orderKind: "TRANSFER", units: "7500.0001", toInvestorId: investor(4).id }),
    ),
  ).toBe("INSUFFICIENT_UNITS");
});

test("no order is taken at a time before its cut-off by who places it later", () => {
  const state = launched();
  const command = order(3, { amount: "100.00", receivedAt: LATER });
  expect(place(state, command)).toBe("ok");
  expect(state.get(ORDER, command.orderId)?.dealingDate).toBe("2026-12-15");
});
