import { expect, it } from "vitest";
import { RunningKeys } from "./running-keys.ts";

/** A request that runs until it is ended. */
function running() {
  const ends: ((answer: string) => void)[] = [];
  const ended = new Promise<string>((resolve) => ends.push(resolve));
  return { ended, end: (answer: string) => ends.forEach((end) => end(answer)) };
}

it("answers a repeat behind the first, and other keys at once", async () => {
  const keys = new RunningKeys();
  const order: string[] = [];
  const first = running();
  const runs = [
    keys.run("a", async () => {
      await first.ended;
      order.push("first");
    }),
    keys.run("a", async () => void order.push("repeat")),
    keys.run("b", async () => void order.push("other")),
  ];
  await runs[2];
  first.end("stored");
  await Promise.all(runs);
  expect(order).toEqual(["other", "first", "repeat"]);
});

it("runs a repeat anew when the first one fails", async () => {
  const keys = new RunningKeys();
  const first = keys.run("a", () => Promise.reject(new Error("refused")));
  const second = keys.run("a", () => Promise.resolve("done"));
  await expect(first).rejects.toThrow("refused");
  expect(await second).toBe("done");
});

it("refuses a repeat while the first runs on, and takes it later", async () => {
  const keys = new RunningKeys(10);
  const first = running();
  const stored = keys.run("a", () => first.ended);
  const refused = { code: "IDEMPOTENCY_KEY_IN_USE", status: 409, retryAfterSeconds: 1 };
  await expect(keys.run("a", () => Promise.resolve("again"))).rejects.toMatchObject(refused);
  first.end("stored");
  expect(await stored).toBe("stored");
  expect(await keys.run("a", () => Promise.resolve("again"))).toBe("again");
});
