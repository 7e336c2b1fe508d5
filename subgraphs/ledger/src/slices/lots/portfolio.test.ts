import { formatAmount } from "@allfunds/contract/money";
import { describe, expect, it } from "vitest";
import type { LotMethod } from "./lot.ts";
import { at, costOf, FactWriter, gainOf, shown } from "./portfolio.fixture.ts";
import { byEffect } from "./portfolio-fact.ts";
import { applyFacts, type Outcome } from "./portfolio.ts";

const fractions = (price: string) => ({ decimals: 0, price });

/** One position through a split, a sale, a return of capital, a spin-off and its end: 181 units of three purchases. */
function lifeOf(method: LotMethod): Outcome[] {
  const { facts } = new FactWriter(method)
    .trade("BUY", "2025-01-10", "101", "5050.00", { costs: "10.00" })
    .trade("BUY", "2025-03-14", "60", "3750.00", { costs: "7.50" })
    .trade("BUY", "2025-04-11", "20", "800.00", { costs: "4.00" })
    .action("SPLIT", "2025-05-02", { newUnits: "3", oldUnits: "2", fractions: fractions("42.00") })
    .trade("SELL", "2025-06-20", "110", "5280.00", { costs: "12.00" })
    .action("RETURN_OF_CAPITAL", "2025-09-15", { perUnit: "1.25" })
    .action("SPIN_OFF", "2025-11-03", {
      intoIsin: "Q",
      newUnits: "1",
      oldUnits: "4",
      costShare: "0.15",
      fractions: fractions("21.00"),
    })
    .trade("SELL", "2026-02-02", "40", "920.00", { isin: "Q", costs: "5.00" })
    .action("RETURN_OF_CAPITAL", "2026-02-09", { perUnit: "31.00" })
    .trade("SELL", "2026-03-16", "161", "3542.00", { costs: "15.00" });
  return applyFacts(new Map(), facts, "EUR");
}

type Row = readonly [n: number, cost: string, gain: string, lots: string, ofChild?: string];

/** Cost that each step took or reduced, what it realised, and the lots it left: date, quantity, cost. */
const EXPECTED: Readonly<Record<Exclude<LotMethod, "SPECIFIC">, readonly Row[]>> = {
  FIFO: [
    [1, "5060.00", "-", "2025-01-10 101 5060.00"],
    [2, "3757.50", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50"],
    [3, "804.00", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50 | 2025-04-11 20 804.00"],
    [
      4,
      "13.40",
      "7.60",
      "2025-01-10 151.5 5060.00 | 2025-03-14 90 3757.50 | 2025-04-11 29.5 790.60",
    ],
    [
      5,
      "3673.93",
      "1594.07",
      "2025-01-10 41.5 1386.07 | 2025-03-14 90 3757.50 | 2025-04-11 29.5 790.60",
    ],
    [
      6,
      "201.25",
      "0.00",
      "2025-01-10 41.5 1334.19 | 2025-03-14 90 3645.00 | 2025-04-11 29.5 753.73",
    ],
    [
      7,
      "3.83",
      "1.42",
      "2025-01-10 41.5 1134.06 | 2025-03-14 90 3098.25 | 2025-04-11 29.5 640.67",
      "2025-01-10 10.375 200.13 | 2025-03-14 22.5 546.75 | 2025-04-11 7.125 109.23",
    ],
    [
      8,
      "856.11",
      "58.89",
      "2025-01-10 41.5 1134.06 | 2025-03-14 90 3098.25 | 2025-04-11 29.5 640.67",
    ],
    [9, "4564.73", "426.27", "2025-01-10 41.5 0.00 | 2025-03-14 90 308.25 | 2025-04-11 29.5 0.00"],
    [10, "308.25", "3218.75", ""],
  ],
  LIFO: [
    [1, "5060.00", "-", "2025-01-10 101 5060.00"],
    [2, "3757.50", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50"],
    [3, "804.00", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50 | 2025-04-11 20 804.00"],
    [
      4,
      "13.40",
      "7.60",
      "2025-01-10 151.5 5060.00 | 2025-03-14 90 3757.50 | 2025-04-11 29.5 790.60",
    ],
    [5, "4151.48", "1116.52", "2025-01-10 151.5 5060.00 | 2025-03-14 9.5 396.62"],
    [6, "201.25", "0.00", "2025-01-10 151.5 4870.62 | 2025-03-14 9.5 384.75"],
    [
      7,
      "6.07",
      "-0.82",
      "2025-01-10 151.5 4140.03 | 2025-03-14 9.5 327.04",
      "2025-01-10 37.875 730.59 | 2025-03-14 2.125 51.64",
    ],
    [8, "782.23", "132.77", "2025-01-10 151.5 4140.03 | 2025-03-14 9.5 327.04"],
    [9, "4434.53", "556.47", "2025-01-10 151.5 0.00 | 2025-03-14 9.5 32.54"],
    [10, "32.54", "3494.46", ""],
  ],
  HIFO: [
    [1, "5060.00", "-", "2025-01-10 101 5060.00"],
    [2, "3757.50", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50"],
    [3, "804.00", "-", "2025-01-10 101 5060.00 | 2025-03-14 60 3757.50 | 2025-04-11 20 804.00"],
    [
      4,
      "13.40",
      "7.60",
      "2025-01-10 151.5 5060.00 | 2025-03-14 90 3757.50 | 2025-04-11 29.5 790.60",
    ],
    [5, "4425.49", "842.51", "2025-01-10 131.5 4392.01 | 2025-04-11 29.5 790.60"],
    [6, "201.25", "0.00", "2025-01-10 131.5 4227.63 | 2025-04-11 29.5 753.73"],
    [
      7,
      "3.83",
      "1.42",
      "2025-01-10 131.5 3593.49 | 2025-04-11 29.5 640.67",
      "2025-01-10 32.875 634.14 | 2025-04-11 7.125 109.23",
    ],
    [8, "743.37", "171.63", "2025-01-10 131.5 3593.49 | 2025-04-11 29.5 640.67"],
    [9, "4234.16", "756.84", "2025-01-10 131.5 0.00 | 2025-04-11 29.5 0.00"],
    [10, "0.00", "3527.00", ""],
  ],
  AVERAGE: [
    [1, "5060.00", "-", "2025-01-10 101 5060.00"],
    [2, "3757.50", "-", "2025-01-10 161 8817.50"],
    [3, "804.00", "-", "2025-01-10 181 9621.50"],
    [4, "17.72", "3.28", "2025-01-10 271 9603.78"],
    [5, "3898.21", "1369.79", "2025-01-10 161 5705.57"],
    [6, "201.25", "0.00", "2025-01-10 161 5504.32"],
    [7, "5.13", "0.12", "2025-01-10 161 4678.67", "2025-01-10 40 820.52"],
    [8, "820.52", "94.48", "2025-01-10 161 4678.67"],
    [9, "4678.67", "312.33", "2025-01-10 161 0.00"],
    [10, "0.00", "3527.00", ""],
  ],
};

function lastOutcome(facts: Parameters<typeof applyFacts>[1]): Outcome {
  const last = applyFacts(new Map(), facts, "EUR").at(-1);
  if (last === undefined) throw new Error("no facts");
  return last;
}

/** Cost that an outcome took off lots; undefined of a purchase. */
function tookOf(outcome: Outcome): string | undefined {
  const { fact, cashMinor, realised } = outcome;
  if (fact.kind === "BUY") return undefined;
  if (fact.kind !== "RETURN_OF_CAPITAL") return costOf(outcome);
  return formatAmount(cashMinor - realised.gainMinor, "EUR");
}

const gainIn = (outcome: Outcome, none: string): string =>
  outcome.fact.kind === "BUY" ? none : gainOf(outcome);

const asText = (lots: string[][]): string => lots.map((lot) => lot.join(" ")).join(" | ");

describe.each(["FIFO", "LIFO", "HIFO", "AVERAGE"] as const)("lots by %s", (method) => {
  const outcomes = lifeOf(method);
  it.each(EXPECTED[method])("come out of step %s to the cent", (...row: readonly unknown[]) => {
    const [n, cost, gain, lots, ofChild] = row as unknown as Row;
    const outcome = outcomes[n - 1];
    if (outcome === undefined) throw new Error("no such step");
    const present = n === 8 ? outcomes[6]?.after : outcome.after;
    const child = ofChild === undefined ? undefined : asText(shown(outcome.after.get("Q")));
    expect([tookOf(outcome) ?? cost, gainIn(outcome, gain)]).toEqual([cost, gain]);
    expect(asText(shown(present?.get("P")))).toBe(lots);
    expect(child).toBe(ofChild);
  });

  it("realise 5,307.00 over the life of the position, whatever the method", () => {
    const gains = outcomes.map(({ realised }) => realised.gainMinor);
    expect(
      formatAmount(
        gains.reduce((sum, gain) => sum + gain, 0n),
        "EUR",
      ),
    ).toBe("5307.00");
  });
});

describe("lots where other programs went wrong", () => {
  it("give a spin-off its share of the cost after a profitable sale: 5.00 and 45.00", () => {
    const { facts } = new FactWriter("FIFO")
      .trade("BUY", "2026-01-02", "10", "100.00")
      .trade("SELL", "2026-01-05", "5", "90.00")
      .action("SPIN_OFF", "2026-02-02", {
        intoIsin: "Q",
        newUnits: "1",
        oldUnits: "1",
        costShare: "0.10",
        fractions: { decimals: 0, price: null },
      });
    const [, , spun] = applyFacts(new Map(), facts, "EUR");
    expect(shown(spun?.after.get("P"))).toEqual([["2026-01-02", "5", "45.00"]]);
    expect(shown(spun?.after.get("Q"))).toEqual([["2026-01-02", "5", "5.00"]]);
  });

  it("take old units before a split of the same day: 7,178.75 of 15,793.25", () => {
    const { facts } = new FactWriter("FIFO")
      .trade("BUY", "2026-01-02", "11", "15793.25")
      .action("SPLIT", "2026-03-02", {
        newUnits: "20",
        oldUnits: "1",
        fractions: { decimals: 0, price: null },
      })
      .trade("SELL", "2026-03-02", "5", "9000.00", { unitsBasis: "OLD" });
    const [buy, split, sale] = facts;
    if (buy === undefined || split === undefined || sale === undefined) throw new Error("no facts");
    const outcomes = applyFacts(new Map(), [split, sale, buy].sort(byEffect), "EUR");
    expect(costOf(outcomes[1])).toBe("7178.75");
    expect(shown(outcomes[2]?.after.get("P"))).toEqual([["2026-01-02", "120", "8614.50"]]);
  });

  it("pool cost by average: a gain of 750.00 and 250.00 left", () => {
    const { facts } = new FactWriter("AVERAGE")
      .trade("BUY", "2026-01-02", "10", "400.00")
      .trade("BUY", "2026-01-05", "10", "600.00")
      .trade("SELL", "2026-01-07", "15", "1500.00");
    const sale = lastOutcome(facts);
    expect(gainOf(sale)).toBe("750.00");
    expect(shown(sale.after.get("P"))).toEqual([["2026-01-02", "5", "250.00"]]);
  });

  it("keep cost and proceeds in one currency: 250.00 USD of a sale for 150.00 EUR each at 1.50", () => {
    // Sold for 300.00 EUR, which are 450.00 USD at the day's rate.
    const { facts } = new FactWriter("FIFO", { currency: "USD" })
      .trade("BUY", "2026-01-02", "2", "200.00", { rate: at("1.25") })
      .trade("SELL", "2026-03-02", "2", "450.00", { rate: at("1.50") });
    const sale = lastOutcome(facts);
    expect(gainOf(sale, "USD")).toBe("250.00");
    expect(sale.realised).toEqual({
      gainMinor: 25_000n,
      gainBaseMinor: 16_667n,
      currencyBaseMinor: 13_333n - 16_000n,
    });
  });

  it("replay trades by date, not by entry: 190.00 and no gain", () => {
    const writer = new FactWriter("AVERAGE")
      .trade("BUY", "2026-01-01", "10", "100.00")
      .trade("BUY", "2026-01-03", "9.0909", "100.00")
      .trade("SELL", "2026-01-02", "1", "10.00");
    const outcomes = applyFacts(new Map(), [...writer.facts].sort(byEffect), "EUR");
    expect(gainOf(outcomes[1])).toBe("0.00");
    expect(shown(outcomes[2]?.after.get("P"))[0]?.[2]).toBe("190.00");
  });

  it("leave income after tax in the result: 4 x (162.55 - 42.26) is 481.16", () => {
    const writer = new FactWriter("FIFO").trade("BUY", "2026-01-02", "1000", "15005.00");
    for (const month of ["03", "06", "09", "12"]) {
      writer.action("DIVIDEND", `2026-${month}-15`, {
        perUnit: "0.16255",
        withholdingRate: "0.26",
        reclaimableShare: "0",
      });
    }
    writer.trade("SELL", "2026-12-30", "1000", "15005.00");
    const outcomes = applyFacts(new Map(), writer.facts, "EUR");
    const net = outcomes.reduce(
      (sum, { cashMinor, realised }) => sum + cashMinor + realised.gainMinor,
      0n,
    );
    expect(formatAmount(net, "EUR")).toBe("481.16");
  });
});

describe("a sale", () => {
  it("of more than is held is LOTS_EXCEEDED unless the fund sells short", () => {
    const { facts } = new FactWriter("FIFO")
      .trade("BUY", "2026-01-02", "10", "100.00")
      .trade("SELL", "2026-01-05", "11", "110.00");
    expect(() => applyFacts(new Map(), facts, "EUR")).toThrow(
      expect.objectContaining({ code: "LOTS_EXCEEDED" }),
    );
  });

  it("across zero is split in two, and the short lot is never pooled with a long one", () => {
    const { facts } = new FactWriter("AVERAGE", { allowsShort: true })
      .trade("BUY", "2026-01-02", "10", "100.00")
      .trade("SELL", "2026-01-05", "15", "180.00")
      .trade("BUY", "2026-01-07", "8", "80.00");
    const [, sale, cover] = applyFacts(new Map(), facts, "EUR");
    expect(gainOf(sale)).toBe("20.00");
    expect(sale?.after.get("P")).toMatchObject([{ side: "SHORT", costMinor: 6_000n }]);
    expect(gainOf(cover)).toBe("10.00");
    expect(cover?.after.get("P")).toMatchObject([{ side: "LONG", costMinor: 3_000n }]);
  });

  it("of named lots takes these and no others", () => {
    const writer = new FactWriter("SPECIFIC")
      .trade("BUY", "2026-01-02", "10", "100.00")
      .trade("BUY", "2026-01-05", "10", "150.00");
    const sell = (lots: readonly { lotId: string; quantity: string }[]) =>
      lastOutcome([
        ...writer.facts,
        ...new FactWriter("SPECIFIC").trade("SELL", "2026-01-07", "4", "60.00", { id: "s", lots })
          .facts,
      ]);
    expect(costOf(sell([{ lotId: "t2", quantity: "4" }]))).toBe("60.00");
    for (const lots of [[], [{ lotId: "t2", quantity: "3" }], [{ lotId: "none", quantity: "4" }]]) {
      expect(() => sell(lots)).toThrow(expect.objectContaining({ code: "LOTS_EXCEEDED" }));
    }
  });
});

describe("a merger", () => {
  it("moves the cost to the new security and realises what cash stands for", () => {
    const { facts } = new FactWriter("FIFO")
      .trade("BUY", "2026-01-02", "100", "1000.00")
      .action("MERGER", "2026-03-02", {
        intoIsin: "Q",
        newUnits: "1",
        oldUnits: "2",
        fractions: { decimals: 0, price: null },
        cashPerUnit: "3.00",
        cashCostShare: "0.25",
      });
    const merged = lastOutcome(facts);
    expect(gainOf(merged)).toBe("50.00");
    expect(shown(merged.after.get("P"))).toEqual([]);
    expect(shown(merged.after.get("Q"))).toEqual([["2026-01-02", "50", "750.00"]]);
  });
});

it.each(["none ever", "none any more"])(
  "a return of capital on a security of which there is %s moves nothing",
  (left) => {
    const writer = new FactWriter("FIFO");
    if (left === "none any more") {
      writer.trade("BUY", "2025-01-10", "10", "500.00").trade("SELL", "2025-02-10", "10", "600.00");
    }
    const { facts } = writer.action("RETURN_OF_CAPITAL", "2025-09-15", { perUnit: "1.25" });
    const { cashMinor, realised } = lastOutcome(facts);
    expect([cashMinor, realised.gainMinor]).toEqual([0n, 0n]);
  },
);
