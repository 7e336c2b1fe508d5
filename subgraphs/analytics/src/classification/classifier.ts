import { confidenceOf } from "../linear-model/linear-model.ts";
import type { LinearModel } from "../linear-model/linear-model.ts";
import type { FieldWords } from "../linear-model/ngrams.ts";
import { TextScorer } from "../linear-model/text-scorer.ts";
import type { Scored } from "../linear-model/text-scorer.ts";
import type { CategoryInput } from "./features.ts";
import { readMemo } from "./memo.ts";
import type { CategoryCode } from "./taxonomy.ts";

export interface Contribution {
  /** A word of the text as it is written there, or `direction:OUT`. */
  readonly feature: string;
  /** Log-odds this feature adds to the chosen category over the average category. */
  readonly weight: number;
}

export interface Prediction extends Scored {
  readonly category: CategoryCode;
  /** Chance that the category is right, 0 to 1; calibrated on patterns that were not trained. */
  readonly confidence: number;
  /** The words of the text as the model reads them. */
  readonly words: readonly string[];
  /** The words of text and payee as they are written. */
  readonly written: readonly string[];
}

const TEXT = 0x54455854;
const PAYEE = 0x50415945;
const ACCOUNT = 0x41434354;
const LARGEST_MAGNITUDE = 8;
const MOST_CONTRIBUTIONS = 12;

/** An item as the model reads it; training and prediction read alike. */
export function readItem(input: CategoryInput): {
  readonly fields: readonly FieldWords[];
  readonly words: readonly string[];
  readonly written: readonly string[];
} {
  const text = readMemo(input.text);
  const payee = readMemo(input.counterparty ?? "");
  const accounts = (input.accountNames ?? []).map((name) => readMemo(name).words);
  const fields = [
    { field: TEXT, words: text.words },
    { field: PAYEE, words: payee.words },
    ...accounts.map((words) => ({ field: ACCOUNT, words })),
  ];
  return { fields, words: text.words, written: [...text.written, ...payee.written] };
}

/** The features beside the words: which way the money went, and how many digits it had. */
export function amountFeatures({ direction, magnitude }: CategoryInput): string[] {
  return [
    "bias",
    ...(direction === undefined ? [] : [`direction:${direction}`]),
    ...(magnitude === undefined ? [] : [`magnitude:${Math.min(magnitude, LARGEST_MAGNITUDE)}`]),
  ];
}

/** Chooses the category of an item by weights that were learned beforehand. */
export class Classifier {
  readonly #scorer: TextScorer;

  constructor(model: LinearModel) {
    this.#scorer = new TextScorer(model);
  }

  /** Name and version of the weights. */
  get name(): string {
    return this.#scorer.model.header.name;
  }

  /** Chance that a rule is right that names this category, by whether the weights agree with it. */
  ruleConfidence(rule: string, agrees: boolean): number {
    const [whenAgreed, whenNot] = this.#scorer.model.header.rules[rule] ?? [0.9, 0.5];
    return agrees ? whenAgreed : whenNot;
  }

  predict(input: CategoryInput): Prediction {
    const { fields, words, written } = readItem(input);
    const scored = this.#scorer.score(fields, amountFeatures(input));
    const { classes, calibration } = this.#scorer.model.header;
    const { best, second, probabilities, learned } = scored;
    const chances = {
      best: probabilities[best] as number,
      second: probabilities[second] as number,
      learned,
    };
    return {
      ...scored,
      category: classes[best] as CategoryCode,
      confidence: confidenceOf(calibration, chances),
      words,
      written,
    };
  }

  /** What made the category, strongest first; only what supports it. */
  explain(input: CategoryInput, { best, written, wordWeight }: Prediction): Contribution[] {
    const found = new Map<string, number>();
    const add = (feature: string, weight: number): void => {
      if (weight > 0) found.set(feature, (found.get(feature) ?? 0) + weight);
    };
    written.forEach((word, at) => add(word, wordWeight(at, best)));
    for (const name of amountFeatures(input)) {
      if (name.startsWith("direction:")) add(name, this.#fixedWeight(name, best));
    }
    return [...found]
      .map(([feature, weight]) => ({ feature, weight }))
      .toSorted((a, b) => b.weight - a.weight)
      .slice(0, MOST_CONTRIBUTIONS);
  }

  #fixedWeight(name: string, k: number): number {
    return this.#scorer.model.header.fixed[name]?.[k] ?? 0;
  }
}
