import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp, log } from "./elementary.ts";

const RELATIVE = 4.5e-16;
const relative = (value: number, reference: number): number => Math.abs(value / reference - 1);

describe("exp", () => {
  it("is within two units in the last place of the engine's own", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(relative(exp(x), Math.exp(x))).toBeLessThanOrEqual(RELATIVE);
      }),
    );
  });

  it("is exactly 1 at 0", () => {
    expect(exp(0)).toBe(1);
  });

  it("stays finite and above zero beyond the range of doubles", () => {
    expect(exp(1e6)).toBe(exp(709));
    expect(exp(-1e6)).toBe(exp(-708));
    expect(exp(-1e6)).toBeGreaterThan(0);
  });
});

describe("log", () => {
  it("is within two units in the last place of the engine's own", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        const reference = Math.log(x);
        expect(Math.abs(log(x) - reference)).toBeLessThanOrEqual(RELATIVE * Math.abs(reference));
      }),
    );
  });

  it("is exactly 0 at 1", () => {
    expect(log(1)).toBe(0);
  });
});
