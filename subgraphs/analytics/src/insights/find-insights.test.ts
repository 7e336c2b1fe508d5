import { describe, expect, test } from "vitest";
import type { CategoryCode } from "../classification/taxonomy.ts";
import { History } from "../history/history.ts";
import type { CategorisedMovement, Movement } from "../movements/movement.ts";
import { findInsights } from "./find-insights.ts";

let made = 0;

function paid(
  amountMinor: bigint,
  more: Partial<Movement> = {},
  category: CategoryCode = "IT",
): CategorisedMovement {
  made += 1;
  return {
    movement: {
      tenantId: "t",
      transactionId: `t${made}`,
      fundId: "f",
      position: made,
      effectiveDate: "2026-06-01",
      description: "Something",
      reference: null,
      counterparty: "Payee",
      counterpartyKey: "payee",
      direction: "OUT",
      currency: "EUR",
      otherAccountNames: [],
      entries: [],
      ...more,
      amountMinor,
    },
    decision: {
      category,
      confidence: 1,
      source: "RULE",
      model: "m",
      evidence: [],
      needsReview: false,
    },
  };
}

/** A history in which nothing was booked before the batch. */
function emptyHistory(batch: readonly CategorisedMovement[]): History {
  const history = new History();
  for (const { movement, decision } of batch) {
    history.holdAmounts(movement, decision.category, []);
    history.holdOutflows(movement, []);
    history.holdPayee(movement, false, []);
  }
  return history;
}

const kinds = (batch: readonly CategorisedMovement[]): string[] =>
  findInsights(batch, emptyHistory(batch)).map(({ kind }) => kind);

const apart = (day: number): Partial<Movement> => ({
  effectiveDate: `2026-06-${String(day).padStart(2, "0")}`,
});

describe("a possible duplicate", () => {
  test.each([
    ["the same day", 1, 1, ["POSSIBLE_DUPLICATE"]],
    ["three days later", 1, 4, ["POSSIBLE_DUPLICATE"]],
    ["three days earlier, booked late", 4, 1, ["POSSIBLE_DUPLICATE"]],
    ["four days later", 1, 5, []],
  ] as const)("is the same payment on %s", (_name, first, second, expected) => {
    expect(kinds([paid(900_00n, apart(first)), paid(900_00n, apart(second))])).toEqual(expected);
  });

  test.each([
    ["another amount", paid(900_01n)],
    ["another currency", paid(900_00n, { currency: "USD" })],
    ["another payee", paid(900_00n, { counterpartyKey: "other" })],
    ["another fund", paid(900_00n, { fundId: "g" })],
    ["money that came in", paid(900_00n, { direction: "IN" })],
    ["a bank charge", paid(900_00n, {}, "BANK_CHARGES")],
    ["a payee that nothing identifies", paid(900_00n, { counterpartyKey: "" })],
  ])("is not %s", (_name, other) => {
    expect(kinds([paid(900_00n), other])).toEqual([]);
  });

  test("is not claimed when the payee is paid the same all the time", () => {
    const series = Array.from({ length: 50 }, () => paid(1_25n));
    expect(kinds(series)).toEqual(["POSSIBLE_DUPLICATE", "POSSIBLE_DUPLICATE"]);
  });
});

const usual = (count: number): CategorisedMovement[] =>
  Array.from({ length: count }, (_, index) =>
    paid(BigInt(100_00 + index * 100), { counterpartyKey: `p${index}` }),
  );

describe("an unusual amount", () => {
  test("needs twelve earlier movements of its category", () => {
    expect(kinds([...usual(11), paid(9_000_00n, { counterpartyKey: "x" })])).toEqual([]);
    expect(kinds([...usual(12), paid(9_000_00n, { counterpartyKey: "x" })])).toEqual([
      "UNUSUAL_AMOUNT",
    ]);
  });

  test("is not judged by other categories, directions or currencies", () => {
    const odd = { counterpartyKey: "x" };
    expect(kinds([...usual(12), paid(9_000_00n, odd, "RENT")])).toEqual([]);
    expect(kinds([...usual(12), paid(9_000_00n, { ...odd, direction: "IN" })])).toEqual([]);
    expect(kinds([...usual(12), paid(9_000_00n, { ...odd, currency: "USD" })])).toEqual([]);
  });

  test("is not searched among movements without a category", () => {
    const batch = [...usual(12), paid(9_000_00n, { counterpartyKey: "x" })];
    const uncategorised = batch.map(({ movement, decision }) => ({
      movement,
      decision: { ...decision, category: "OTHER" as const },
    }));
    expect(kinds(uncategorised)).toEqual([]);
  });
});
