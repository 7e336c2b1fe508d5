import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("lets one caller begin in each turn of the event loop", async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const work = [1, 2, 3].map((nth) => turns.next().then(() => begun.push(nth)));
  const after: number[] = [];
  for (let nth = 0; nth < 3; nth += 1) {
    await turn();
    after.push(begun.length);
  }
  await Promise.all(work);
  expect(after).toEqual([1, 2, 3]);
  await turns.next();
});

it("refuses who waits, and who comes later, once it is closed", async () => {
  const turns = new Turns();
  const work = [1, 2].map(() => turns.next());
  turns.close();
  const outcomes = await Promise.allSettled([...work, turns.next()]);
  const codes = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as unknown);
  expect(codes).toEqual(Array(3).fill(expect.objectContaining({ code: "SHUTTING_DOWN" })));
});
