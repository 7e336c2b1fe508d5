import { expect, test } from "vitest";
import { dayBefore, readBridgeRange } from "./bridge-range.ts";

const read = (search: string) => readBridgeRange(new URLSearchParams(search), "2026-03-05");

test("begins with the last whole month, also where the address has no range", () => {
  const february = { from: "2026-02-01", to: "2026-02-28" };
  expect(read("")).toEqual(february);
  expect(read("from=2026-02-30&to=x")).toEqual(february);
  expect(read("from=2026-02-09&to=2026-02-01")).toEqual(february);
  expect(read("from=2026-01-01&to=2026-03-04")).toEqual({ from: "2026-01-01", to: "2026-03-04" });
});

test("opens with the balance sheet of the day before", () => {
  expect(dayBefore("2026-01-01")).toBe("2025-12-31");
});
