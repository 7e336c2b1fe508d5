import fc from "fast-check";
import { expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";

it("gives events in order, waiting for those still to come", async () => {
  const queue = new EventQueue<number>(10);
  const waiting = queue.take();
  queue.push(1);
  queue.push(2);
  expect([await waiting, await queue.take()]).toEqual([1, 2]);
});

it("never holds more than its limit and says when it is full", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 100 }),
      (limit, pushed) => {
        const queue = new EventQueue<number>(limit);
        const taken = Array.from({ length: pushed }, (_, index) => queue.push(index));
        expect(taken.filter(Boolean)).toHaveLength(Math.min(limit, pushed));
      },
    ),
  );
});

it("ends after what it holds, with a last word", async () => {
  const queue = new EventQueue<string>(10);
  queue.push("event");
  queue.end("lost");
  queue.end("ignored");
  expect(queue.push("too late")).toBe(true);
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([
    "event",
    "lost",
    undefined,
  ]);
});

it("wakes a waiting taker when it is cut", async () => {
  const queue = new EventQueue<string>(10);
  const waiting = queue.take();
  queue.cut();
  expect(await waiting).toBeUndefined();
});
