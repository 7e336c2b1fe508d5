import { describe, expect, it } from "vitest";
import { rateBetween, type DatedRate } from "./rate-between.ts";

const rate = (pair: string, value: string, date: string): DatedRate => {
  const [base = "", quote = ""] = pair.split("/");
  return { base, quote, rate: value, date };
};

const found = (rates: readonly DatedRate[]) => {
  const used = rateBetween(rates, "USD", "EUR");
  if (used === null) throw new Error("no way leads there");
  return used;
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
    [
      "a cross through a currency that both are quoted in",
      [rate("USD/SEK", "11.01", "2026-06-30"), rate("EUR/SEK", "13.12", "2026-06-30")],
      "USD/SEK EUR/SEK",
    ],
    [
      "a cross with one side turned round",
      [rate("SEK/USD", "0.09", "2026-06-30"), rate("EUR/SEK", "13.12", "2026-06-30")],
      "SEK/USD EUR/SEK",
    ],
    [
      "a cross as quoted over one of the same day that is turned round",
      [
        rate("USD/CHF", "0.88", "2026-06-30"),
        rate("EUR/CHF", "0.93", "2026-06-30"),
        rate("GBP/USD", "1.27", "2026-06-30"),
        rate("GBP/EUR", "1.17", "2026-06-30"),
      ],
      "GBP/USD GBP/EUR",
    ],
  ])("takes %s", (_what, rates, used) => {
    const { records } = found(rates);
    expect(records.map(({ base, quote }) => `${base}/${quote}`).join(" ")).toBe(used);
  });

  it.each([
    ["quoted for both", "SEK/USD", "0.08", "SEK/EUR", "0.05", [8n, 5n]],
    ["quoted in by both", "USD/SEK", "8", "EUR/SEK", "16", [16n, 8n]],
    ["quoted for the one and in by the base", "SEK/USD", "0.2", "EUR/SEK", "12", [24n, 10n]],
    ["quoted in by the one and for the base", "USD/SEK", "8", "SEK/EUR", "0.25", [100n, 200n]],
  ] as const)(
    "crosses a third currency %s without rounding",
    (_what, one, of, other, per, exact) => {
      const rates = [rate(one, of, "2026-06-30"), rate(other, per, "2026-06-30")];
      const { units, per: divisor } = found(rates).quotation;
      const [top, bottom] = exact;
      const [up, down] = [
        units.unscaled * 10n ** BigInt(divisor.scale),
        divisor.unscaled * 10n ** BigInt(units.scale),
      ];
      expect(up * bottom).toBe(down * top);
    },
  );

  it("dates a cross by the older of its rates", () => {
    const rates = [rate("EUR/USD", "1.10", "2026-06-30"), rate("EUR/CHF", "0.93", "2026-06-26")];
    expect(rateBetween(rates, "CHF", "USD")?.date).toBe("2026-06-26");
  });

  it("finds nothing for a pair that no rate leads to, on either side", () => {
    const rates = [rate("EUR/USD", "1.10", "2026-06-30")];
    expect([rateBetween(rates, "JPY", "EUR"), rateBetween(rates, "USD", "CHF")]).toEqual([
      null,
      null,
    ]);
  });
});
