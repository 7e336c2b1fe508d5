import { areWhole, column } from "./columns";

const HIGHS: usize = 0;
const LOWS: usize = 1;

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

/**
 * Highest high and lowest low of the last `period` of `count` values, in their places; the first
 * `period` - 1 have shorter windows. A window of twice the width is two windows that touch, any other two that
 * overlap, so no value waits for the one before. False, with the values as they were, when one is missing.
 */
export function slide(count: i32, period: i32): bool {
  if (!areWhole(HIGHS, count) || !areWhole(LOWS, count)) return false;
  let width = 1;
  for (; width * 2 <= period; width *= 2) {
    takeLarger(column(HIGHS), count, width);
    takeSmaller(column(LOWS), count, width);
  }
  if (width === period) return true;
  takeLarger(column(HIGHS), count, period - width);
  takeSmaller(column(LOWS), count, period - width);
  return true;
}
