import fc from "fast-check";
import { expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";

it("delivers events in order when the consumer waits for them", async () => {
  const queue = new EventQueue<number>({ events: 10, bytes: 100 });
  const waiting = queue.take();
  queue.push(1);
  queue.push(2);
  expect([await waiting, await queue.take()]).toEqual([1, 2]);
});

it("holds no more than its limit and refuses events when it is full", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 100 }),
      (limit, pushed) => {
        const queue = new EventQueue<number>({ events: limit, bytes: 100 });
        const taken = Array.from({ length: pushed }, (_, index) => queue.push(index));
        expect(taken.filter(Boolean)).toHaveLength(Math.min(limit, pushed));
      },
    ),
  );
});

it("delivers its events and a last one when it ends", async () => {
  const queue = new EventQueue<string>({ events: 10, bytes: 100 });
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

it("wakes a waiting consumer when it is cut", async () => {
  const queue = new EventQueue<string>({ events: 10, bytes: 100 });
  const waiting = queue.take();
  queue.cut();
  expect(await waiting).toBeUndefined();
});

it("refuses events above its bytes, and takes one that is larger alone", () => {
  const queue = new EventQueue<number>({ events: 10, bytes: 100 });
  expect([queue.push(1, 500), queue.push(2, 1)]).toEqual([true, false]);
  expect(queue.takeQueued()).toBe(1);
  expect([queue.push(3, 60), queue.push(4, 41), queue.push(5, 40)]).toEqual([true, false, true]);
});
