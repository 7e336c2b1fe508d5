import { softmax } from "../../src/linear-model/linear-model.ts";
import { Random } from "./random.ts";

/** One line as numbers: n-grams (hashed), fixed features by name, and the class it belongs to. */
export interface Sample {
  readonly ids: Uint32Array;
  readonly fixed: readonly string[];
  readonly label: number;
}

export interface TrainingOptions {
  readonly classes: readonly string[];
  readonly seed: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Pulls every weight towards zero by this share of itself at each use. */
  readonly shrink: number;
  /** Share of the n-grams of a line that one reading leaves out, so that no weight stands alone. */
  readonly dropout: number;
}

/** Weights as they were learned, before they are pruned and quantised. */
export interface Learned {
  readonly classes: readonly string[];
  readonly rowOf: ReadonlyMap<number, number>;
  readonly weights: Float32Array;
  readonly fixed: Readonly<Record<string, Float64Array>>;
}

/**
 * Multinomial logistic regression by AdaGrad (Duchi, Hazan and Singer, 2011): each weight has a learning
 * rate of its own, so that rare words are learned as well as frequent ones.
 */
export function train(samples: readonly Sample[], options: TrainingOptions): Learned {
  const rowOf = rowsOf(samples);
  const width = options.classes.length;
  const weights = new Float32Array(rowOf.size * width);
  const squares = new Float32Array(weights.length).fill(1e-4);
  const fixed = fixedOf(samples, width);
  const state = { weights, squares, fixed, width, options };
  const random = new Random(options.seed);
  const rows = samples.map(({ ids, fixed: names, label }) => ({
    rows: Uint32Array.from(ids, (id) => rowOf.get(id) as number),
    names,
    label,
  }));
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    for (const at of shuffled(rows.length, random)) {
      learn(rows[at] as TrainingRow, state, random);
    }
  }
  const plain = Object.fromEntries(Object.entries(fixed).map(([name, f]) => [name, f.weights]));
  return { classes: options.classes, rowOf, weights, fixed: plain };
}

interface TrainingRow {
  readonly rows: Uint32Array;
  readonly names: readonly string[];
  readonly label: number;
}

interface FixedWeights {
  readonly weights: Float64Array;
  readonly squares: Float64Array;
}

interface State {
  readonly weights: Float32Array;
  readonly squares: Float32Array;
  readonly fixed: Readonly<Record<string, FixedWeights>>;
  readonly width: number;
  readonly options: TrainingOptions;
}

function learn({ rows, names, label }: TrainingRow, state: State, random: Random): void {
  const { weights, squares, fixed, width, options } = state;
  const kept = options.dropout > 0 ? rows.filter(() => !random.chance(options.dropout)) : rows;
  const scale = 1 / Math.sqrt(Math.max(1, kept.length));
  const errors = new Float64Array(width);
  for (const row of kept) {
    const start = row * width;
    for (let k = 0; k < width; k += 1) {
      errors[k] = (errors[k] as number) + (weights[start + k] as number) * scale;
    }
  }
  for (const name of names)
    fixed[name]?.weights.forEach((w, k) => (errors[k] = (errors[k] as number) + w));
  softmax(errors);
  errors[label] = (errors[label] as number) - 1;
  for (const row of kept) step(weights, squares, row * width, errors, scale, options);
  for (const name of names) {
    const own = fixed[name];
    if (own !== undefined) step(own.weights, own.squares, 0, errors, 1, options);
  }
}

function step(
  weights: Float32Array | Float64Array,
  squares: Float32Array | Float64Array,
  start: number,
  errors: Float64Array,
  scale: number,
  { learningRate, shrink }: TrainingOptions,
): void {
  for (let k = 0; k < errors.length; k += 1) {
    const weight = weights[start + k] as number;
    const gradient = (errors[k] as number) * scale + shrink * weight;
    const square = (squares[start + k] as number) + gradient * gradient;
    squares[start + k] = square;
    weights[start + k] = weight - (learningRate * gradient) / Math.sqrt(square);
  }
}

/** N-grams in the order of their first use; one that is used once only is left out. */
function rowsOf(samples: readonly Sample[]): Map<number, number> {
  const rows = new Map<number, number>();
  for (const { ids } of samples) {
    for (const id of ids) if (!rows.has(id)) rows.set(id, rows.size);
  }
  return rows;
}

function fixedOf(samples: readonly Sample[], width: number): Record<string, FixedWeights> {
  const names = [...new Set(samples.flatMap(({ fixed }) => fixed))].toSorted();
  return Object.fromEntries(
    names.map((name) => [
      name,
      { weights: new Float64Array(width), squares: new Float64Array(width).fill(1e-4) },
    ]),
  );
}

function shuffled(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, at) => at);
  for (let last = length - 1; last > 0; last -= 1) {
    const pick = random.below(last + 1);
    const held = order[last] as number;
    order[last] = order[pick] as number;
    order[pick] = held;
  }
  return order;
}
