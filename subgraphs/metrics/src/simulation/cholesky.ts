import { invalidInput } from "@allfunds/contract/errors";

/** Below this share of a variance, what is left of it is rounding: the asset is a sum of those before it. */
const ROUNDING = 1e-12;

/** Where an element of a lower triangle is, row by row. */
export const triangleIndex = (row: number, column: number): number =>
  (row * (row + 1)) / 2 + column;

/**
 * The lower triangle L, row by row, with L L' = the symmetric matrix. A matrix that is only semi-definite, as
 * with two assets that move as one, is taken as it is; one that no assets can have is INVALID_INPUT.
 *
 * @param at the element of a row and a column
 */
export function choleskyFactor(
  size: number,
  at: (row: number, column: number) => number,
  path: string,
): Float64Array {
  const factor = new Float64Array((size * (size + 1)) / 2);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = at(row, column);
      for (let k = 0; k < column; k++) {
        rest -= (factor[triangleIndex(row, k)] ?? 0) * (factor[triangleIndex(column, k)] ?? 0);
      }
      const scale = Math.sqrt(at(row, row) * at(column, column));
      factor[triangleIndex(row, column)] =
        row === column
          ? Math.sqrt(positiveRest(rest, scale, path))
          : quotient(rest, factor[triangleIndex(column, column)] ?? 0, scale, path);
    }
  }
  return factor;
}

function positiveRest(rest: number, variance: number, path: string): number {
  if (rest > ROUNDING * variance) return rest;
  if (rest >= -ROUNDING * variance) return 0;
  throw notPossible(path);
}

function quotient(rest: number, pivot: number, scale: number, path: string): number {
  if (pivot > 0) return rest / pivot;
  if (Math.abs(rest) > Math.sqrt(ROUNDING) * scale) throw notPossible(path);
  return 0;
}

const notPossible = (path: string) =>
  invalidInput(
    path,
    "no assets can be correlated like this: the matrix is not positive semi-definite",
  );
