import { areWhole, column, PAIRS, STATE, SUFFIXES } from "./columns";

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

/**
 * Mean of the last `period` values, the newest weighted `period` and the oldest one, where `weights` is the sum of all
 * weights. STATE: the sum and the weighted sum of the current block so far. False, with nothing changed, when a value
 * is missing.
 */
export function weightedMeans(count: i32, period: i32, filled: i32, weights: f64): bool {
  if (!areWhole(INPUT, count)) return false;
  const end = column(INPUT) + ((<usize>count) << 3);
  const toOutput = column(OUTPUT) - column(INPUT);
  const length = (<usize>period) << 3;
  let block = column(INPUT) - ((<usize>filled) << 3);
  let place = column(INPUT);
  let prefix = load<f64>(STATE);
  let weightedPrefix = load<f64>(STATE, 8);
  let weight = <f64>filled;
  while (place < end) {
    const blockEnd = min(block + length, end);
    const toSuffix = SUFFIXES - block + 8;
    for (; place < blockEnd; place += 8) {
      const value = load<f64>(place);
      weight += 1;
      prefix += value;
      weightedPrefix += weight * value;
      const lifted = weightedPrefix + (<f64>period - weight) * prefix;
      store<f64>(place + toOutput, (load<f64>(place + toSuffix) + lifted) / weights);
    }
    if (place - block < length) break;
    keepWeightedSuffixes(block, length);
    block = place;
    prefix = 0;
    weightedPrefix = 0;
    weight = 0;
  }
  store<f64>(STATE, prefix);
  store<f64>(STATE, weightedPrefix, 8);
  return true;
}

function keepWeightedSuffixes(block: usize, length: usize): void {
  let sum: f64 = 0;
  let weighted: f64 = 0;
  for (let offset = length - 8; offset > 0; offset -= 8) {
    sum += load<f64>(block + offset);
    weighted += sum;
    store<f64>(SUFFIXES + offset, weighted);
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
    const toSuffix = SUFFIXES + ((8 - block) << 1);
    for (; place < blockEnd; place += 8) {
      prefix = f64x2.add(prefix, pairAt(place));
      const sums = f64x2.add(v128.load(toSuffix + (place << 1)), prefix);
      v128.store(PAIRS + (place << 1), sums);
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
  addRatios(end, weight);
}

/** Adds the ratios of all pairs of sums, two at a time; beyond the last place is space for one more. */
function addRatios(end: usize, weight: f64): void {
  const zero = f64x2.splat(0);
  const weights = f64x2.splat(weight);
  for (let place: usize = 0; place < end; place += 16) {
    const one = v128.load(PAIRS + (place << 1));
    const other = v128.load(PAIRS + (place << 1), 16);
    const widths = v128.shuffle<f64>(one, other, 1, 3);
    const quotients = f64x2.div(v128.shuffle<f64>(one, other, 0, 2), widths);
    const ratios = v128.andnot(quotients, f64x2.eq(widths, zero));
    const sums = f64x2.add(v128.load(column(RATIO) + place), f64x2.mul(ratios, weights));
    v128.store(column(RATIO) + place, sums);
  }
}
