import fc from "fast-check";
import { formatAmount } from "@allfunds/contract/money";
import { describe, expect, it } from "vitest";
import { calculate, type Operation } from "./calculate.ts";
import { FactSheet, renderFact, type Fact, type NewFact } from "./fact.ts";

const fact = (value: string, currency = "EUR", more: Partial<NewFact> = {}): NewFact => ({
  kind: "MONEY",
  value,
  currency,
  label: "amount",
  source: { kind: "METRIC", metric: "CASH" },
  terms: { measures: ["CASH"] },
  ...more,
});
const factsOf = (...values: readonly string[]): Fact[] =>
  new FactSheet().add(...values.map((value) => fact(value)));
const valueOf = (operation: Operation, ...values: readonly string[]) =>
  calculate(operation, factsOf(...values), "result").value;

describe("calculations with facts", () => {
  it.each<[Operation, string[], string]>([
    ["SUM", ["0.10", "0.20"], "0.30"],
    ["SUM", ["9007199254740993.00", "0.01"], "9007199254740993.01"],
    ["DIFFERENCE", ["10.00", "12.50"], "-2.50"],
    ["RATIO", ["1.00", "3.00"], "0.333333"],
    ["SHARE", ["-1.00", "8.00"], "-0.125000"],
    ["PERCENTAGE_CHANGE", ["80.00", "100.00"], "0.250000"],
    ["PERCENTAGE_CHANGE", ["-100.00", "-50.00"], "0.500000"],
    ["AVERAGE", ["1.00", "2.00", "2.00"], "1.67"],
    ["AVERAGE", ["0.01", "0.02"], "0.02"],
    ["LARGEST", ["2.00", "10.00", "9.99"], "10.00"],
    ["SMALLEST", ["2.00", "-10.00"], "-10.00"],
  ])("%s of %j is %s", (operation, values, result) => {
    expect(valueOf(operation, ...values)).toBe(result);
  });

  it("never mixes currencies or units, and divides by nothing", () => {
    const [euro, dollar] = new FactSheet().add(fact("1.00"), fact("1.00", "USD")) as [Fact, Fact];
    const [ratio] = new FactSheet().add(fact("0.5", "EUR", { kind: "RATIO" })) as [Fact];
    expect(() => calculate("SUM", [euro, dollar], "sum")).toThrow(
      expect.objectContaining({ code: "CURRENCY_MISMATCH" }),
    );
    expect(() => calculate("SUM", [euro, ratio], "sum")).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
    expect(() => valueOf("RATIO", "1.00", "0.00")).toThrow("divided by zero");
    expect(() => valueOf("DIFFERENCE", "1.00")).toThrow("exactly two");
  });

  it("adds any amounts exactly", () => {
    const minors = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), { minLength: 1 });
    fc.assert(
      fc.property(minors, (all) => {
        const texts = all.map((minor) => formatAmount(minor, "EUR"));
        const sum = all.reduce((total, minor) => total + minor, 0n);
        expect(valueOf("SUM", ...texts)).toBe(formatAmount(sum, "EUR"));
      }),
    );
  });

  it("keeps where a result comes from, and what it may be called", () => {
    const facts = factsOf("1.00", "2.00");
    expect(calculate("SUM", facts, "both")).toMatchObject({
      source: { kind: "CALCULATION", operation: "SUM", from: ["f1", "f2"] },
      terms: { measures: ["CASH"], ranks: ["TOTAL"] },
    });
  });
});

describe("the text of a fact", () => {
  it.each([
    [fact("1234567.50"), "en", "1,234,567.50 EUR"],
    [fact("1234567.50"), "de", "1.234.567,50 EUR"],
    [fact("9007199254740993.01"), "en", "9,007,199,254,740,993.01 EUR"],
    [fact("-5.00", "JPY", { value: "-5" }), "en", "-5 JPY"],
    [fact("0.05254", "EUR", { kind: "RATIO" }), "en", "5.25%"],
    [fact("2026-10-01", "EUR", { kind: "DATE" }), "de", "1. Oktober 2026"],
    [fact("a\u202e“b”\n c", "EUR", { kind: "TEXT" }), "en", "“a 'b' c”"],
  ] as const)("is %j in %s", (made, language, text) => {
    const [one] = new FactSheet().add(made) as [Fact];
    expect(renderFact(one, language)).toBe(text);
  });
});
