import { expect, test } from "vitest";
import { perFrame, type Pace } from "./per-frame.ts";

const FRAME_MS = 16;

/** A page whose frames and clock the test moves; showing a batch takes `batchMs`. */
function page(batchMs: number, paints = true) {
  let clock = 0;
  let frames: (() => void)[] = [];
  let timers: { run: () => void; at: number }[] = [];
  const pace: Pace = {
    frame: (run) => {
      frames.push(run);
      return () => (frames = frames.filter((each) => each !== run));
    },
    later: (run, ms) => {
      const timer = { run, at: clock + ms };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
    now: () => clock,
  };
  const batches: { at: number; items: readonly number[] }[] = [];
  const { add, stop } = perFrame<number>((items) => {
    batches.push({ at: clock, items });
    clock += batchMs;
  }, pace);
  const pass = (ms: number, each = () => {}) => {
    for (const end = clock + ms; clock < end; clock += FRAME_MS) {
      each();
      const due = paints ? frames : [];
      frames = paints ? [] : frames;
      due.forEach((run) => run());
      for (const timer of timers.filter(({ at }) => at <= clock)) {
        timers = timers.filter((other) => other !== timer);
        timer.run();
      }
    }
  };
  return { add, stop, batches, pass };
}

test("hands over all items in order, at most once for each frame", () => {
  const { add, batches, pass } = page(0);
  let item = 0;
  pass(FRAME_MS * 50, () => Array.from({ length: 12 }, () => add((item += 1))));
  pass(FRAME_MS * 5);
  expect(batches.flatMap(({ items }) => items)).toEqual(
    Array.from({ length: 600 }, (_, at) => at + 1),
  );
  expect(new Set(batches.map(({ at }) => at)).size).toBe(batches.length);
  expect(batches.length).toBeGreaterThan(20);
});

test.each([
  { batchMs: 20, rest: 200 },
  { batchMs: 400, rest: 500 },
])("leaves a page $rest ms after a batch that took $batchMs", ({ batchMs, rest }) => {
  const { add, batches, pass } = page(batchMs);
  pass(5_000, () => add(1));
  const starts = batches.map(({ at }) => at);
  const rests = starts.slice(1).map((at, before) => at - (starts[before] ?? 0) - batchMs);
  expect(rests.length).toBeGreaterThan(3);
  expect(rests.every((ms) => ms >= rest && ms <= rest + 3 * FRAME_MS)).toBe(true);
});

test("hands items over in a page that paints nothing, and none after it was stopped", () => {
  const { add, stop, batches, pass } = page(0, false);
  add(1);
  pass(1_100);
  add(2);
  stop();
  pass(3_000);
  expect(batches.map(({ items }) => items)).toEqual([[1]]);
});
