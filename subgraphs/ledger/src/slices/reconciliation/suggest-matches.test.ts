import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suggestMatches, type MatchCandidate } from "./suggest-matches.ts";

let keys = 0;
const item = (amount: number, more: Partial<MatchCandidate> = {}): MatchCandidate => ({
  key: `item ${(keys += 1)}`,
  amountMinor: BigInt(amount),
  date: "2026-03-10",
  reference: null,
  counterparty: null,
  description: "",
  ...more,
});

const DAYS = 5;

describe("matches are suggested", () => {
  it("for one line and one transaction of the same amount, the likelier of two first", () => {
    const line = item(-500, { description: "Invoice 4711 of ACME", counterparty: "ACME" });
    const near = item(-500, { date: "2026-03-12", description: "Other" });
    const same = item(-500, { date: "2026-03-12", reference: "4711", counterparty: "Acme" });
    const [best, ...others] = suggestMatches([line], [near, same], DAYS);
    expect(best).toMatchObject({ lines: [line], transactions: [same] });
    expect(best?.reasons).toEqual([
      "SAME_AMOUNT",
      "NEAR_DATE",
      "SAME_REFERENCE",
      "SAME_COUNTERPARTY",
      "SIMILAR_TEXT",
    ]);
    expect(others).toEqual([]);
  });

  it("for several lines of a day that are one transaction, and the other way round", () => {
    const lines = [item(-100), item(-250), item(-7)];
    const batch = item(-350, { date: "2026-03-11", description: "Payroll" });
    expect(suggestMatches(lines, [batch], DAYS)).toMatchObject([
      { lines: lines.slice(0, 2), transactions: [batch], reasons: ["SAME_SUM", "NEAR_DATE"] },
    ]);
    expect(suggestMatches([batch], lines, DAYS)).toMatchObject([
      { lines: [batch], transactions: lines.slice(0, 2) },
    ]);
  });

  it("for nothing of another amount, sign or time", () => {
    const line = item(500);
    const others = [item(501), item(-500), item(500, { date: "2026-03-16" })];
    expect(suggestMatches([line], others, DAYS)).toEqual([]);
  });
});

interface DrawnItem {
  readonly amount: number;
  readonly day: number;
  readonly reference: string | null;
  readonly counterparty: string | null;
}

const ITEMS = fc.array(
  fc.record({
    amount: fc.integer({ min: -4, max: 4 }).filter((amount) => amount !== 0),
    day: fc.integer({ min: 1, max: 9 }),
    reference: fc.option(fc.constantFrom("a", "b")),
    counterparty: fc.option(fc.constantFrom("ACME", "Bank")),
  }),
  { maxLength: 12 },
);

const toItems = (facts: readonly DrawnItem[]): MatchCandidate[] =>
  facts.map(({ amount, day, ...more }) => item(amount, { ...more, date: `2026-03-0${day}` }));

const sum = (side: readonly MatchCandidate[]): bigint =>
  side.reduce((total, { amountMinor }) => total + amountMinor, 0n);

it("each suggested match is even, and no item is in two", () => {
  fc.assert(
    fc.property(ITEMS, ITEMS, (some, others) => {
      const found = suggestMatches(toItems(some), toItems(others), DAYS);
      for (const { lines, transactions, score } of found) {
        expect(sum(lines)).toBe(sum(transactions));
        expect(Math.min(lines.length, transactions.length)).toBe(1);
        expect(score).toBeLessThanOrEqual(100);
      }
      const all = found.flatMap(({ lines, transactions }) => [...lines, ...transactions]);
      expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    }),
  );
});
