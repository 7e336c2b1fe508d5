import { expect, it } from "vitest";
import { Remembered } from "./remembered.ts";

it("answers a tenant what it was told of that tenant, and of no other", () => {
  const remembered = new Remembered<string>(10);
  remembered.put("a", "1", "of a");
  expect(remembered.get("a", "1")).toBe("of a");
  expect(remembered.get("b", "1")).toBeUndefined();
});

it("lets the oldest go when there are too many", () => {
  const remembered = new Remembered<number>(2);
  for (const id of [1, 2, 2, 3]) remembered.put("a", String(id), id);
  expect([1, 2, 3].map((id) => remembered.get("a", String(id)))).toEqual([undefined, 2, 3]);
});
