import { expect, test } from "vitest";
import { perFrame, type Pace } from "./per-frame.ts";

/** A page whose frames and clock the test moves. */
function page() {
  const waiting = { frame: new Set<() => void>(), later: new Set<() => void>() };
  const wait = (kind: "frame" | "later") => (run: () => void) => {
    waiting[kind].add(run);
    return () => waiting[kind].delete(run);
  };
  const pace: Pace = { frame: wait("frame"), later: wait("later") };
  return { pace, next: (kind: "frame" | "later") => [...waiting[kind]].forEach((run) => run()) };
}

test("hands over all items of a frame at once and in order", () => {
  const { pace, next } = page();
  const batches: (readonly number[])[] = [];
  const { add } = perFrame<number>((items) => batches.push(items), pace);
  for (let item = 1; item <= 600; item += 1) {
    add(item);
    if (item % 100 === 0) next("frame");
  }
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 100, 100, 100, 100]);
  expect(batches.flat()).toEqual(Array.from({ length: 600 }, (_, at) => at + 1));
  next("later");
  expect(batches).toHaveLength(6);
});

test("hands items over in a page that paints nothing, and none after it was stopped", () => {
  const { pace, next } = page();
  const batches: (readonly string[])[] = [];
  const { add, stop } = perFrame<string>((items) => batches.push(items), pace);
  add("hidden");
  next("later");
  add("stopped");
  stop();
  next("frame");
  next("later");
  expect(batches).toEqual([["hidden"]]);
});
