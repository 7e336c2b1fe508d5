import { describe, expect, test } from "vitest";
import { LatestValue } from "./latest-value.ts";

describe("LatestValue", () => {
  test("gives the newest value only when the reader is slow", async () => {
    const values = new LatestValue<number>(() => undefined);
    values.push(1);
    values.push(2);
    expect(await values.next()).toEqual({ done: false, value: 2 });
    const waiting = values.next();
    values.push(3);
    expect(await waiting).toEqual({ done: false, value: 3 });
  });

  test("ends a waiting read and notifies its owner once when it is ended", async () => {
    let ended = 0;
    const values = new LatestValue<number>(() => ended++);
    const waiting = values.next();
    await values.return();
    await values.return();
    values.push(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await values.next()).toEqual({ done: true, value: undefined });
    expect(ended).toBe(1);
  });
});
