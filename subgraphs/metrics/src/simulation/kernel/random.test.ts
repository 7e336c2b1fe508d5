import { describe, expect, it } from "vitest";
import { nextNormal, nextWord, philox, seedPath, STATE_WORDS } from "./random.ts";

const DRAWS = 400_000;

/** Normal numbers of many paths, so that the seeding is under test as well. */
function normals(seed: number): Float64Array {
  const perPath = 100;
  const state = new Int32Array(STATE_WORDS);
  const drawn = new Float64Array(DRAWS);
  for (let at = 0; at < DRAWS; at++) {
    if (at % perPath === 0) seedPath(state, 0, at / perPath, seed);
    drawn[at] = nextNormal(state, 0);
  }
  return drawn;
}

const mean = (values: Float64Array, of: (value: number) => number): number =>
  values.reduce((sum, value) => sum + of(value), 0) / values.length;

function firstOf(path: number, seed: number): number {
  const state = new Int32Array(STATE_WORDS);
  seedPath(state, 0, path, seed);
  return nextNormal(state, 0);
}

/** A deviation from 0 in standard errors. */
const standardErrors = (deviation: number, variance: number): number =>
  Math.abs(deviation) / Math.sqrt(variance / DRAWS);

describe("the generator of words", () => {
  it("gives the numbers of the reference implementation of xoshiro128++", () => {
    const state = Int32Array.of(1, 2, 3, 4);
    const drawn = Array.from({ length: 10 }, () => nextWord(state, 0) >>> 0);
    // From the tests of the Rust crate rand_xoshiro, made with the authors' C code.
    expect(drawn).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295,
      495546011, 621204420,
    ]);
  });

  it("is seeded by the numbers of the reference implementation of Philox4x32-10", () => {
    // From the known answers of Random123 for a counter and a key of zeros.
    expect(philox(0, 0, 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it("gives paths and seeds that differ in one bit numbers of their own", () => {
    const drawn = [firstOf(0, 1), firstOf(1, 1), firstOf(0, 2), firstOf(0, 1 + 2 ** 40)];
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});

/** The normal distribution function at 0, 0.25 ... 4, by SciPy 1.x. */
const DISTRIBUTION = [
  0.5, 0.598706325683, 0.691462461274, 0.773372647623, 0.841344746069, 0.894350226333,
  0.933192798731, 0.959940843136, 0.977249868052, 0.987775527345, 0.993790334674, 0.997020236765,
  0.998650101968, 0.999422974958, 0.999767370921, 0.999911582715, 0.999968328758,
];

/** The normal distribution function at a quarter of `edge`. */
function below(edge: number): number {
  const upper = DISTRIBUTION[Math.min(16, Math.abs(edge))] ?? 1;
  return edge < 0 ? 1 - upper : upper;
}

describe("normal numbers", () => {
  const drawn = normals(20_281_128);

  it("have the moments of the normal distribution within three standard errors", () => {
    expect(
      standardErrors(
        mean(drawn, (z) => z),
        1,
      ),
    ).toBeLessThan(3);
    expect(standardErrors(mean(drawn, (z) => z * z) - 1, 2)).toBeLessThan(3);
    expect(
      standardErrors(
        mean(drawn, (z) => z ** 3),
        15,
      ),
    ).toBeLessThan(3);
    expect(standardErrors(mean(drawn, (z) => z ** 4) - 3, 96)).toBeLessThan(3);
  });

  it("are spread over quarters like the normal distribution (chi-square at 0.1 %)", () => {
    const counts = new Float64Array(34);
    for (const z of drawn) {
      const bin = Math.max(0, Math.min(33, Math.floor(z * 4) + 17));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    let chiSquare = 0;
    counts.forEach((count, bin) => {
      const from = bin === 0 ? 0 : below(bin - 17);
      const to = bin === 33 ? 1 : below(bin - 16);
      const expected = DRAWS * (to - from);
      chiSquare += (count - expected) ** 2 / expected;
    });
    // The 99.9 % quantile of chi-square with 33 degrees of freedom.
    expect(chiSquare).toBeLessThan(63.87);
  });

  it("have the tail beyond the lowest layer", () => {
    const beyond = drawn.filter((z) => Math.abs(z) > 3.852046150368391).length;
    const expected = 2 * 5.856746977671869e-5 * DRAWS;
    expect(Math.abs(beyond - expected)).toBeLessThan(3 * Math.sqrt(expected));
  });

  it("do not correlate with those before them", () => {
    let sum = 0;
    for (let at = 1; at < DRAWS; at++) sum += (drawn[at] ?? 0) * (drawn[at - 1] ?? 0);
    expect(Math.abs(sum / DRAWS)).toBeLessThan(3 / Math.sqrt(DRAWS));
  });
});
