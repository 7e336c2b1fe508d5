import { describe, expect, it } from "vitest";
import { rateBetween, type KnownRate } from "./rate-between.ts";

const rate = (pair: string, value: string, date: string): KnownRate => {
  const [base = "", quote = ""] = pair.split("/");
  return { base, quote, rate: value, date, source: "ECB", position: 1, line: 0 };
};

describe("rateBetween", () => {
  it.each([
    ["the pair as quoted", [rate("EUR/USD", "1.10", "2026-06-30")], "EUR/USD"],
    [
      "the quoted pair over the inverse of the same day",
      [rate("USD/EUR", "0.91", "2026-06-30"), rate("EUR/USD", "1.10", "2026-06-30")],
      "EUR/USD",
    ],
    [
      "a newer inverse over an older quoted pair",
      [rate("USD/EUR", "0.91", "2026-06-30"), rate("EUR/USD", "1.10", "2026-06-29")],
      "USD/EUR",
    ],
    [
      "a cross that is newer than the quoted pair",
      [
        rate("EUR/USD", "1.10", "2026-06-29"),
        rate("GBP/USD", "1.27", "2026-06-30"),
        rate("GBP/EUR", "1.17", "2026-06-30"),
      ],
      "GBP/USD GBP/EUR",
    ],
  ])("takes %s", (_what, rates, used) => {
    const { records } = rateBetween(rates, "USD", "EUR");
    expect(records.map(({ base, quote }) => `${base}/${quote}`).join(" ")).toBe(used);
  });

  it("dates a cross by the older of its rates", () => {
    const rates = [rate("EUR/USD", "1.10", "2026-06-30"), rate("EUR/CHF", "0.93", "2026-06-26")];
    expect(rateBetween(rates, "CHF", "USD").date).toBe("2026-06-26");
  });

  it("refuses a pair that no rate leads to, on either side", () => {
    const rates = [rate("EUR/USD", "1.10", "2026-06-30")];
    for (const [currency, base] of [
      ["JPY", "EUR"],
      ["USD", "CHF"],
    ] as const) {
      expect(() => rateBetween(rates, currency, base)).toThrow(
        expect.objectContaining({ code: "RATE_MISSING" }),
      );
    }
  });
});
