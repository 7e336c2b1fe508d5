import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookRates } from "../books/book-rates.ts";
import { addDays } from "../series/calendar.ts";
import { ReaderRates } from "./reader-rates.ts";
import type { PairStep } from "./reader-rates.ts";

const recorded = (rate: string, day: string) => ({
  base: "EUR",
  quote: "USD",
  rate,
  day,
  position: 1,
});
const pair = (base: string, quote: string, closes: Readonly<Record<string, string>>): PairStep => ({
  symbol: base + quote,
  base,
  quote,
  isInverse: false,
  closes: Object.entries(closes).map(([day, close]) => ({ day, close })),
});
const closes = { "2026-01-01": "1.10", "2026-01-08": "1.20" };
const ratesOf = (book: ReturnType<typeof recorded>[], ...steps: PairStep[]) =>
  new ReaderRates(new BookRates(book), new Map([["EUR", steps]]));

describe("the rate to a reader's currency", () => {
  test.each<[string, ReaderRates, string, bigint | undefined, string | undefined]>([
    [
      "is the book's of the last seven days",
      ratesOf([recorded("1.05", "2026-01-02")], pair("EUR", "USD", closes)),
      "2026-01-09",
      105n,
      "book",
    ],
    [
      "is the pair's when the book's is older",
      ratesOf([recorded("1.05", "2026-01-01")], pair("EUR", "USD", closes)),
      "2026-01-09",
      120n,
      "currency pair EURUSD",
    ],
    [
      "is the book's last when the pair has none of seven days",
      ratesOf([recorded("1.05", "2026-01-01")], pair("EUR", "USD", closes)),
      "2026-02-01",
      105n,
      "book",
    ],
    [
      "is never one of a later day",
      ratesOf([recorded("1.05", "2026-03-01")], pair("EUR", "USD", closes)),
      "2025-12-31",
      undefined,
      undefined,
    ],
    [
      "is a recorded one before that of a posting of the same day",
      new ReaderRates(
        new BookRates(
          [recorded("1.05", "2026-01-02")],
          [
            {
              base: "USD",
              quote: "EUR",
              rate: "0.8",
              date: "2026-01-02",
              source: "ECB",
              position: 1,
              line: 0,
            },
          ],
        ),
        new Map(),
      ),
      "2026-01-09",
      125n,
      "ECB",
    ],
    ["is none without either", ratesOf([]), "2026-01-09", undefined, undefined],
  ])("%s", (_name, rates, day, minor, source) => {
    const converted = rates.convert(day, 100n, "EUR", "USD");
    expect([converted?.minor, converted?.found.rates[0]?.source]).toEqual([minor, source]);
  });

  test("goes over two pairs, either way round", () => {
    const first = { ...pair("USD", "EUR", { "2026-01-01": "0.8" }), isInverse: true };
    const rates = ratesOf([], first, pair("USD", "JPY", { "2026-01-02": "150" }));
    // 100.00 EUR / 0.8 = 125.00 USD, times 150 = 18,750 JPY.
    const converted = rates.convert("2026-01-03", 10_000n, "EUR", "JPY");
    expect(converted).toMatchObject({
      minor: 18_750n,
      found: {
        day: "2026-01-01",
        rates: [{ source: "currency pair USDEUR, currency pair USDJPY" }],
      },
    });
  });

  test("is the newest close of seven days, found by looking at each", () => {
    const days = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(days, fc.nat(80), (offsets, at) => {
        const known = [...offsets]
          .sort((a, b) => a - b)
          .map((offset) => ({ day: addDays("2026-01-01", offset), close: String(offset + 1) }));
        const day = addDays("2026-01-01", at);
        const right = known
          .filter((each) => each.day <= day && each.day >= addDays(day, -7))
          .at(-1);
        const step = { ...pair("EUR", "USD", {}), closes: known };
        const found = ratesOf([], step).convert(day, 1n, "EUR", "USD");
        expect(found?.found.rates[0]?.rate).toBe(right?.close);
      }),
    );
  });
});
