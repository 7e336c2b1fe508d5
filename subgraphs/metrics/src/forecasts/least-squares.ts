import type { Minimum } from "./nelder-mead.ts";

/** When a search ends: after so many steps, or when one gains less than `tolerance`, relatively. */
export interface Effort {
  /** Each takes one evaluation for every parameter, and a few more. */
  readonly steps: number;
  readonly tolerance: number;
}

const FIRST_DAMPING = 1e-2;
const LARGEST_DAMPING = 1e7;
const DIFFERENCE = 1e-6;

/**
 * The point with the smallest sum of squared residuals near `start`, by Levenberg and Marquardt's method
 * with numerical derivatives. `residualsAt` gives as many finite numbers at every point; it may return
 * the same array each time.
 */
export function minimizeSquares(
  residualsAt: (point: Float64Array) => Float64Array,
  start: Float64Array,
  { steps, tolerance }: Effort,
): Minimum {
  const search = new Search(residualsAt, start);
  for (let step = 0; step < steps; step++) {
    const before = search.value;
    if (!search.improve() || before - search.value <= tolerance * before) break;
  }
  return { point: search.point, value: search.value, evaluations: search.evaluations };
}

class Search {
  point: Float64Array;
  value: number;
  evaluations = 0;
  #damping = FIRST_DAMPING;
  #residuals: Float64Array;
  readonly #residualsAt: (point: Float64Array) => Float64Array;

  constructor(residualsAt: (point: Float64Array) => Float64Array, start: Float64Array) {
    this.#residualsAt = residualsAt;
    this.point = start;
    this.#residuals = this.#evaluate(start);
    this.value = sumOfProducts(this.#residuals, this.#residuals);
  }

  /** Takes one step down; false when there is none. */
  improve(): boolean {
    const size = this.point.length;
    const columns = Array.from({ length: size }, (_, axis) => this.#derivative(axis));
    const gradient = columns.map((column) => sumOfProducts(column, this.#residuals));
    const normal = columns.map((one) => columns.map((other) => sumOfProducts(one, other)));
    for (; this.#damping < LARGEST_DAMPING; this.#damping *= 5) {
      const damped = normal.map((row, axis) =>
        row.map((value, other) => (other === axis ? value * (1 + this.#damping) + 1e-12 : value)),
      );
      const change = solve(damped, gradient);
      const next = this.point.map((value, axis) => value - (change[axis] ?? 0));
      const residuals = this.#evaluate(next);
      const value = sumOfProducts(residuals, residuals);
      if (!(value < this.value)) continue;
      this.point = next;
      this.value = value;
      this.#residuals = residuals;
      this.#damping /= 5;
      return true;
    }
    return false;
  }

  #evaluate(point: Float64Array): Float64Array {
    this.evaluations++;
    return this.#residualsAt(point).slice();
  }

  #derivative(axis: number): Float64Array {
    const moved = this.point.slice();
    moved[axis] = (moved[axis] ?? 0) + DIFFERENCE;
    const column = this.#evaluate(moved);
    for (let index = 0; index < column.length; index++) {
      column[index] = (column[index]! - this.#residuals[index]!) / DIFFERENCE;
    }
    return column;
  }
}

function sumOfProducts(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}

/** Solves a positive definite system by Gauss's elimination; its diagonal needs no pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  for (const [index, pivotRow] of rows.entries()) {
    const pivot = pivotRow[index] || Number.MIN_VALUE;
    for (const row of rows.slice(index + 1)) {
      const factor = (row[index] ?? 0) / pivot;
      for (let column = index; column < row.length; column++) {
        row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0);
      }
    }
  }
  const solution = rows.map(() => 0);
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index] ?? [];
    let rest = row.at(-1) ?? 0;
    for (let column = index + 1; column < rows.length; column++) {
      rest -= (row[column] ?? 0) * (solution[column] ?? 0);
    }
    solution[index] = rest / (row[index] || Number.MIN_VALUE);
  }
  return solution;
}
