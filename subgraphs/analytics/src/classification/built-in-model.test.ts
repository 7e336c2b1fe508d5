import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figuresOf, judgeHeldOut } from "../../eval/categories.ts";
import { categorySources } from "../../training/categories/train-categories.ts";
import { loadModel } from "../linear-model/linear-model.ts";
import { createBuiltInModel, REVIEW_BELOW } from "./built-in-model.ts";
import { HOSTILE_MEMOS } from "./hostile-memos.fixture.ts";
import { CATEGORIES, isCategoryCode } from "./taxonomy.ts";

const model = createBuiltInModel();
const WORDS =
  `Miete Büro Verwaltungsvergütung custody fee Dividende loyer alquiler Gehalt insurance électricité
  redemption Prämie hôtel nómina Steuer Zeichnung`.split(/\s+/);

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

  test("two rules that disagree leave the decision to the weights", () => {
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

  test.each([
    ["VAT on custody fee Q2", "OUT", "TAX"],
    ["MwSt auf Depotgebühr Quartal 2", "OUT", "TAX"],
    ["Salary survey data 2025", "OUT", "MARKET_DATA"],
    ["Bond redemption at maturity nominal, loan note 2027", "IN", "SECURITY_SALE"],
  ] as const)("%j is not decided by the words of a rule in it", (text, direction, category) => {
    expect(model.categorise({ text, direction })).toMatchObject({ category });
  });

  test.each([
    "No custody fee charged in this quarter",
    "Verwaltungsvergütung entfällt Q3",
    "Exonération des frais de gestion",
  ])("%j denies what its words name, so a person looks at it", (text) => {
    expect(model.categorise({ text, direction: "OUT" }).needsReview).toBe(true);
  });

  test("a payee whose name begins like a salary word decides nothing", () => {
    const decision = model.categorise({
      text: "Rechnung 4711",
      counterparty: "Gehaltner Bau GmbH",
      direction: "OUT",
    });
    expect(decision.needsReview).toBe(true);
  });

  test("shows the words that decided as their writer spelled them, not the amount", () => {
    const { evidence, contributions } = model.categorise({
      text: "HÔTEL night Genève",
      direction: "OUT",
      magnitude: 3,
    });
    expect(evidence).toContain("HÔTEL");
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
        const { category, confidence, needsReview } = model.categorise({ text });
        expect(isCategoryCode(category)).toBe(true);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(needsReview).toBe(confidence < REVIEW_BELOW || category === "OTHER");
      }),
    );
  });
});

/** What is decided of a payment with this text. */
function judged(text: string) {
  const { category, confidence } = model.categorise({ text, direction: "OUT", magnitude: 4 });
  return { category, confidence };
}

describe("spellings of banks", () => {
  const plain = "abcdefghijklmnopqrstuvwxyzäöüßéèñç".split("");
  const memo = fc
    .array(
      fc.oneof(
        fc.constantFrom(...WORDS),
        fc.string({ unit: fc.constantFrom(...plain), minLength: 2, maxLength: 9 }),
      ),
      { minLength: 1, maxLength: 7 },
    )
    .map((found) => found.join(" "));
  test("upper and lower case give the same category", () => {
    fc.assert(
      fc.property(memo, (text) => {
        expect(judged(text.toLowerCase())).toEqual(judged(text.toUpperCase()));
      }),
    );
  });

  test("umlauts written with e give the same category", () => {
    const spelled = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" } as const;
    const withE = (text: string): string =>
      text.replace(/[äöüß]/g, (umlaut) => spelled[umlaut as keyof typeof spelled]);
    fc.assert(
      fc.property(memo, (text) => {
        expect(judged(withE(text))).toEqual(judged(text));
      }),
    );
  });

  test("a reference number changes nothing, wherever it stands", () => {
    const reference = fc
      .tuple(fc.nat(999_999), fc.constantFrom("", "INV", "RE"))
      .map(([n, p]) => `${p}${n}`);
    fc.assert(
      fc.property(memo, reference, (text, number) => {
        expect(judged(`${text} ${number}`)).toEqual(judged(text));
        expect(judged(`${number} ${text}`)).toEqual(judged(text));
      }),
    );
  });

  test("the labels that banks put around a text change nothing", () => {
    fc.assert(
      fc.property(memo, (text) => {
        expect(judged(`EREF+NOTPROVIDED SVWZ+${text}`)).toEqual(judged(text));
        expect(judged(`SVWZ+${text} IBAN+DE89370400440532013000 BIC+COBADEFFXXX`)).toEqual(
          judged(text),
        );
      }),
    );
  });
});

describe("the committed weights", () => {
  test("belong to the sources they name", () => {
    expect(loadModel("categories").header.sources).toBe(categorySources());
  });

  test("have a class for every category", () => {
    expect(loadModel("categories").header.classes).toEqual(CATEGORIES.map(({ code }) => code));
  });
});

describe("lines of held-out patterns", () => {
  const figures = figuresOf(judgeHeldOut());

  test("are answered mostly, and those answers are right", () => {
    expect(Number(figures.answered)).toBeGreaterThan(0.8);
    expect(Number(figures.precision)).toBeGreaterThan(0.93);
  });

  test("get no answer when they show nothing", () => {
    expect(Number(figures.abstained)).toBeGreaterThanOrEqual(0.9);
  });
});
