import { describe, expect, it } from "vitest";
import { countFailure, restartDelayMs } from "./back-off.ts";

describe("the back-off of a crashing service", () => {
  it("doubles from 0.2 seconds up to ten", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map(restartDelayMs);
    expect(delays).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it("starts over once the service was healthy for half a minute", () => {
    expect(countFailure(5, 29_999)).toBe(6);
    expect(countFailure(5, 30_000)).toBe(1);
  });
});
