import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBuiltInModel, REVIEW_BELOW } from "./built-in-model.ts";
import { HOSTILE_MEMOS } from "./hostile-memos.fixture.ts";
import { isCategoryCode } from "./taxonomy.ts";

const model = createBuiltInModel();

describe("the order of judgement", () => {
  test.each([
    [
      "a typical wording",
      { text: "Investor redemption class A", direction: "OUT" },
      "REDEMPTION",
      "rule:investor-redemption",
    ],
    [
      "the direction a wording needs",
      { text: "Sold ETF shares", direction: "IN" },
      "SECURITY_SALE",
      "rule:security-sold",
    ],
    [
      "the account that was booked",
      { text: "Transfer 4711", direction: "OUT", accountNames: ["Audit fees"] },
      "AUDIT_LEGAL",
      "account:Audit fees",
    ],
    [
      "own bank accounts only",
      { text: "Whatever", betweenOwnAccounts: "ONE_CURRENCY" },
      "OWN_TRANSFER",
      "rule:only-own-bank-accounts",
    ],
    [
      "own accounts in two currencies",
      { text: "Whatever", betweenOwnAccounts: "TWO_CURRENCIES" },
      "FX",
      "rule:only-own-bank-accounts",
    ],
  ] as const)("%s decides", (_name, input, category, evidence) => {
    expect(model.categorise(input)).toMatchObject({
      category,
      source: "RULE",
      evidence: [evidence],
    });
  });

  test("two rules that disagree leave the decision to the classifier", () => {
    expect(model.categorise({ text: "Audit fee and management fee" }).source).toBe("MODEL");
  });

  test("the name of a counterparty never fires a rule", () => {
    const decision = model.categorise({
      text: "Dividend to the shareholders",
      counterparty: "Loan Repayment Ltd",
      direction: "OUT",
    });
    expect(decision.evidence).not.toContain("rule:loan-repayment");
  });

  test("shows the words that decided, not the amount", () => {
    const { evidence, contributions } = model.categorise({
      text: "hotel night",
      direction: "OUT",
      magnitude: 3,
    });
    expect(evidence).toContain("hotel");
    expect(evidence.some((feature) => feature.includes(":"))).toBe(false);
    expect(contributions.every(({ weight }) => weight > 0)).toBe(true);
  });
});

describe("texts that third parties write", () => {
  test.each(HOSTILE_MEMOS)("%j decides no category by command", (text) => {
    const decision = model.categorise({ text, direction: "OUT" });
    expect(isCategoryCode(decision.category)).toBe(true);
    expect(decision.source).toBe("MODEL");
    expect(decision.needsReview).toBe(true);
  });

  test("any text gets an existing category, a probability, and review when it is uncertain", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const { category, confidence, needsReview, source } = model.categorise({ text });
        expect(isCategoryCode(category)).toBe(true);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(needsReview).toBe(
          source === "MODEL" && (confidence < REVIEW_BELOW || category === "OTHER"),
        );
      }),
    );
  });
});
