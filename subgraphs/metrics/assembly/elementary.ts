import { EXP_CONSTANTS } from "./layout";

// exp and log of this project's own: those of an engine or a C library differ in the last bit. Every
// operation here has its equal, in the same order, in src/simulation/kernel/elementary.ts.

const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

// A constant that is loaded costs one instruction, one that is written here three.
const BOUNDS: usize = EXP_CONSTANTS;
const TERMS: usize = EXP_CONSTANTS + 7 * 16;

/** exp of both doubles, between exp(-708) and exp(709), within two units in the last place. */
export function exp2x(argument: v128): v128 {
  const x = f64x2.pmax(f64x2.pmin(argument, v128.load(BOUNDS)), v128.load(BOUNDS, 16));
  const t = f64x2.add(f64x2.mul(x, v128.load(BOUNDS, 32)), v128.load(BOUNDS, 48));
  const k = f64x2.sub(t, v128.load(BOUNDS, 48));
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(k, v128.load(BOUNDS, 64))),
    f64x2.mul(k, v128.load(BOUNDS, 80)),
  );
  // Four short chains instead of a long one: a processor computes them side by side.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  let p0 = v128.load(TERMS, 192);
  p0 = f64x2.add(f64x2.mul(p0, r4), v128.load(TERMS, 128));
  p0 = f64x2.add(f64x2.mul(p0, r4), v128.load(TERMS, 64));
  p0 = f64x2.add(f64x2.mul(p0, r4), v128.load(TERMS, 0));
  let p1 = v128.load(TERMS, 208);
  p1 = f64x2.add(f64x2.mul(p1, r4), v128.load(TERMS, 144));
  p1 = f64x2.add(f64x2.mul(p1, r4), v128.load(TERMS, 80));
  p1 = f64x2.add(f64x2.mul(p1, r4), v128.load(TERMS, 16));
  let p2 = v128.load(TERMS, 160);
  p2 = f64x2.add(f64x2.mul(p2, r4), v128.load(TERMS, 96));
  p2 = f64x2.add(f64x2.mul(p2, r4), v128.load(TERMS, 32));
  let p3 = v128.load(TERMS, 176);
  p3 = f64x2.add(f64x2.mul(p3, r4), v128.load(TERMS, 112));
  p3 = f64x2.add(f64x2.mul(p3, r4), v128.load(TERMS, 48));
  const p = f64x2.add(
    f64x2.add(p0, f64x2.mul(p1, r)),
    f64x2.mul(f64x2.add(p2, f64x2.mul(p3, r)), r2),
  );
  return f64x2.mul(p, i64x2.shl(i64x2.add(t, v128.load(BOUNDS, 96)), 52));
}

export function exp(x: f64): f64 {
  return f64x2.extract_lane(exp2x(f64x2.splat(x)), 0);
}

/** Natural logarithm of a normal positive number. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let e = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p: f64 = 2.0 / 23.0;
  p = p * z + 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  p = p * z + 2;
  return <f64>e * LN2_HIGH + (p * s + <f64>e * LN2_LOW);
}
