import { log } from "./elementary.ts";
import { ACCEPTED, DENSITIES, density, TAIL, WIDTHS } from "./ziggurat.ts";

// Every operation has its equal, in the same order, in assembly/random.ts, which draws for two paths at once.

/** Words of one path's random state: four of the generator of the low halves, four of that of the high ones. */
export const STATE_WORDS = 8;

const ROUNDS = 10;

/** The high half of a product of two unsigned 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b + Math.floor(low / 0x10000);
  return Math.floor(high / 0x10000);
}

/**
 * Seeds the generators of a path by Philox4x32-10 (Salmon and others, "Parallel random numbers: as easy as
 * 1, 2, 3", 2011): the path's number is the counter, the seed the key. A path's numbers so depend on nothing
 * but the seed and its own number.
 */
export function seedPath(state: Int32Array, at: number, path: number, seed: number): void {
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x1_0000_0000);
  for (let half = 0; half < 2; half++) {
    const words = philox(path, half, low, high);
    // A generator whose words are all zero would stay there.
    if (!words.some((word) => word > 0)) words[3] = 1;
    state.set(words, at + 4 * half);
  }
}

export function philox(path: number, half: number, low: number, high: number): number[] {
  let [c0, c1, c2, c3]: [number, number, number, number] = [path >>> 0, half, 0, 0];
  let [k0, k1] = [low >>> 0, high >>> 0];
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highProduct(0xd2511f53, c0);
    const high1 = highProduct(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** The next 32 bits, as a signed integer, of the generator xoshiro128++ (Blackman and Vigna) at `at`. */
export function nextWord(state: Int32Array, at: number): number {
  const s0 = state[at] ?? 0;
  const s1 = state[at + 1] ?? 0;
  const s2 = (state[at + 2] ?? 0) ^ s0;
  const s3 = (state[at + 3] ?? 0) ^ s1;
  const sum = (s0 + (s3 ^ s1)) | 0;
  state[at] = s0 ^ s3;
  state[at + 1] = s1 ^ s2;
  state[at + 2] = s2 ^ (s1 << 9);
  state[at + 3] = (s3 << 11) | (s3 >>> 21);
  return (((sum << 7) | (sum >>> 25)) + s0) | 0;
}

const TWO_TO_20 = 0x100000;

/** Bits 12 to 63 of the 64 whose halves these are, an integer below 2^52. */
const upperBits = (low: number, high: number): number => (high >>> 0) * TWO_TO_20 + (low >>> 12);

/** Uniform in the open interval from 0 to 1, in steps of 2^-52. */
function uniform(state: Int32Array, at: number): number {
  const low = nextWord(state, at);
  const high = nextWord(state, at + 4);
  return (upperBits(low, high) + 0.5) * 2 ** -52;
}

/** One standard normal number of the path whose state begins at `at`, by the ziggurat method. */
export function nextNormal(state: Int32Array, at: number): number {
  for (;;) {
    const low = nextWord(state, at);
    const high = nextWord(state, at + 4);
    const layer = (low >>> 3) & 0x1ff;
    const u = upperBits(low, high) * 2 ** -51 - 1;
    const z = u * (WIDTHS[layer] ?? 0);
    if (Math.abs(u) < (ACCEPTED[layer] ?? 0)) return z;
    if (layer === 0) return tail(state, at, u);
    const below = DENSITIES[layer] ?? 0;
    const above = DENSITIES[layer + 1] ?? 1;
    if (below + uniform(state, at) * (above - below) < density(z)) return z;
  }
}

/** The tail beyond the lowest layer (Marsaglia, 1964). */
function tail(state: Int32Array, at: number, sign: number): number {
  for (;;) {
    const beyond = -log(uniform(state, at)) / TAIL;
    const y = -log(uniform(state, at));
    if (y + y > beyond * beyond) return sign < 0 ? -(TAIL + beyond) : TAIL + beyond;
  }
}
