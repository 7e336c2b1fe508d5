import { expect, test } from "vitest";
import { WakeSignal } from "./wake-signal.ts";

const never = new AbortController().signal;
const settles = async (promise: Promise<void>): Promise<boolean> =>
  Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 10)),
  ]);

test("a wake-up between looking and waiting is not missed", async () => {
  const signal = new WakeSignal();
  const seen = signal.turn;
  signal.wake();
  expect(await settles(signal.next(seen, never))).toBe(true);
});

test("without a wake-up it waits, and one wakes all waiters", async () => {
  const signal = new WakeSignal();
  const waiting = [signal.next(signal.turn, never), signal.next(signal.turn, never)];
  expect(await settles(Promise.race(waiting))).toBe(false);
  signal.wake();
  expect(await settles(Promise.all(waiting).then(() => undefined))).toBe(true);
});

test("an abort ends the waiting", async () => {
  const signal = new WakeSignal();
  const abort = new AbortController();
  const waiting = signal.next(signal.turn, abort.signal);
  abort.abort();
  expect(await settles(waiting)).toBe(true);
});

test("a time limit ends the waiting", async () => {
  const signal = new WakeSignal();
  expect(await settles(signal.next(signal.turn, never, 1))).toBe(true);
});
