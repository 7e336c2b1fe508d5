import { confidenceInputs } from "../../src/linear-model/linear-model.ts";

/** What a model was sure of on a line it was not trained on, and whether it was right. */
export interface Outcome {
  readonly best: number;
  readonly second: number;
  /** Share of the n-grams the model had learned. */
  readonly learned: number;
  readonly right: boolean;
}

const ROUNDS = 3_000;
const RATE = 0.5;
const SHRINK = 1e-4;

/** The coefficients of the confidence: logistic regression of being right, by plain gradient descent. */
export function calibrate(outcomes: readonly Outcome[]): number[] {
  const rows = outcomes.map(({ best, second, learned, right }) => ({
    inputs: confidenceInputs(best, second, learned),
    right: right ? 1 : 0,
  }));
  const coefficients = new Float64Array(rows[0]?.inputs.length ?? 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = new Float64Array(coefficients.length);
    for (const { inputs, right } of rows) {
      const sum = inputs.reduce((total, x, at) => total + x * (coefficients[at] as number), 0);
      const error = 1 / (1 + Math.exp(-sum)) - right;
      inputs.forEach((x, at) => (gradient[at] = (gradient[at] as number) + error * x));
    }
    gradient.forEach((sum, at) => {
      const pull = SHRINK * (coefficients[at] as number);
      coefficients[at] = (coefficients[at] as number) - (RATE / 10) * (sum / rows.length + pull);
    });
  }
  return [...coefficients].map((value) => Math.round(value * 1e4) / 1e4);
}

/** Mean distance between confidence and share of right answers, over ten bins of confidence (ECE). */
export function calibrationError(
  answers: readonly { readonly confidence: number; readonly right: boolean }[],
): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of answers) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  const total = Math.max(1, answers.length);
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right) / total, 0);
}
