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
