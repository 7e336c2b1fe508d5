import { expect, test } from "vitest";
import { transform } from "./transform-iterator.ts";

async function* numbers(onEnd: () => void): AsyncGenerator<number> {
  try {
    for (let next = 1; next <= 4; next += 1) yield next;
  } finally {
    onEnd();
  }
}

test("items become none, one or more, in order", async () => {
  const found: number[] = [];
  for await (const item of transform(
    numbers(() => undefined),
    (n) => Array<number>(n - 1).fill(n),
  )) {
    found.push(item);
  }
  expect(found).toEqual([2, 3, 3, 4, 4, 4]);
});

test("ending early ends the source", async () => {
  let ended = false;
  for await (const _item of transform(
    numbers(() => (ended = true)),
    (n) => [n],
  ))
    break;
  expect(ended).toBe(true);
});
