import { expect, it } from "vitest";
import { requireRateBetween, type KnownRate } from "./rate-between.ts";

const EUR_USD: KnownRate = {
  date: "2026-06-30",
  base: "EUR",
  quote: "USD",
  rate: "1.10",
  source: "ECB",
  position: 1,
  line: 0,
};

it("finds the records of a rate", () => {
  expect(requireRateBetween([EUR_USD], "USD", "EUR").records).toEqual([EUR_USD]);
});

it.each([
  ["JPY", "EUR"],
  ["USD", "CHF"],
])("refuses %s to %s, which no rate leads to", (currency, base) => {
  expect(() => requireRateBetween([EUR_USD], currency, base)).toThrow(
    expect.objectContaining({ code: "RATE_MISSING" }),
  );
});
