/** A logistic regression: weights of the features, the constant last. */
export interface LogisticModel {
  readonly weights: readonly number[];
}

/** Pulls the weights towards zero as if so many observations had shown none of them to matter. */
const RIDGE = 10;
const MOST_STEPS = 12;
const SMALL_STEP = 1e-6;

export function probabilityOf({ weights }: LogisticModel, features: readonly number[]): number {
  let sum = weights[features.length] ?? 0;
  for (let index = 0; index < features.length; index += 1) {
    sum += (weights[index] as number) * (features[index] as number);
  }
  return 1 / (1 + Math.exp(-sum));
}

/** By Newton's method with a ridge penalty (D. Cox 1958; A. Hoerl and R. Kennard 1970), which has one optimum. */
export function fitLogistic(
  features: readonly (readonly number[])[],
  outcomes: readonly (0 | 1)[],
): LogisticModel {
  const size = (features[0]?.length ?? 0) + 1;
  let weights: number[] = Array.from({ length: size }, () => 0);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { gradient, hessian } = derivatives(features, outcomes, weights);
    const change = solve(hessian, gradient);
    weights = weights.map((weight, index) => weight + (change[index] ?? 0));
    if (Math.max(...change.map(Math.abs)) < SMALL_STEP) break;
  }
  return { weights };
}

function derivatives(
  features: readonly (readonly number[])[],
  outcomes: readonly (0 | 1)[],
  weights: readonly number[],
): { readonly gradient: number[]; readonly hessian: number[][] } {
  const size = weights.length;
  // The constant is not pulled: the base rate is no claim.
  const pull = (index: number): number => (index === size - 1 ? 1e-9 : RIDGE);
  const gradient = weights.map((weight, index) => -pull(index) * weight);
  const hessian = weights.map((_, row) =>
    weights.map((__, column) => (row === column ? pull(row) : 0)),
  );
  for (const [at, row] of features.entries()) {
    const probability = probabilityOf({ weights }, row);
    const error = (outcomes[at] ?? 0) - probability;
    const spread = probability * (1 - probability);
    for (let left = 0; left < size; left += 1) {
      const value = row[left] ?? 1;
      gradient[left] = (gradient[left] as number) + error * value;
      const line = hessian[left] as number[];
      for (let right = 0; right <= left; right += 1) {
        line[right] = (line[right] as number) + spread * value * (row[right] ?? 1);
      }
    }
  }
  for (const [row, line] of hessian.entries()) {
    for (let column = row + 1; column < size; column += 1) {
      line[column] = hessian[column]?.[row] as number;
    }
  }
  return { gradient, hessian };
}

/** Gaussian elimination with pivots; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  for (let column = 0; column < size; column += 1) {
    const rest = rows.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + rest.indexOf(Math.max(...rest));
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (const row of rows.slice(column + 1)) {
      const factor = (row[column] ?? 0) / (top[column] as number);
      for (let at = column; at <= size; at += 1) row[at] = (row[at] ?? 0) - factor * (top[at] ?? 0);
    }
  }
  const result: number[] = Array.from({ length: size }, () => 0);
  for (let index = size - 1; index >= 0; index -= 1) {
    const row = rows[index] as number[];
    let sum = row[size] ?? 0;
    for (let at = index + 1; at < size; at += 1) sum -= (row[at] ?? 0) * (result[at] ?? 0);
    result[index] = sum / (row[index] as number);
  }
  return result;
}
