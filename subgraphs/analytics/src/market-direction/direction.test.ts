import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { leastCloses, predictDirection } from "./direction.ts";
import type { DirectionHorizon } from "./direction.ts";

/** Standard normal numbers of a seed (mulberry32, Box and Muller). */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Closes whose returns follow the last one to this share. */
function closesOf(seed: number, momentum: number, count = 1_300): number[] {
  const next = normals(seed);
  const closes = [100];
  let last = 0;
  for (let day = 1; day < count; day += 1) {
    last = momentum * last + 0.01 * next();
    closes.push((closes.at(-1) ?? Number.NaN) * Math.exp(0.0002 + last));
  }
  return closes;
}

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const edges = (momentum: number, horizon: DirectionHorizon): number =>
  seeds.filter((seed) => predictDirection(closesOf(seed, momentum), horizon)?.verdict === "EDGE")
    .length;

describe("the direction of a price", () => {
  test("has no edge in random walks, but for about one in twenty", () => {
    expect(edges(0, "DAY")).toBeLessThanOrEqual(2);
    expect(edges(0, "WEEK")).toBeLessThanOrEqual(2);
  });

  test("has an edge where returns follow the last one", () => {
    expect(edges(0.3, "DAY")).toBeGreaterThanOrEqual(8);
    const found = predictDirection(closesOf(1, 0.4), "DAY");
    expect(found).toMatchObject({ verdict: "EDGE", probability: expect.any(Number) });
    expect(found?.backTest.brier).toBeLessThan(found?.backTest.brierBaseRate ?? 0);
    expect(found?.backTest.accuracy).toBeGreaterThan(0.55);
    expect(found?.backTest.calibrationError).toBeLessThan(0.1);
  });

  test("gives the base rate and no probability without an edge", () => {
    const found = predictDirection(closesOf(2, 0), "WEEK");
    expect(found).toMatchObject({ verdict: "NO_EDGE", probability: null });
    expect(found?.baseRate).toBeGreaterThan(0.3);
    expect(found?.backTest.predictions).toBeGreaterThan(900);
  });

  test("of the demo's index has no edge at any horizon", () => {
    const file = new URL("../../../../demo/prices-sp500.csv", import.meta.url);
    const lines = readFileSync(file, "utf8").trim().split("\n").slice(1);
    const closes = lines.map((line) => Number(line.split(",")[4])).slice(-1_500);
    const verdicts = (["DAY", "WEEK", "MONTH"] as const).map(
      (horizon) => predictDirection(closes, horizon)?.verdict,
    );
    expect(verdicts).toEqual(["NO_EDGE", "NO_EDGE", "NO_EDGE"]);
  });

  test("does not depend on the scale of the prices", () => {
    const closes = closesOf(3, 0.4);
    const scaled = predictDirection(
      closes.map((close) => close * 1_000),
      "DAY",
    );
    expect(scaled?.probability).toBeCloseTo(predictDirection(closes, "DAY")?.probability ?? 0, 9);
  });

  test("is not judged by a short history", () => {
    const closes = closesOf(4, 0, leastCloses("MONTH"));
    expect(predictDirection(closes, "MONTH")).toBeDefined();
    expect(predictDirection(closes.slice(1), "MONTH")).toBeUndefined();
  });
});
