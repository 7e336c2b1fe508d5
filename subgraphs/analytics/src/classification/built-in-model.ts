import { trainClassifier } from "./classifier.ts";
import type { Classifier, Contribution } from "./classifier.ts";
import { isTextFeature } from "./features.ts";
import type { CategoryInput } from "./features.ts";
import { normalise } from "./normalise.ts";
import { matchRule } from "./rules.ts";
import { UNKNOWN_CATEGORY } from "./taxonomy.ts";
import type { CategoryCode } from "./taxonomy.ts";
import { trainingCorpus } from "./training-corpus.ts";

export type CategorySource = "RULE" | "MODEL" | "GEMINI" | DecidedSource;

/** A person, a payee rule learned from one, or a rule of the tenant: no model overwrites them. */
export type DecidedSource = "PERSON" | "LEARNED" | "TENANT_RULE";

/** Names of what decided; stored beside each category, so an old decision stays traceable. */
const RULES_MODEL = "allfunds-rules-1";
const CLASSIFIER_MODEL = "allfunds-classifier-1";

/** Decisions less certain than this wait for a person (or for the language model). */
export const REVIEW_BELOW = 0.6;
/** Below this a guess would be noise; the category is then "other". */
const GUESS_ABOVE = 0.25;

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
  /** Names of the accounts on the other side of the bank account. */
  readonly accountNames?: readonly string[];
}

export interface BuiltInModel {
  categorise(input: MovementInput): ExplainedDecision;
}

/** Rules first, then the account the bookkeeper chose, then the trained classifier. */
export function createBuiltInModel(): BuiltInModel {
  const classifier = trainClassifier(trainingCorpus());
  return {
    categorise: (input) =>
      byStructure(input) ?? byText(input) ?? byAccount(input) ?? byClassifier(input, classifier),
  };
}

function byStructure({ betweenOwnAccounts }: MovementInput): ExplainedDecision | undefined {
  if (betweenOwnAccounts === undefined) return undefined;
  const category = betweenOwnAccounts === "ONE_CURRENCY" ? "OWN_TRANSFER" : "FX";
  return ruled(category, "rule:only-own-bank-accounts", 0.97);
}

function byText(input: MovementInput): ExplainedDecision | undefined {
  const rule = matchRule(normalise(input.text), input.direction);
  return rule === undefined ? undefined : ruled(rule.category, `rule:${rule.name}`, 0.98);
}

function byAccount(input: MovementInput): ExplainedDecision | undefined {
  for (const name of input.accountNames ?? []) {
    const rule = matchRule(normalise(name), input.direction);
    if (rule !== undefined) return ruled(rule.category, `account:${name}`, 0.93);
  }
  return undefined;
}

function byClassifier(input: MovementInput, classifier: Classifier): ExplainedDecision {
  const prediction = classifier.predict(input);
  if (prediction === null || prediction.probability < GUESS_ABOVE) {
    return {
      category: UNKNOWN_CATEGORY,
      confidence: prediction?.probability ?? 0,
      source: "MODEL",
      model: CLASSIFIER_MODEL,
      evidence: [],
      needsReview: true,
      contributions: [],
    };
  }
  return {
    category: prediction.category,
    confidence: prediction.probability,
    source: "MODEL",
    model: CLASSIFIER_MODEL,
    evidence: prediction.contributions
      .map(({ feature }) => feature)
      .filter(isTextFeature)
      .slice(0, 4),
    needsReview: prediction.probability < REVIEW_BELOW,
    contributions: prediction.contributions.slice(0, 12),
  };
}

function ruled(category: CategoryCode, evidence: string, confidence: number): ExplainedDecision {
  return {
    category,
    confidence,
    source: "RULE",
    model: RULES_MODEL,
    evidence: [evidence],
    needsReview: false,
    contributions: [],
  };
}
