import { exp2x } from "./elementary";
import { DRAWS, DRAWS_LENGTH, WORD } from "./layout";
import { drawNormals, drawRows, walkNormals } from "./random";

// A block of paths, two by two: two doubles side by side for each quantity of a pair.

/** How the steps are drawn: rows of past returns, or normal numbers when `rows` is 0. */
let table: usize = 0;
let rows: u32 = 0;
let restart: f64 = 0;

export function setRows(address: usize, count: u32, restartBelow: f64): void {
  table = address;
  rows = count;
  restart = restartBelow;
}

function draw(rng: usize, position: usize, steps: i32, assets: i32): void {
  if (rows == 0) drawNormals(rng, steps * assets);
  else drawRows(rng, position, steps, table, rows, assets, restart);
}

/**
 * Moves the logarithm of each path's unit price by `steps` steps of drift + scale times what is drawn, with
 * its highest value so far and the deepest fall below that.
 */
export function walk(
  pairs: i32,
  steps: i32,
  drift: f64,
  scale: f64,
  rng: usize,
  position: usize,
  price: usize,
  peak: usize,
  fall: usize,
): void {
  if (rows == 0) return walkNormals(pairs, steps, drift, scale, rng, price, peak, fall);
  const drifts = f64x2.splat(drift);
  const scales = f64x2.splat(scale);
  for (let pair = 0; pair < pairs; pair++) {
    let x = v128.load(price);
    let highest = v128.load(peak);
    let deepest = v128.load(fall);
    for (let left = steps; left > 0; left -= DRAWS_LENGTH) {
      const length = min(left, DRAWS_LENGTH);
      draw(rng, position, length, 1);
      const end = DRAWS + ((<usize>length) << 4);
      for (let drawn = DRAWS; drawn < end; drawn += 16) {
        x = f64x2.add(x, f64x2.add(drifts, f64x2.mul(scales, v128.load(drawn))));
        highest = f64x2.pmax(highest, x);
        deepest = f64x2.pmax(deepest, f64x2.sub(highest, x));
      }
    }
    v128.store(price, x);
    v128.store(peak, highest);
    v128.store(fall, deepest);
    rng += 4 * WORD;
    position += 8;
    price += 16;
    peak += 16;
    fall += 16;
  }
}

let assets: i32 = 0;
let drifts: usize = 0;
let factors: usize = 0;
let weights: usize = 0;
let rebalanceEvery: i32 = 0;

/**
 * The assets of a unit. `factorsAt` holds the lower triangle row by row, that makes correlated moves of what
 * is drawn; 0 when what is drawn are returns already. Weights are restored every `every` steps, never at 0.
 */
export function setAssets(
  count: i32,
  driftsAt: usize,
  factorsAt: usize,
  weightsAt: usize,
  every: i32,
): void {
  assets = count;
  drifts = driftsAt;
  factors = factorsAt;
  weights = weightsAt;
  rebalanceEvery = every;
}

/**
 * Moves the unit price, which is the sum of its assets' values, by `steps` steps. `fall` keeps the lowest
 * share of the peak that was left.
 */
export function walkAssets(
  pairs: i32,
  steps: i32,
  stepsBefore: i32,
  rng: usize,
  position: usize,
  holdings: usize,
  price: usize,
  peak: usize,
  fall: usize,
): void {
  const longest = DRAWS_LENGTH / assets;
  for (let pair = 0; pair < pairs; pair++) {
    let x = v128.load(price);
    let highest = v128.load(peak);
    let lowest = v128.load(fall);
    let step = stepsBefore;
    for (let left = steps; left > 0; left -= longest) {
      const length = min(left, longest);
      draw(rng, position, length, assets);
      let drawn = DRAWS;
      for (let i = 0; i < length; i++) {
        x = moveAssets(drawn, holdings);
        drawn += (<usize>assets) << 4;
        step++;
        if (rebalanceEvery > 0 && step % rebalanceEvery == 0) rebalance(holdings, x);
        highest = f64x2.pmax(highest, x);
        lowest = f64x2.pmin(lowest, f64x2.div(x, highest));
      }
    }
    v128.store(price, x);
    v128.store(peak, highest);
    v128.store(fall, lowest);
    rng += 4 * WORD;
    position += 8;
    holdings += (<usize>assets) << 4;
    price += 16;
    peak += 16;
    fall += 16;
  }
}

/** One step of all assets; returns what they are worth together. */
function moveAssets(drawn: usize, holdings: usize): v128 {
  let total = f64x2.splat(0);
  let factor = factors;
  for (let asset = 0; asset < assets; asset++) {
    let move = v128.load64_splat(drifts + ((<usize>asset) << 3));
    if (factors == 0) {
      move = f64x2.add(move, v128.load(drawn + ((<usize>asset) << 4)));
    } else {
      for (let other = 0; other <= asset; other++) {
        const shock = v128.load(drawn + ((<usize>other) << 4));
        move = f64x2.add(move, f64x2.mul(v128.load64_splat(factor), shock));
        factor += 8;
      }
    }
    const held = f64x2.mul(v128.load(holdings + ((<usize>asset) << 4)), exp2x(move));
    v128.store(holdings + ((<usize>asset) << 4), held);
    total = f64x2.add(total, held);
  }
  return total;
}

function rebalance(holdings: usize, total: v128): void {
  for (let asset = 0; asset < assets; asset++) {
    const weight = v128.load64_splat(weights + ((<usize>asset) << 3));
    v128.store(holdings + ((<usize>asset) << 4), f64x2.mul(weight, total));
  }
}

/**
 * Brings the values to the unit price of now, then applies a plan's flows at the end of `step`: times
 * `factor`, plus `amount`. A value that a withdrawal brings to zero or below stays zero, and `ruin` keeps
 * the step.
 */
export function settle(
  pairs: i32,
  step: i32,
  isLog: bool,
  factor: f64,
  amount: f64,
  price: usize,
  mark: usize,
  value: usize,
  ruin: usize,
): void {
  const zero = f64x2.splat(0);
  const now = f64x2.splat(step);
  for (let pair = 0; pair < pairs; pair++) {
    const x = v128.load(price);
    const before = v128.load(mark);
    const growth = isLog ? exp2x(f64x2.sub(x, before)) : f64x2.div(x, before);
    v128.store(mark, x);
    let worth = f64x2.mul(f64x2.mul(v128.load(value), growth), f64x2.splat(factor));
    worth = f64x2.add(worth, f64x2.splat(amount));
    let ruinedAt = v128.load(ruin);
    const isRuined = f64x2.gt(ruinedAt, zero);
    if (amount < 0) {
      const falls = v128.andnot(f64x2.le(worth, zero), isRuined);
      ruinedAt = v128.bitselect(now, ruinedAt, falls);
      v128.store(ruin, ruinedAt);
    }
    v128.store(value, v128.bitselect(zero, worth, f64x2.gt(ruinedAt, zero)));
    price += 16;
    mark += 16;
    value += 16;
    ruin += 16;
  }
}

/** Unit prices of their logarithms. */
export function writePrices(pairs: i32, price: usize, out: usize): void {
  for (let end = price + ((<usize>pairs) << 4); price < end; price += 16, out += 16) {
    v128.store(out, exp2x(v128.load(price)));
  }
}

/** Falls, as a share of the highest price before, of their logarithms. */
export function writeDrawdowns(pairs: i32, fall: usize, out: usize): void {
  const one = f64x2.splat(1);
  for (let end = fall + ((<usize>pairs) << 4); fall < end; fall += 16, out += 16) {
    v128.store(out, f64x2.sub(one, exp2x(f64x2.neg(v128.load(fall)))));
  }
}
