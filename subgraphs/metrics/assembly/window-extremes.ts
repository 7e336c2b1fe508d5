import { areWhole, column } from "./columns";

const HIGHS: usize = 0;
const LOWS: usize = 1;

// Each pass goes from the last four values of a column to the first, so that each is read before it is written. What
// stands before the column is read, and the three places before it are written.

const before = (index: usize): i32 => <i32>column(index) - 32;
const lastFour = (index: usize, count: i32): i32 => <i32>column(index) + ((count - 4) << 3);

/** What stands one place before each of a pair. */
function shifted(pair: v128, earlier: v128): v128 {
  return v128.shuffle<f64>(earlier, pair, 1, 2);
}

/** Each value becomes the largest of itself and the three before it. */
function takeLargestOfFour(count: i32): void {
  let place = lastFour(HIGHS, count);
  let earlier = v128.load(place);
  const pair = v128.load(place, 16);
  let larger = f64x2.pmax(pair, shifted(pair, earlier));
  for (const end = before(HIGHS); place > end; place -= 32) {
    const next = v128.load(place - 16);
    const large = f64x2.pmax(earlier, shifted(earlier, next));
    v128.store(place, f64x2.pmax(larger, large), 16);
    earlier = v128.load(place - 32);
    larger = f64x2.pmax(next, shifted(next, earlier));
    v128.store(place, f64x2.pmax(large, larger));
  }
}

function takeSmallestOfFour(count: i32): void {
  let place = lastFour(LOWS, count);
  let earlier = v128.load(place);
  const pair = v128.load(place, 16);
  let smaller = f64x2.pmin(pair, shifted(pair, earlier));
  for (const end = before(LOWS); place > end; place -= 32) {
    const next = v128.load(place - 16);
    const small = f64x2.pmin(earlier, shifted(earlier, next));
    v128.store(place, f64x2.pmin(smaller, small), 16);
    earlier = v128.load(place - 32);
    smaller = f64x2.pmin(next, shifted(next, earlier));
    v128.store(place, f64x2.pmin(small, smaller));
  }
}

/** Each value becomes the largest of itself and those `near`, `middle` and `far` bytes before it. */
function takeLargest(count: i32, near: i32, middle: i32, far: i32): void {
  let place = lastFour(HIGHS, count);
  for (const end = before(HIGHS); place > end; place -= 32) {
    const one = f64x2.pmax(v128.load(place), v128.load(place - near));
    const other = f64x2.pmax(v128.load(place, 16), v128.load(place - near, 16));
    const beforeOne = f64x2.pmax(v128.load(place - middle), v128.load(place - far));
    const beforeOther = f64x2.pmax(v128.load(place - middle, 16), v128.load(place - far, 16));
    v128.store(place, f64x2.pmax(one, beforeOne));
    v128.store(place, f64x2.pmax(other, beforeOther), 16);
  }
}

function takeSmallest(count: i32, near: i32, middle: i32, far: i32): void {
  let place = lastFour(LOWS, count);
  for (const end = before(LOWS); place > end; place -= 32) {
    const one = f64x2.pmin(v128.load(place), v128.load(place - near));
    const other = f64x2.pmin(v128.load(place, 16), v128.load(place - near, 16));
    const beforeOne = f64x2.pmin(v128.load(place - middle), v128.load(place - far));
    const beforeOther = f64x2.pmin(v128.load(place - middle, 16), v128.load(place - far, 16));
    v128.store(place, f64x2.pmin(one, beforeOne));
    v128.store(place, f64x2.pmin(other, beforeOther), 16);
  }
}

/**
 * Highest high and lowest low of the last `period` of `count` values, in their places; the first `period` - 1 have no
 * meaning. Four windows that touch or overlap make a longer one, so no value waits for the one before. False, with the
 * values as they were, when one is missing in the first `columns` columns.
 */
export function slide(count: i32, period: i32, columns: i32): bool {
  for (let index = 0; index < columns; index++) if (!areWhole(index, count)) return false;
  let width = 1;
  if (period >= 4) {
    takeLargestOfFour(count);
    takeSmallestOfFour(count);
    width = 4;
  }
  while (width < period) {
    const longer = min(4 * width, period);
    const far = (longer - width) << 3;
    const near = min(width << 3, far);
    const middle = min(near << 1, far);
    takeLargest(count, near, middle, far);
    takeSmallest(count, near, middle, far);
    width = longer;
  }
  return true;
}
