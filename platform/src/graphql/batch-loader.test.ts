import { expect, test } from "vitest";
import { BatchLoader } from "./batch-loader.ts";

test("makes one call with each key once when loads share a turn", async () => {
  const calls: string[][] = [];
  const loader = new BatchLoader<string>((keys) => {
    calls.push([...keys]);
    return Promise.resolve(new Map(keys.map((key) => [key, key.toUpperCase()])));
  });
  const afterAPromise = Promise.resolve().then(() => loader.load("b"));
  expect(await Promise.all([loader.load("a"), loader.load("a"), afterAPromise])).toEqual([
    "A",
    "A",
    "B",
  ]);
  expect(calls).toEqual([["a", "b"]]);
});

test("returns a new value when a later load follows a change", async () => {
  let value = 1;
  const loader = new BatchLoader<number>(() => Promise.resolve(new Map([["a", value]])));
  expect(await loader.load("a")).toBe(1);
  value = 2;
  expect(await loader.load("a")).toBe(2);
});

test("fails only the loads of a call when the call fails", async () => {
  let broken = true;
  const loader = new BatchLoader<number>(() =>
    broken ? Promise.reject(new Error("down")) : Promise.resolve(new Map([["a", 1]])),
  );
  await expect(loader.load("a")).rejects.toThrow("down");
  broken = false;
  expect(await loader.load("a")).toBe(1);
  expect(await loader.load("missing")).toBeUndefined();
});
