import { loadModel } from "../linear-model/linear-model.ts";
import { Classifier } from "./classifier.ts";
import type { Contribution, Prediction } from "./classifier.ts";
import type { CategoryInput } from "./features.ts";
import { readMemo } from "./memo.ts";
import { denies, matchRule } from "./rules.ts";
import { UNKNOWN_CATEGORY } from "./taxonomy.ts";
import type { CategoryCode } from "./taxonomy.ts";

export type CategorySource = "RULE" | "MODEL" | "GEMINI" | DecidedSource;

/** A person, a payee rule learned from one, or a rule of the tenant: no model overwrites them. */
export type DecidedSource = "PERSON" | "LEARNED" | "TENANT_RULE";

/** Names of what decided; stored beside each category, so an old decision stays traceable. */
const RULES_MODEL = "allfunds-rules-2";

/** Decisions less certain than this wait for a person (or for the language model). */
export const REVIEW_BELOW = 0.7;
/** Below this a guess would be noise; the category is then "other". */
const GUESS_ABOVE = 0.25;

/** What is left of the confidence when the text denies what it names; below the bar for any decision. */
const DOUBT = 0.6;

export interface CategoryDecision {
  readonly category: CategoryCode;
  /** Probability that the category is right, 0 to 1. */
  readonly confidence: number;
  readonly source: CategorySource;
  readonly model: string;
  /** What supports it: `rule:…`, `account:…` or the strongest words. */
  readonly evidence: readonly string[];
  readonly needsReview: boolean;
}

export interface ExplainedDecision extends CategoryDecision {
  readonly contributions: readonly Contribution[];
}

/** A movement as far as the model uses it, beyond its text. */
interface MovementInput extends CategoryInput {
  /** The money only moved between bank accounts of the fund. */
  readonly betweenOwnAccounts?: "ONE_CURRENCY" | "TWO_CURRENCIES";
}

export interface BuiltInModel {
  categorise(input: MovementInput): ExplainedDecision;
}

/**
 * Rules first, then the account the bookkeeper chose, then the trained weights. A rule that the weights
 * contradict does not decide: its wording is then a part of something else ("VAT on custody fee").
 */
export function createBuiltInModel(): BuiltInModel {
  const classifier = new Classifier(loadModel("categories"));
  return { categorise: (input) => byStructure(input) ?? byWords(input, classifier) };
}

function byStructure({ betweenOwnAccounts }: MovementInput): ExplainedDecision | undefined {
  if (betweenOwnAccounts === undefined) return undefined;
  const category = betweenOwnAccounts === "ONE_CURRENCY" ? "OWN_TRANSFER" : "FX";
  return ruled(category, "rule:only-own-bank-accounts", 0.97);
}

function byWords(input: MovementInput, classifier: Classifier): ExplainedDecision {
  const prediction = classifier.predict(input);
  const decision =
    byText(input, prediction, classifier) ??
    byAccount(input, prediction, classifier) ??
    byWeights(input, prediction, classifier);
  return denies(prediction.words.join(" ")) ? doubted(decision) : decision;
}

function byText(
  { direction }: MovementInput,
  prediction: Prediction,
  classifier: Classifier,
): ExplainedDecision | undefined {
  const rule = matchRule(prediction.words.join(" "), direction);
  if (rule === undefined) return undefined;
  const agrees = rule.category === prediction.category;
  const contradicts = !agrees && prediction.category !== UNKNOWN_CATEGORY;
  if (contradicts && prediction.confidence >= REVIEW_BELOW) return undefined;
  const chance = classifier.ruleConfidence(rule.name, agrees);
  return ruled(rule.category, `rule:${rule.name}`, chance);
}

/** The account shows what a text without meaning does not; one that contradicts it makes it uncertain. */
function byAccount(
  { accountNames = [], direction }: MovementInput,
  { category, confidence }: Prediction,
  classifier: Classifier,
): ExplainedDecision | undefined {
  for (const name of accountNames) {
    const rule = matchRule(readMemo(name).words.join(" "), direction);
    if (rule === undefined) continue;
    const silent = category === UNKNOWN_CATEGORY || confidence < REVIEW_BELOW;
    const agrees = silent || category === rule.category;
    return ruled(rule.category, `account:${name}`, classifier.ruleConfidence(rule.name, agrees));
  }
  return undefined;
}

function byWeights(
  input: MovementInput,
  prediction: Prediction,
  classifier: Classifier,
): ExplainedDecision {
  const { category, confidence } = prediction;
  const decided = { confidence, source: "MODEL", model: classifier.name } as const;
  if (category === UNKNOWN_CATEGORY || confidence < GUESS_ABOVE) {
    const nothing = { evidence: [], needsReview: true, contributions: [] };
    return { ...decided, category: UNKNOWN_CATEGORY, ...nothing };
  }
  const contributions = classifier.explain(input, prediction);
  return {
    ...decided,
    category,
    evidence: contributions
      .map(({ feature }) => feature)
      .filter(isWord)
      .slice(0, 4),
    needsReview: confidence < REVIEW_BELOW,
    contributions,
  };
}

/** "Custody fee waived" names a fee that was not paid: whatever was paid, a person has to say. */
const doubted = (decision: ExplainedDecision): ExplainedDecision => ({
  ...decision,
  confidence: decision.confidence * DOUBT,
  needsReview: true,
});

const isWord = (feature: string): boolean => !feature.includes(":");

function ruled(category: CategoryCode, evidence: string, confidence: number): ExplainedDecision {
  return {
    category,
    confidence,
    source: "RULE",
    model: RULES_MODEL,
    evidence: [evidence],
    needsReview: confidence < REVIEW_BELOW,
    contributions: [],
  };
}
