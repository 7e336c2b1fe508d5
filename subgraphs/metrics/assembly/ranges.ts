import { areWhole, column } from "./columns";

const HIGH: usize = 0;
const LOW: usize = 1;
const CLOSE: usize = 2;
const PRESSURE: usize = 3;
const RANGE: usize = 4;
const RATIO: usize = 5;

/**
 * Writes buying pressure and true range of each bar, and zeros for what is computed from them; the close of the bar
 * before the first stands before the closes. False when a part is missing.
 */
export function buyingPressures(count: i32): bool {
  const zero = f64x2.splat(0);
  const end = (<usize>count) << 3;
  let total = zero;
  for (let place: usize = 0; place < end; place += 16) {
    const high = v128.load(column(HIGH) + place);
    const low = v128.load(column(LOW) + place);
    const close = v128.load(column(CLOSE) + place);
    const previous = v128.load(column(CLOSE) + place - 8);
    // The smaller one stays where a number is missing.
    const under = f64x2.pmax(f64x2.sub(low, previous), zero);
    const over = f64x2.pmax(f64x2.sub(previous, high), zero);
    const pressure = f64x2.add(f64x2.sub(close, low), under);
    const range = f64x2.add(f64x2.add(f64x2.sub(high, low), over), under);
    v128.store(column(PRESSURE) + place, pressure);
    v128.store(column(RANGE) + place, range);
    v128.store(column(RATIO) + place, zero);
    // Both are never negative in a bar that is whole.
    total = f64x2.add(total, f64x2.add(f64x2.abs(pressure), range));
  }
  const sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  return sum === sum;
}

/** Each value less the one `distance` places before it, from column 0 to column 1. False when a value is missing. */
export function differences(count: i32, distance: i32): bool {
  const back = (<usize>distance) << 3;
  const start = column(HIGH);
  const toOutput = column(LOW) - start;
  const pairs = start + ((<usize>(count & ~3)) << 3);
  let one = f64x2.splat(0);
  let other = f64x2.splat(0);
  let place = start;
  for (; place < pairs; place += 32) {
    const base = place - back;
    const first = v128.load(place);
    const second = v128.load(place, 16);
    one = f64x2.add(one, f64x2.abs(first));
    other = f64x2.add(other, f64x2.abs(second));
    v128.store(place + toOutput, f64x2.sub(first, v128.load(base)));
    v128.store(place + toOutput, f64x2.sub(second, v128.load(base, 16)), 16);
  }
  const sizes = f64x2.add(one, other);
  let total = f64x2.extract_lane(sizes, 0) + f64x2.extract_lane(sizes, 1);
  for (const end = start + ((<usize>count) << 3); place < end; place += 8) {
    const value = load<f64>(place);
    total += abs(value);
    store<f64>(place + toOutput, value - load<f64>(place - back));
  }
  return total === total;
}

/** The mean of each high of column 0 and low of column 1, in place of the high. */
export function middles(count: i32): void {
  const half = f64x2.splat(0.5);
  const end = (<usize>count) << 3;
  for (let place: usize = 0; place < end; place += 16) {
    const high = v128.load(column(HIGH) + place);
    const sum = f64x2.add(high, v128.load(column(LOW) + place));
    v128.store(column(HIGH) + place, f64x2.mul(sum, half));
  }
}

/**
 * How far each close of column 2 is below the highest high of column 0, in percent of the range to the lowest low of
 * column 1, in place of the high; 0 of an empty range.
 */
export function placesBelow(count: i32): void {
  const zero = f64x2.splat(0);
  const hundred = f64x2.splat(100);
  const end = (<usize>count) << 3;
  for (let place: usize = 0; place < end; place += 16) {
    const top = v128.load(column(HIGH) + place);
    const width = f64x2.sub(top, v128.load(column(LOW) + place));
    const fall = f64x2.sub(v128.load(column(CLOSE) + place), top);
    // The sum turns a negative zero into zero.
    const part = f64x2.add(f64x2.mul(f64x2.div(fall, width), hundred), zero);
    v128.store(column(HIGH) + place, v128.andnot(part, f64x2.eq(width, zero)));
  }
}
