import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Readiness } from "./readiness.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("answers at once with what is held when a check has been under way for a while", async () => {
  const readiness = new Readiness();
  let answers = Promise.resolve();
  readiness.add("database", () => answers);
  expect(await readiness.report()).toEqual({ ready: true, checks: { database: "ok" } });

  answers = new Promise<never>(() => undefined);
  const first = readiness.report();
  await vi.advanceTimersByTimeAsync(60);
  expect(await first).toMatchObject({ ready: true });
  // No timer moves: this would wait for ever if it waited at all.
  expect(await readiness.report()).toMatchObject({ ready: true });

  await vi.advanceTimersByTimeAsync(2_000);
  const late = { ready: false, checks: { database: "no answer within 2 s" } };
  const second = readiness.report();
  await vi.advanceTimersByTimeAsync(60);
  expect(await second).toEqual(late);
  expect(await readiness.report()).toEqual(late);
});

it("reports a change at once when the check answers", async () => {
  const readiness = new Readiness();
  let isFull = false;
  readiness.add("disk", async () => {
    if (isFull) throw new Error("the disk is full");
  });
  expect(await readiness.report()).toMatchObject({ ready: true });
  isFull = true;
  expect(await readiness.report()).toEqual({ ready: false, checks: { disk: "the disk is full" } });
});
