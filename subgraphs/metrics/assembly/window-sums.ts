import { areWhole, column, STATE, SUFFIXES } from "./columns";

// Sums of windows of blocks, as in src/indicators/kernels/windows.ts. The current block begins `filled` values
// before the column, so that all of its values stand side by side.

const INPUT: usize = 0;
const OUTPUT: usize = 1;

/**
 * Sum of the last `period` values, divided by `divisor`. STATE: the sum of the current block so far. False, with
 * nothing changed, when a value is missing.
 */
export function windowSums(count: i32, period: i32, filled: i32, divisor: f64): bool {
  if (!areWhole(INPUT, count)) return false;
  const end = column(INPUT) + ((<usize>count) << 3);
  const toOutput = column(OUTPUT) - column(INPUT);
  const length = (<usize>period) << 3;
  let block = column(INPUT) - ((<usize>filled) << 3);
  let place = column(INPUT);
  let prefix = load<f64>(STATE);
  while (place < end) {
    const blockEnd = min(block + length, end);
    // After the value at a place, the window has the suffix that begins one place later.
    const toSuffix = SUFFIXES - block + 8;
    for (; place < blockEnd; place += 8) {
      prefix += load<f64>(place);
      store<f64>(place + toOutput, (load<f64>(place + toSuffix) + prefix) / divisor);
    }
    if (place - block < length) break;
    keepSuffixes(block, length);
    block = place;
    prefix = 0;
  }
  store<f64>(STATE, prefix);
  return true;
}

function keepSuffixes(block: usize, length: usize): void {
  let sum: f64 = 0;
  for (let offset = length - 8; offset > 0; offset -= 8) {
    sum += load<f64>(block + offset);
    store<f64>(SUFFIXES + offset, sum);
  }
}

const ABOVE: usize = 3;
const BELOW: usize = 4;
const RATIO: usize = 5;

function pairAt(offset: usize): v128 {
  return v128.load64_lane(column(BELOW) + offset, v128.load64_zero(column(ABOVE) + offset), 1);
}

/**
 * Adds the ratio of two window sums, times a weight, to what is written already; zero where the second sum is.
 * STATE: both sums of the current block. No value is missing.
 */
export function windowRatios(count: i32, period: i32, filled: i32, weight: f64): void {
  const end = (<usize>count) << 3;
  const length = (<usize>period) << 3;
  let block: usize = 0 - ((<usize>filled) << 3);
  let place: usize = 0;
  let prefix = v128.load(STATE);
  while (place < end) {
    const left = length - (place - block);
    const blockEnd = min(place + left, end);
    for (; place < blockEnd; place += 8) {
      prefix = f64x2.add(prefix, pairAt(place));
      const sums = f64x2.add(v128.load(SUFFIXES + ((place - block + 8) << 1)), prefix);
      const width = f64x2.extract_lane(sums, 1);
      const ratio = width === 0 ? 0 : f64x2.extract_lane(sums, 0) / width;
      store<f64>(column(RATIO) + place, load<f64>(column(RATIO) + place) + ratio * weight);
    }
    if (place - block < length) break;
    let suffix = f64x2.splat(0);
    for (let offset = length - 8; offset > 0; offset -= 8) {
      suffix = f64x2.add(suffix, pairAt(block + offset));
      v128.store(SUFFIXES + (offset << 1), suffix);
    }
    block = place;
    prefix = f64x2.splat(0);
  }
  v128.store(STATE, prefix);
}
