import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithToken } from "./end-with-token.ts";

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

const EXPIRED = { code: "UNAUTHENTICATED", message: "The access token has expired." };

/** Yields two events, then waits forever. */
function quietSource() {
  const ended = vi.fn<() => void>();
  async function* events() {
    try {
      yield 1;
      yield 2;
      await new Promise(() => undefined);
    } finally {
      ended();
    }
  }
  const source = events();
  // A waiting generator does not process `return`; the feeds' own iterators do.
  return { ended, source: { ...source, next: () => source.next(), return: ended } };
}

async function* oneEvent() {
  yield 1;
}

const iterable = (source: object) =>
  ({ [Symbol.asyncIterator]: () => source }) as unknown as AsyncIterable<number>;

test("yields events until it throws when the token expires, also while no event comes", async () => {
  const { source, ended } = quietSource();
  const events = endWithToken(iterable(source), new Date(1_000));
  expect(await events.next()).toEqual({ value: 1, done: false });
  expect(await events.next()).toEqual({ value: 2, done: false });
  const waiting = events.next().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await waiting).toMatchObject(EXPIRED);
  expect(ended).toHaveBeenCalledTimes(1);
  expect(await events.next()).toEqual({ value: undefined, done: true });
});

test("throws once when the next event is requested after the expiry", async () => {
  const events = endWithToken(iterable(quietSource().source), new Date(1_000));
  await events.next();
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(events.next()).rejects.toMatchObject(EXPIRED);
  expect(await events.next()).toEqual({ value: undefined, done: true });
});

test("leaves no timer when the subscription ends before its token", async () => {
  const events = endWithToken(iterable(quietSource().source), new Date(1_000));
  await events.next();
  await events.return?.();
  expect(vi.getTimerCount()).toBe(0);

  const short = endWithToken(oneEvent(), new Date(1_000));
  expect(await short.next()).toEqual({ value: 1, done: false });
  expect(await short.next()).toEqual({ value: undefined, done: true });
  expect(vi.getTimerCount()).toBe(0);
});
