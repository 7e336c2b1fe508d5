import { features, isTextFeature } from "./features.ts";
import type { CategoryInput } from "./features.ts";
import type { CategoryCode } from "./taxonomy.ts";

export interface LabelledInput extends CategoryInput {
  readonly category: CategoryCode;
}

export interface Contribution {
  readonly feature: string;
  /** Log-odds this feature adds to the chosen category over the average category. */
  readonly weight: number;
}

interface Prediction {
  readonly category: CategoryCode;
  /** Probability of the category, 0 to 1. */
  readonly probability: number;
  /** Strongest first; only features that support the category. */
  readonly contributions: readonly Contribution[];
}

export interface Classifier {
  /** The most probable category, or null when the model has learned no word of the text. */
  predict(input: CategoryInput): Prediction | null;
}

const EPOCHS = 12;
const LEARNING_RATE = 0.35;
const SHRINK = 1e-4;

/**
 * Multinomial logistic regression trained with AdaGrad. Small enough to train at every start,
 * deterministic (the order of samples comes from a fixed generator), and explainable: a
 * prediction is a sum of feature weights.
 */
export function trainClassifier(samples: readonly LabelledInput[]): Classifier {
  const categories = [...new Set(samples.map((sample) => sample.category))].toSorted();
  const index = new Map<string, number>();
  const rows = samples.flatMap((sample) => trainingRows(sample, index, categories));
  const width = categories.length;
  const weights = new Float64Array((index.size + 1) * width);
  const squares = new Float64Array(weights.length).fill(1e-6);
  const scores = new Float64Array(width);
  const random = generator(20_260_101);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (const row of shuffled(rows, random)) learn(row, { weights, squares, scores });
  }
  const model = { categories, index, weights, means: meansOf(weights, width) };
  return { predict: (input) => predict(input, model) };
}

interface Training {
  readonly weights: Float64Array;
  /** Sum of squared gradients per weight: AdaGrad's own learning rate for each. */
  readonly squares: Float64Array;
  readonly scores: Float64Array;
}

function learn(row: Row, { weights, squares, scores }: Training): void {
  const width = scores.length;
  softmax(scoreRow(row, weights, scores));
  scores[row.label] = (scores[row.label] ?? 0) - 1;
  for (const feature of row.active) {
    const start = feature * width;
    for (let k = 0; k < width; k += 1) {
      const weight = weights[start + k] as number;
      const gradient = (scores[k] as number) * row.scale + SHRINK * weight;
      const square = (squares[start + k] as number) + gradient * gradient;
      squares[start + k] = square;
      weights[start + k] = weight - (LEARNING_RATE * gradient) / Math.sqrt(square);
    }
  }
}

interface Model {
  readonly categories: readonly CategoryCode[];
  readonly index: ReadonlyMap<string, number>;
  readonly weights: Float64Array;
  /** Of each feature's weights over the categories. */
  readonly means: Float64Array;
}

interface Row {
  readonly active: readonly number[];
  readonly scale: number;
  readonly label: number;
}

/** Each sample is learned with and without its amount, so a bare text is judged well too. */
function trainingRows(
  sample: LabelledInput,
  index: Map<string, number>,
  categories: readonly CategoryCode[],
): Row[] {
  const label = categories.indexOf(sample.category);
  const ids = (names: readonly string[]): number[] =>
    names.map((name) => {
      const id = index.get(name) ?? index.size + 1;
      index.set(name, id);
      return id;
    });
  const all = features(sample);
  return [all, all.filter(isTextFeature)].map((names) => row(ids(names), label));
}

/** Feature 0 is the bias; long texts are scaled down so that they do not dominate. */
function row(ids: readonly number[], label: number): Row {
  const active = [0, ...ids];
  return { active, label, scale: 1 / Math.sqrt(active.length) };
}

function scoreRow(input: Row, weights: Float64Array, scores: Float64Array): Float64Array {
  scores.fill(0);
  for (const feature of input.active) {
    const start = feature * scores.length;
    for (let k = 0; k < scores.length; k += 1) {
      scores[k] = (scores[k] as number) + (weights[start + k] as number) * input.scale;
    }
  }
  return scores;
}

function softmax(scores: Float64Array): void {
  const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  let sum = 0;
  scores.forEach((score, k) => {
    scores[k] = Math.exp(score - top);
    sum += scores[k] ?? 0;
  });
  scores.forEach((score, k) => (scores[k] = score / sum));
}

function predict(input: CategoryInput, model: Model): Prediction | null {
  const learned = features(input).flatMap((name) => {
    const id = model.index.get(name);
    return id === undefined ? [] : [{ name, id }];
  });
  if (!learned.some(({ name }) => isTextFeature(name))) return null;
  const width = model.categories.length;
  const active = row(
    learned.map(({ id }) => id),
    -1,
  );
  const scores = scoreRow(active, model.weights, new Float64Array(width));
  softmax(scores);
  const best = scores.reduce((winner, score, k) => (score > (scores[winner] ?? 0) ? k : winner), 0);
  const category = model.categories[best];
  if (category === undefined) return null;
  const contributions = learned
    .map(({ name, id }) => ({ feature: name, weight: advantage(model, id, best) * active.scale }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return { category, probability: scores[best] ?? 0, contributions };
}

function advantage({ weights, means, categories }: Model, feature: number, best: number): number {
  return (weights[feature * categories.length + best] ?? 0) - (means[feature] ?? 0);
}

const meansOf = (weights: Float64Array, width: number): Float64Array =>
  Float64Array.from({ length: weights.length / width }, (_, feature) => {
    const start = feature * width;
    return weights.subarray(start, start + width).reduce((sum, w) => sum + w, 0) / width;
  });

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(random() * (last + 1));
    const held = copy[last] as T;
    copy[last] = copy[pick] as T;
    copy[pick] = held;
  }
  return copy;
}

/** Lehmer's generator: the same sequence on every machine. */
function generator(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
