import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decide,
  isLocked,
  NOTHING_DECIDED,
  standingAt,
  takeBack,
  topOf,
  WHOLE,
} from "./decision-chain.ts";
import type { Decided, Decision, Verdict } from "./decision-chain.ts";

const RENT: Verdict = {
  category: "RENT",
  confidence: 0.7,
  source: "MODEL",
  model: "some-model",
  evidence: ["rent"],
  needsReview: false,
  categorisedAt: "2026-06-15 10:00:00.123456+00",
};

const decision = (more: Partial<Decision> = {}): Decision => ({
  category: "TRAVEL",
  source: "PERSON",
  evidence: [],
  ruleId: null,
  changeId: "one",
  decidedAt: "2026-06-16T10:00:00.000Z",
  ...more,
});

/** Decides at a place upon what stands there, as the store does. */
const upon = (decided: Decided, place: number, next: Decision): Decided =>
  decide(decided, place, standingAt(decided, place) ?? RENT, next);

const anyDecision = fc.record({
  category: fc.constantFrom("TRAVEL", "IT", "TAX" as const),
  source: fc.constantFrom("PERSON", "LEARNED", "TENANT_RULE" as const),
  evidence: fc.constant([]),
  ruleId: fc.constantFrom(null, "rule a", "rule b"),
  changeId: fc.constantFrom("one", "two", "three", "four"),
  decidedAt: fc.constant("2026-06-16T10:00:00.000Z"),
});
const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), anyDecision), { maxLength: 10 });
const after = (made: readonly (readonly [number, Decision])[]): Decided =>
  made.reduce((decided, [place, next]) => upon(decided, place, next), NOTHING_DECIDED);

const undo = (decided: Decided, id: string): Decided =>
  takeBack(decided, ({ changeId }) => changeId === id);

describe("the decisions of people about a transaction", () => {
  test("stand above the verdict of a model, and lock it when a person made them", () => {
    const chosen = upon(NOTHING_DECIDED, WHOLE, decision());
    expect(standingAt(chosen, WHOLE)).toMatchObject({
      category: "TRAVEL",
      source: "PERSON",
      confidence: 1,
      needsReview: false,
    });
    expect(isLocked(chosen, WHOLE)).toBe(true);
    expect(isLocked(upon(NOTHING_DECIDED, WHOLE, decision({ source: "LEARNED" })), WHOLE)).toBe(
      false,
    );
  });

  test("keep the verdict beneath them exactly", () => {
    const chosen = upon(upon(NOTHING_DECIDED, 2, decision()), 2, decision({ changeId: "two" }));
    expect(chosen.base).toEqual({ 2: RENT });
  });

  test("are restored exactly when the latest change is undone", () => {
    fc.assert(
      fc.property(steps, anyDecision, fc.array(fc.nat({ max: 3 })), (made, next, places) => {
        const before = after(made);
        const changed = [...new Set(places)].reduce(
          (decided, place) => upon(decided, place, { ...next, changeId: "latest" }),
          before,
        );
        expect(takeBack(changed, ({ changeId }) => changeId === "latest")).toEqual(before);
      }),
    );
  });

  test("end the same in whatever order changes are undone", () => {
    fc.assert(
      fc.property(steps, fc.shuffledSubarray(["one", "two", "three", "four"]), (made, order) => {
        const start = after(made);
        expect(order.reduce(undo, start)).toEqual(order.reduceRight(undo, start));
      }),
    );
  });

  test("leave nothing of a rule that is taken back", () => {
    fc.assert(
      fc.property(steps, (made) => {
        const left = takeBack(after(made), ({ ruleId }) => ruleId === "rule a");
        expect(JSON.stringify(left)).not.toContain("rule a");
        expect(Object.keys(left.base)).toEqual(Object.keys(left.chains));
      }),
    );
  });

  test("stay when an earlier one is undone", () => {
    const both = upon(
      upon(NOTHING_DECIDED, WHOLE, decision()),
      WHOLE,
      decision({ changeId: "two" }),
    );
    const left = takeBack(both, ({ changeId }) => changeId === "one");
    expect(topOf(left, WHOLE)?.changeId).toBe("two");
    expect(left.base).toEqual({ 0: RENT });
  });
});
