import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstMatch, matchesRule } from "./category-rule.ts";
import type { CategoryRule, RuleConditions, RuleSubject } from "./category-rule.ts";

const rule = (conditions: RuleConditions, more: Partial<CategoryRule> = {}): CategoryRule => ({
  ruleId: "r1",
  name: "A rule",
  rank: 1,
  enabled: true,
  fundId: null,
  category: "TRAVEL",
  conditions,
  fromPositions: {},
  madeBy: "a user",
  madeAt: new Date("2026-06-15T10:00:00Z"),
  ...more,
});

const SUBJECT: RuleSubject = {
  fundId: "f1",
  position: 7,
  description: "Büromiete Juli, Café Zentral",
  reference: "INV 42",
  counterparty: "Vermieter AG",
  direction: "OUT",
  amountMinor: 650_000n,
  currency: "EUR",
  accountIds: ["bank", "rent"],
};

describe("the conditions of a rule", () => {
  test.each<[string, RuleConditions, boolean]>([
    ["no condition", {}, true],
    ["text in another case and without accents", { textContains: "CAFE zentral" }, true],
    ["text with the other spelling of an umlaut", { textContains: "bueromiete" }, true],
    ["a part of a word", { textContains: "miete" }, true],
    ["text that is not there", { textContains: "gehalt" }, false],
    ["all words", { textWords: ["Juli", "Zentral"] }, true],
    ["one word that is only a part of one", { textWords: ["miete"] }, false],
    ["one word that is not there", { textWords: ["Juli", "Mai"] }, false],
    ["a part of the payee", { payee: "vermieter" }, true],
    ["another payee", { payee: "mieter gmbh" }, false],
    ["the direction", { direction: "OUT" }, true],
    ["the other direction", { direction: "IN" }, false],
    ["the currency", { currency: "EUR" }, true],
    ["another currency", { currency: "USD" }, false],
    ["the smallest amount", { minMinor: "650000" }, true],
    ["a larger amount", { minMinor: "650001" }, false],
    ["the largest amount", { maxMinor: "650000" }, true],
    ["a smaller amount", { maxMinor: "649999" }, false],
    ["an account", { accountId: "rent" }, true],
    ["another account", { accountId: "fees" }, false],
    ["several of which one is not met", { direction: "OUT", currency: "USD" }, false],
  ])("%s", (_, conditions, expected) => {
    expect(matchesRule(rule(conditions), SUBJECT)).toBe(expected);
  });

  test.each([
    ["f1", true],
    ["f2", false],
  ])("the fund %s", (fundId, expected) => {
    expect(matchesRule(rule({}, { fundId }), SUBJECT)).toBe(expected);
  });
});

const toRule = ({ direction, ...more }: { direction: "IN" | "OUT" } & Partial<CategoryRule>) =>
  rule({ direction }, more);

describe("the rule that decides", () => {
  const anyRule = fc.record({
    ruleId: fc.uuid(),
    rank: fc.integer({ min: 1, max: 4 }),
    enabled: fc.boolean(),
    direction: fc.constantFrom("IN", "OUT" as const),
  });
  const rules = fc.uniqueArray(anyRule, { selector: ({ ruleId }) => ruleId, maxLength: 8 });

  test("is the first by rank of those that are enabled and apply, in whatever order they come", () => {
    fc.assert(
      fc.property(rules, fc.nat(), (made, turn) => {
        const all = made.map(toRule);
        const turned = [
          ...all.slice(turn % (all.length + 1)),
          ...all.slice(0, turn % (all.length + 1)),
        ];
        const found = firstMatch(all, SUBJECT);
        expect(firstMatch(turned, SUBJECT)).toEqual(found);
        const able = all.filter((each) => each.enabled && matchesRule(each, SUBJECT));
        expect(found === undefined).toBe(able.length === 0);
        for (const { rank } of able) expect(found?.rank).toBeLessThanOrEqual(rank);
      }),
    );
  });

  test("is none that is disabled", () => {
    expect(firstMatch([rule({}, { enabled: false })], SUBJECT)).toBeUndefined();
  });
});
