// Columns of up to 4,096 doubles, each with space before it for 1,024 values that came earlier; the same addresses
// are in src/indicators/kernels/chunk-memory.ts. They start in the middle of a page of memory and apart from each
// other: a processor takes ten times as long to copy from the start of a page to that of another one.

const FIRST: usize = 10240;
const STRIDE: usize = 41280;

/** What a call reads and leaves beside its columns: two doubles. */
export const STATE: usize = 1024;
/** Sums of the ends of the block before: 1,001 doubles, or pairs of them. */
export const SUFFIXES: usize = 270016;
/** Pairs of sums of one call, 4,096 of them; nothing else reads them. */
export const PAIRS: usize = 300032;

/** The address of the first value of a column. */
export function column(index: usize): usize {
  return FIRST + index * STRIDE;
}

/** Whether none of the first values of a column is NaN. */
export function areWhole(index: usize, count: i32): bool {
  const at = column(index);
  const pairs = at + ((<usize>(count & ~3)) << 3);
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  let place = at;
  // Magnitudes: infinities of both signs would give NaN.
  for (; place < pairs; place += 32) {
    first = f64x2.add(first, f64x2.abs(v128.load(place)));
    second = f64x2.add(second, f64x2.abs(v128.load(place, 16)));
  }
  const sums = f64x2.add(first, second);
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (const end = at + ((<usize>count) << 3); place < end; place += 8)
    total += abs(load<f64>(place));
  return total === total;
}
