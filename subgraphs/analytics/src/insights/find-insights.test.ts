import { describe, expect, test } from "vitest";
import { History } from "../history/history.ts";
import type { ExaminedMovement } from "../history/past-movement.ts";
import { findInsights } from "./find-insights.ts";

let made = 0;

function paid(amountMinor: bigint, more: Partial<ExaminedMovement> = {}): ExaminedMovement {
  made += 1;
  return {
    transactionId: `t${made}`,
    fundId: "f",
    position: made,
    effectiveDate: "2026-06-01",
    reference: null,
    counterparty: "Payee",
    counterpartyKey: "payee",
    direction: "OUT",
    currency: "EUR",
    category: "IT",
    ...more,
    amountMinor,
  };
}

const received = (amountMinor: bigint, more: Partial<ExaminedMovement> = {}): ExaminedMovement =>
  paid(amountMinor, { direction: "IN", ...more });

/** What is found when nothing was booked before. */
const found = (batch: readonly ExaminedMovement[]) => findInsights(batch, new History());
const kinds = (batch: readonly ExaminedMovement[]): string[] =>
  found(batch).map(({ kind }) => kind);

const apart = (day: number): Partial<ExaminedMovement> => ({
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
    ["a bank charge", paid(900_00n, { category: "BANK_CHARGES" })],
    ["a payee that nothing identifies", paid(900_00n, { counterpartyKey: "" })],
  ])("is not %s", (_name, other) => {
    expect(kinds([paid(900_00n), other])).toEqual([]);
  });

  test("is found among receipts as well", () => {
    expect(found([received(900_00n), received(900_00n, apart(2))])).toMatchObject([
      { kind: "POSSIBLE_DUPLICATE", message: expect.stringContaining("was already received") },
    ]);
  });

  test("has all that its sentence names as evidence", () => {
    const [duplicate] = found([received(900_00n), received(900_00n, apart(2))]);
    const facts = new Map(duplicate?.evidence.map(({ name, value }) => [name, value]));
    for (const name of ["amount", "currency", "counterparty", "earlierDate"]) {
      expect(duplicate?.message).toContain(facts.get(name) ?? `no ${name}`);
    }
    expect(facts.get("direction")).toBe("IN");
  });

  test("is none when the first payment was taken back in between", () => {
    const fee = [paid(10_000_00n), received(10_000_00n, apart(2)), paid(10_000_00n, apart(3))];
    expect(kinds(fee)).toEqual(["UNFLAGGED_REVERSAL"]);
  });

  test("is more severe with the same reference, and names both transactions", () => {
    const batch = [paid(900_00n, { reference: "R1" }), paid(900_00n, { reference: "R1" })];
    expect(found(batch)).toMatchObject([
      { severity: "HIGH", transactionIds: batch.map(({ transactionId }) => transactionId) },
    ]);
  });

  test("is not claimed when the payee is paid the same all the time", () => {
    const series = Array.from({ length: 50 }, () => paid(1_25n));
    expect(kinds(series)).toEqual(["POSSIBLE_DUPLICATE", "POSSIBLE_DUPLICATE"]);
  });
});

const rents = (months: readonly number[], ...days: readonly string[]) =>
  months.flatMap((month) =>
    days.map((day) => paid(900_00n, { effectiveDate: `2026-0${month}-${day}` })),
  );

describe("two contracts of one amount", () => {
  test.each([
    ["on one day", rents([1, 2, 3, 4, 5], "01", "01"), ["2026-01-01", "2026-02-01"]],
    ["two days apart", rents([1, 2, 3, 4, 5], "01", "03"), ["2026-01-03", "2026-02-03"]],

    [
      "with one too many later on",
      [...rents([1, 2, 3], "01", "03"), ...rents([3], "04")],
      ["2026-01-03", "2026-02-03", "2026-03-04"],
    ],
    [
      "of which one has ended",
      [...rents([1, 2, 3], "01", "01"), ...rents([4, 5], "01"), ...rents([6], "01", "02")],
      ["2026-01-01", "2026-02-01", "2026-06-02"],
    ],
  ])("are no duplicates after two pairs, %s", (_name, batch, dates) => {
    const duplicates = found(batch).filter(({ kind }) => kind === "POSSIBLE_DUPLICATE");
    expect(duplicates.map(({ effectiveDate }) => effectiveDate)).toEqual(dates);
  });
});

describe("a reversal that is not marked", () => {
  test.each([
    ["ten days later", received(900_00n, apart(11)), ["UNFLAGGED_REVERSAL"]],
    ["eleven days later", received(900_00n, apart(12)), []],
    ["of another amount", received(900_01n, apart(2)), []],
    ["from another payer", received(900_00n, { ...apart(2), counterpartyKey: "other" }), []],
  ])("is the same amount back %s", (_name, back, expected) => {
    expect(kinds([paid(900_00n), back])).toEqual(expected);
  });

  test("is found once for one payment", () => {
    const batch = [paid(900_00n), received(900_00n, apart(2)), received(900_00n, apart(6))];
    expect(kinds(batch)).toEqual(["UNFLAGGED_REVERSAL"]);
  });
});

const usual = (count: number): ExaminedMovement[] =>
  Array.from({ length: count }, (_, index) =>
    paid(BigInt(100_00 + index * 100), { counterpartyKey: `p${index}` }),
  );
const other = { counterpartyKey: "x" };

/** What is found in an amount after so many usual ones. */
const odd = (count: number, amount: bigint) => found([...usual(count), paid(amount, other)]);

describe("an unusual amount", () => {
  test("is judged by its median deviation from twelve earlier ones on", () => {
    expect(odd(12, 9_000_00n)).toMatchObject([
      {
        kind: "UNUSUAL_AMOUNT",
        severity: "HIGH",
        evidence: [{}, {}, {}, {}, { name: "robustScore" }, { name: "currency", value: "EUR" }],
      },
    ]);
    expect(odd(12, 130_00n)).toEqual([]);
  });

  test("is found early when it is many times the few before", () => {
    expect(odd(3, 90_000_00n)).toEqual([]);
    expect(odd(4, 90_000_00n)).toMatchObject([{ kind: "UNUSUAL_AMOUNT" }]);
    expect(odd(4, 300_00n)).toEqual([]);
    expect(odd(11, 200_00n)).toEqual([]);
  });

  test("is not judged by other categories, directions or currencies", () => {
    expect(kinds([...usual(12), paid(9_000_00n, { ...other, category: "RENT" })])).toEqual([]);
    expect(kinds([...usual(12), received(9_000_00n, other)])).toEqual([]);
    expect(kinds([...usual(12), paid(9_000_00n, { ...other, currency: "USD" })])).toEqual([]);
  });

  test("is not searched among movements without a category", () => {
    const batch = [...usual(12), paid(9_000_00n, other)];
    expect(kinds(batch.map((movement) => ({ ...movement, category: "OTHER" as const })))).toEqual(
      [],
    );
  });
});
