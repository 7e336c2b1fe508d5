import { expect, test } from "vitest";
import { piecesOf, placeBars, valuesOf } from "./bar-scale.ts";

const half = (value: number) => value / 2;
const BARS = [
  { at: "2026-01-01T00:00:00Z", open: "1", high: "4", low: "0.5", close: "2", volume: null },
  { at: "2026-01-02T00:00:00Z", open: null, high: null, low: null, close: "3", volume: "7" },
];

test("places bars with and without their parts", () => {
  expect(placeBars(BARS, half)).toEqual([
    { x: 0.25, open: 0.5, high: 2, low: 0.25, close: 1 },
    { x: 0.75, open: null, high: null, low: null, close: 1.5 },
  ]);
  expect(valuesOf(BARS)).toEqual([1, 4, 0.5, 2, 3]);
});

test("breaks a line where a value is missing", () => {
  expect(piecesOf([null, 1, 2, null, 3, 4, null, 5], half)).toEqual([
    [
      { x: 0.1875, y: 0.5 },
      { x: 0.3125, y: 1 },
    ],
    [
      { x: 0.5625, y: 1.5 },
      { x: 0.6875, y: 2 },
    ],
  ]);
});
