import { exp, log } from "./elementary";
import { CONSTANTS, DENSITIES, DRAWS, LIMITS, WIDTHS, WORD } from "./layout";

// Every path has two generators xoshiro128++ (Blackman and Vigna): one makes the low, the other the high
// half of its 64 random bits. Four vectors hold the words of two paths: low and high of the first, then of
// the second.

const TAIL: f64 = 3.852046150368391;
/** Far above the error of what is compared with it, and far below what it is compared with. */
const MARGIN: f64 = 1e-11;

/** Seeds `pairs` pairs of paths by Philox4x32-10 (Salmon and others, 2011) of the path's number. */
export function seedPaths(rng: usize, pairs: i32, firstPath: u32, low: u32, high: u32): void {
  for (let i: u32 = 0; i < <u32>pairs * 2; i++) {
    const address = rng + <usize>(i >> 1) * 4 * WORD + <usize>(i & 1) * 8;
    philox(firstPath + i, 0, low, high, address);
    philox(firstPath + i, 1, low, high, address + 4);
  }
}

function philox(path: u32, half: u32, low: u32, high: u32, address: usize): void {
  let c0 = path,
    c1 = half,
    c2: u32 = 0,
    c3: u32 = 0;
  let k0 = low,
    k1 = high;
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>c0 * 0xd2511f53;
    const product1 = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
    c1 = <u32>product1;
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
    c3 = <u32>product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(address, c0);
  store<u32>(address, c1, WORD);
  store<u32>(address, c2, 2 * WORD);
  // A generator whose words are all zero would stay there.
  store<u32>(address, (c0 | c1 | c2 | c3) == 0 ? 1 : c3, 3 * WORD);
}

/** The next 32 bits of one generator. */
function nextWord(address: usize): u32 {
  let s0 = load<u32>(address);
  let s1 = load<u32>(address, WORD);
  let s2 = load<u32>(address, 2 * WORD);
  let s3 = load<u32>(address, 3 * WORD);
  const result = rotl<u32>(s0 + s3, 7) + s0;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  store<u32>(address, s0);
  store<u32>(address, s1, WORD);
  store<u32>(address, s2, 2 * WORD);
  store<u32>(address, rotl<u32>(s3, 11), 3 * WORD);
  return result;
}

function nextBits(address: usize): u64 {
  const low = nextWord(address);
  return ((<u64>nextWord(address + 4)) << 32) | low;
}

/** Uniform in the open interval from 0 to 1, in steps of 2^-52. */
function uniform(address: usize): f64 {
  return (<f64>(nextBits(address) >> 12) + 0.5) * 2.220446049250313e-16;
}

/** Decides on a draw that the rectangle of its layer did not accept; one in 80. */
function decide(address: usize, drawn: u64): f64 {
  let bits = drawn;
  while (true) {
    const layer = <usize>bits & 0xff8;
    const u = reinterpret<f64>((bits >> 12) | 0x4000000000000000) - 3;
    const z = u * load<f64>(WIDTHS + layer);
    if (abs(u) < load<f64>(LIMITS + layer)) return z;
    if (layer == 0) return tail(address, u);
    const height = uniform(address);
    const below = load<f64>(DENSITIES + layer);
    const y = below + height * (load<f64>(DENSITIES + layer, 8) - below);
    // The chord of the density in the layer, and its tangent at the outer end, leave few draws to exp.
    const outer = load<f64>(WIDTHS + layer);
    const limit = load<f64>(LIMITS + layer);
    const aboveChord = height * (1 - limit) - (1 - abs(u));
    const aboveTangent = y - below * (1 + outer * (outer - abs(z)));
    if (outer <= 1) {
      if (aboveChord < -MARGIN) return z;
      if (aboveTangent < MARGIN && y < exp(-0.5 * z * z)) return z;
    } else if (outer * limit >= 1) {
      if (aboveTangent < -MARGIN) return z;
      if (aboveChord < MARGIN && y < exp(-0.5 * z * z)) return z;
    } else if (y < exp(-0.5 * z * z)) return z;
    bits = nextBits(address);
  }
}

/** The tail beyond the lowest layer (Marsaglia, 1964). */
function tail(address: usize, sign: f64): f64 {
  while (true) {
    const beyond = -log(uniform(address)) / TAIL;
    const y = -log(uniform(address));
    if (y + y > beyond * beyond) return sign < 0 ? -(TAIL + beyond) : TAIL + beyond;
  }
}

/**
 * Writes `length` standard normal numbers for each path of a pair by the ziggurat method. The inner loop ends
 * at a draw that needs a decision: without a call in it, it runs in registers.
 */
export function drawNormals(rng: usize, length: i32): void {
  const three = v128.load(CONSTANTS);
  const two = v128.load(CONSTANTS, 16);
  const magnitude = v128.load(CONSTANTS, 32);
  const end = DRAWS + ((<usize>length) << 4);
  let out = DRAWS;
  while (out < end) {
    let s0 = v128.load(rng);
    let s1 = v128.load(rng, WORD);
    let s2 = v128.load(rng, 2 * WORD);
    let s3 = v128.load(rng, 3 * WORD);
    let bits = s0;
    let accepted = 3;
    for (; out < end; out += 16) {
      bits = i32x4.add(s0, s3);
      bits = i32x4.add(v128.or(i32x4.shl(bits, 7), i32x4.shr_u(bits, 25)), s0);
      const t = i32x4.shl(s1, 9);
      s2 = v128.xor(s2, s0);
      s3 = v128.xor(s3, s1);
      s1 = v128.xor(s1, s2);
      s0 = v128.xor(s0, s3);
      s2 = v128.xor(s2, t);
      s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
      const first = <usize>i32x4.extract_lane(bits, 0) & 0xff8;
      const second = <usize>i32x4.extract_lane(bits, 2) & 0xff8;
      const widths = v128.load64_lane(second, v128.load64_zero(first, WIDTHS), 1, WIDTHS);
      const limits = v128.load64_lane(second, v128.load64_zero(first, LIMITS), 1, LIMITS);
      const u = f64x2.sub(v128.or(i64x2.shr_u(bits, 12), two), three);
      v128.store(out, f64x2.mul(u, widths));
      accepted = i64x2.bitmask(f64x2.lt(v128.and(u, magnitude), limits));
      if (accepted != 3) break;
    }
    v128.store(rng, s0);
    v128.store(rng, s1, WORD);
    v128.store(rng, s2, 2 * WORD);
    v128.store(rng, s3, 3 * WORD);
    if (accepted == 3) break;
    decideBoth(rng, bits, accepted, out);
    out += 16;
  }
}

/** Decides on the draws of a pair that were not accepted at once, in place. */
function decideBoth(rng: usize, bits: v128, accepted: i32, out: usize): void {
  if ((accepted & 1) == 0) store<f64>(out, decide(rng, i64x2.extract_lane(bits, 0)));
  if ((accepted & 2) == 0) store<f64>(out, decide(rng + 8, i64x2.extract_lane(bits, 1)), 8);
}

/**
 * `walk` with normal numbers. Drawing and moving in one loop keeps the processor busier than one after the
 * other; the draws are those of `drawNormals`.
 */
export function walkNormals(
  pairs: i32,
  steps: i32,
  drift: f64,
  scale: f64,
  rng: usize,
  price: usize,
  peak: usize,
  fall: usize,
): void {
  const three = v128.load(CONSTANTS);
  const two = v128.load(CONSTANTS, 16);
  const magnitude = v128.load(CONSTANTS, 32);
  const drifts = f64x2.splat(drift);
  const scales = f64x2.splat(scale);
  for (let pair = 0; pair < pairs; pair++) {
    let x = v128.load(price);
    let highest = v128.load(peak);
    let deepest = v128.load(fall);
    let step = 0;
    while (step < steps) {
      let s0 = v128.load(rng);
      let s1 = v128.load(rng, WORD);
      let s2 = v128.load(rng, 2 * WORD);
      let s3 = v128.load(rng, 3 * WORD);
      let bits = s0;
      let z = x;
      let accepted = 3;
      for (; step < steps; step++) {
        bits = i32x4.add(s0, s3);
        bits = i32x4.add(v128.or(i32x4.shl(bits, 7), i32x4.shr_u(bits, 25)), s0);
        const t = i32x4.shl(s1, 9);
        s2 = v128.xor(s2, s0);
        s3 = v128.xor(s3, s1);
        s1 = v128.xor(s1, s2);
        s0 = v128.xor(s0, s3);
        s2 = v128.xor(s2, t);
        s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
        const first = <usize>i32x4.extract_lane(bits, 0) & 0xff8;
        const second = <usize>i32x4.extract_lane(bits, 2) & 0xff8;
        const widths = v128.load64_lane(second, v128.load64_zero(first, WIDTHS), 1, WIDTHS);
        const limits = v128.load64_lane(second, v128.load64_zero(first, LIMITS), 1, LIMITS);
        const u = f64x2.sub(v128.or(i64x2.shr_u(bits, 12), two), three);
        z = f64x2.mul(u, widths);
        accepted = i64x2.bitmask(f64x2.lt(v128.and(u, magnitude), limits));
        if (accepted != 3) break;
        x = f64x2.add(x, f64x2.add(drifts, f64x2.mul(scales, z)));
        deepest = f64x2.pmax(deepest, f64x2.sub(highest, x));
        highest = f64x2.pmax(highest, x);
      }
      v128.store(rng, s0);
      v128.store(rng, s1, WORD);
      v128.store(rng, s2, 2 * WORD);
      v128.store(rng, s3, 3 * WORD);
      if (accepted == 3) break;
      v128.store(DRAWS, z);
      decideBoth(rng, bits, accepted, DRAWS);
      x = f64x2.add(x, f64x2.add(drifts, f64x2.mul(scales, v128.load(DRAWS))));
      deepest = f64x2.pmax(deepest, f64x2.sub(highest, x));
      highest = f64x2.pmax(highest, x);
      step++;
    }
    v128.store(price, x);
    v128.store(peak, highest);
    v128.store(fall, deepest);
    rng += 4 * WORD;
    price += 16;
    peak += 16;
    fall += 16;
  }
}

/**
 * Writes `steps` rows of past returns for each path of a pair. A path goes on to the next row, after the last
 * to the first, or with the probability `restart` / 2^32 to any row (stationary bootstrap, Politis and Romano).
 */
export function drawRows(
  rng: usize,
  position: usize,
  steps: i32,
  table: usize,
  rows: u32,
  assets: i32,
  restart: f64,
): void {
  for (let path: usize = 0; path < 2; path++) {
    const address = rng + path * 8;
    let out = DRAWS + path * 8;
    let row = load<i32>(position + path * 4);
    for (let step = 0; step < steps; step++) {
      const low = nextWord(address);
      const high = nextWord(address + 4);
      if (row < 0 || <f64>low < restart) row = <i32>((<u64>high * rows) >> 32);
      else if (++row == <i32>rows) row = 0;
      const values = table + <usize>(row * assets) * 8;
      for (let asset = 0; asset < assets; asset++) {
        store<f64>(out, load<f64>(values + ((<usize>asset) << 3)));
        out += 16;
      }
    }
    store<i32>(position + path * 4, row);
  }
}
