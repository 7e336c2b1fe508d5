// Where the host puts the highs and the lows; the same addresses are in
// src/indicators/kernels/extremes-wasm.ts.
const HIGHS: usize = 0;
const LOWS: usize = 8192;

/** Each value becomes the larger of itself and the one `shift` places before; the first stay as they are. */
function takeLarger(at: usize, count: i32, shift: i32): void {
  const back = (<usize>shift) << 3;
  let index = count - 2;
  for (; index >= shift; index -= 2) {
    const place = at + ((<usize>index) << 3);
    const before = v128.load(place - back);
    v128.store(place, f64x2.pmax(v128.load(place), before));
  }
  if (index + 1 < shift) return;
  const last = at + ((<usize>(index + 1)) << 3);
  const before = load<f64>(last - back);
  if (before > load<f64>(last)) store<f64>(last, before);
}

function takeSmaller(at: usize, count: i32, shift: i32): void {
  const back = (<usize>shift) << 3;
  let index = count - 2;
  for (; index >= shift; index -= 2) {
    const place = at + ((<usize>index) << 3);
    const before = v128.load(place - back);
    v128.store(place, f64x2.pmin(v128.load(place), before));
  }
  if (index + 1 < shift) return;
  const last = at + ((<usize>(index + 1)) << 3);
  const before = load<f64>(last - back);
  if (before < load<f64>(last)) store<f64>(last, before);
}

/** Whether none of an even number of values is NaN. */
function areWhole(at: usize, count: i32): bool {
  let sum = f64x2.splat(0);
  for (let place = at; place < at + ((<usize>count) << 3); place += 16) {
    sum = f64x2.add(sum, v128.load(place));
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return total === total;
}

/**
 * Highest high and lowest low of the last `period` of `count` values, an even number, in their places; the first
 * `period` - 1 have shorter windows. A window of twice the width is two windows that touch, any other two that
 * overlap, so no value waits for the one before. False, with the values as they were, when one is missing.
 */
export function slide(count: i32, period: i32): bool {
  if (!areWhole(HIGHS, count) || !areWhole(LOWS, count)) return false;
  let width = 1;
  for (; width * 2 <= period; width *= 2) {
    takeLarger(HIGHS, count, width);
    takeSmaller(LOWS, count, width);
  }
  if (width === period) return true;
  takeLarger(HIGHS, count, period - width);
  takeSmaller(LOWS, count, period - width);
  return true;
}
