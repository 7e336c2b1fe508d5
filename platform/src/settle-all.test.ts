import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { settleAll } from "./settle-all.ts";

it("returns the results in the order of the promises, whatever they end in", async () => {
  const [number, text, flag] = await settleAll([
    setImmediate(1),
    Promise.resolve("early"),
    true,
  ] as const);
  expect([number, text, flag]).toEqual([1, "early", true]);
});

it("rejects with the first failure, and not before the last promise has settled", async () => {
  const end = new EventEmitter();
  // Rejects when the emitter has an error.
  const slow = once(end, "ended");
  let settled = "none";
  const results = settleAll([slow, Promise.reject(new Error("first"))]).catch((error: Error) => {
    settled = error.message;
  });
  await setImmediate();
  expect(settled).toBe("none");
  end.emit("error", new Error("second"));
  await results;
  expect(settled).toBe("first");
});
