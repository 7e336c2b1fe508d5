import { expect, test } from "vitest";
import { buffersOf, byteSizeOf } from "./cloned-value.ts";

test("arrays of one buffer count once", () => {
  const buffer = new ArrayBuffer(8_000);
  const views = { all: new Float64Array(buffer), some: new Float64Array(buffer, 80, 10) };
  expect(buffersOf(views)).toEqual([buffer]);
  expect(byteSizeOf(views)).toBe(8_032);
});

test("buffers are found in lists, maps and sets, and shared ones are not moved", () => {
  const [one, two, three] = [new Float64Array(1), new Uint8Array(2), new Float64Array(3)];
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const value = { list: [one, shared], map: new Map([["two", two]]), set: new Set([three]) };
  expect(new Set(buffersOf(value))).toEqual(new Set([one.buffer, two.buffer, three.buffer]));
});

test("a value that contains itself, and a deep one, are measured", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(byteSizeOf(circle)).toBe(32);
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(byteSizeOf(deep)).toBe(3_200_008);
});

test("texts and numbers count", () => {
  expect(byteSizeOf(["abc", 1, null, undefined, true])).toBe(32 + 38 + 4 * 8);
});
