// exp and log of this project's own: those of an engine or a C library differ in the last bit. Every
// operation here has its equal, in the same order, in assembly/elementary.ts.

const LN2_HIGH = 6.931471803691238e-1;
const LN2_LOW = 1.9082149292705877e-10;
/** 1.5 times 2^52: adding it rounds to an integer. */
const ROUNDING = 6755399441055744;
const LARGEST = 709;
const SMALLEST = -708;
/** 1/n! for n from 0 to 13. */
const TERMS = [
  1,
  1,
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
  1 / 720,
  1 / 5040,
  1 / 40320,
  1 / 362880,
  1 / 3628800,
  1 / 39916800,
  1 / 479001600,
  1 / 6227020800,
] as const;
const [T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13] = TERMS;

/** The constants of `exp` in the order in which the WebAssembly kernel reads them; one of them is bits. */
export const EXP_CONSTANTS = {
  bounds: [LARGEST, SMALLEST, Math.LOG2E, ROUNDING, LN2_HIGH, LN2_LOW],
  bias: 1023n,
  terms: TERMS,
} as const;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** exp of x, between exp(-708) and exp(709); within two units in the last place. */
export function exp(x: number): number {
  const below = x > LARGEST ? LARGEST : x;
  const a = below < SMALLEST ? SMALLEST : below;
  const k = a * Math.LOG2E + ROUNDING - ROUNDING;
  const r = a - k * LN2_HIGH - k * LN2_LOW;
  // Four short chains instead of a long one: a processor computes them side by side.
  const r2 = r * r;
  const r4 = r2 * r2;
  const p0 = ((T12 * r4 + T8) * r4 + T4) * r4 + T0;
  const p1 = ((T13 * r4 + T9) * r4 + T5) * r4 + T1;
  const p2 = (T10 * r4 + T6) * r4 + T2;
  const p3 = (T11 * r4 + T7) * r4 + T3;
  const p = p0 + p1 * r + (p2 + p3 * r) * r2;
  double[0] = 0;
  words[HIGH] = (k + 1023) << 20;
  return p * (double[0] ?? 0);
}

/** Natural logarithm of a normal positive number; within two units in the last place. */
export function log(x: number): number {
  double[0] = x;
  const high = words[HIGH] ?? 0;
  let e = (high >>> 20) - 1023;
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let m = double[0] ?? 1;
  if (m > Math.SQRT2) {
    m *= 0.5;
    e += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 2 / 23;
  p = p * z + 2 / 21;
  p = p * z + 2 / 19;
  p = p * z + 2 / 17;
  p = p * z + 2 / 15;
  p = p * z + 2 / 13;
  p = p * z + 2 / 11;
  p = p * z + 2 / 9;
  p = p * z + 2 / 7;
  p = p * z + 2 / 5;
  p = p * z + 2 / 3;
  p = p * z + 2;
  return e * LN2_HIGH + (p * s + e * LN2_LOW);
}
