/** The k-th smallest of m past errors covers a new one with probability of at least `level`. */
function conformalQuantile(errors: readonly number[], level: number): number {
  const rank = Math.ceil((errors.length + 1) * level);
  const sorted = Float64Array.from(errors).sort();
  return sorted[Math.min(rank, sorted.length) - 1]!;
}

/**
 * Half-widths of prediction intervals, one per step ahead: conformal quantiles of the absolute
 * back-test errors. They never shrink with the distance, though the samples do.
 */
export function conformalHalfWidths(errorsByStep: readonly number[][], level: number): number[] {
  let widest = 0;
  return errorsByStep.map((errors) => {
    widest = Math.max(widest, conformalQuantile(errors, level));
    return widest;
  });
}

/**
 * Share of back-test errors inside an interval made from the other errors of the same step:
 * no error is judged by an interval it helped to make.
 */
export function empiricalCoverage(errorsByStep: readonly number[][], level: number): number {
  let inside = 0;
  let total = 0;
  for (const errors of errorsByStep) {
    for (const [index, error] of errors.entries()) {
      const others = errors.toSpliced(index, 1);
      if (error <= conformalQuantile(others, level)) inside++;
      total++;
    }
  }
  return inside / total;
}
