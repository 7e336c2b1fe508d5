import fc from "fast-check";
import { expect, test } from "vitest";
import { TaskQueue } from "./task-queue.ts";

const drain = <Item>(queue: TaskQueue<Item>): Item[] => {
  const items: Item[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) items.push(next);
  return items;
};

test("owners take turns, and the work of one keeps its order", () => {
  const queue = new TaskQueue<string>();
  for (const item of ["a1", "a2", "a3", "b1", "c1", "b2"]) queue.add(item.charAt(0), item);
  expect(drain(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  expect(queue.size).toBe(0);
});

test("an owner that comes later waits for one piece of each other owner at most", () => {
  const queue = new TaskQueue<string>();
  for (let index = 0; index < 100; index += 1) queue.add("a", `a${index}`);
  queue.next();
  queue.add("b", "b0");
  expect([queue.next(), queue.next()]).toEqual(["a1", "b0"]);
});

test("an item that was taken out is not given again, and is counted no more", () => {
  const queue = new TaskQueue<string>();
  queue.add("a", "a1");
  queue.add("a", "a2");
  expect(queue.remove("a", "a1")).toBe(true);
  expect(queue.remove("a", "a1")).toBe(false);
  expect(queue.remove("b", "b1")).toBe(false);
  expect([queue.size, queue.sizeOf("a"), queue.sizeOf("b")]).toEqual([1, 1, 0]);
  expect(drain(queue)).toEqual(["a2"]);
});

test("whatever is added comes out once", () => {
  const additions = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat()));
  fc.assert(
    fc.property(additions, (added) => {
      const queue = new TaskQueue<number>();
      added.forEach(([owner], index) => queue.add(owner, index));
      expect(queue.size).toBe(added.length);
      expect(new Set(drain(queue))).toEqual(new Set(added.keys()));
    }),
  );
});
