import fc from "fast-check";
import { expect, test } from "vitest";
import { BookRates } from "./book-rates.ts";

const recorded = (base: string, quote: string, rate: string, day: string, position = 1) => {
  return { base, quote, rate, day, position };
};

test.each([
  [
    "110 USD at 1.10 USD a EUR",
    11_000n,
    "USD",
    "EUR",
    recorded("EUR", "USD", "1.10", "2026-01-05"),
    10_000n,
  ],
  [
    "100 EUR at 1.10 USD a EUR",
    10_000n,
    "EUR",
    "USD",
    recorded("EUR", "USD", "1.10", "2026-01-05"),
    11_000n,
  ],
  [
    "a debt keeps its sign",
    -11_000n,
    "USD",
    "EUR",
    recorded("EUR", "USD", "1.10", "2026-01-05"),
    -10_000n,
  ],
  [
    "yen have no decimals",
    16_150n,
    "JPY",
    "EUR",
    recorded("EUR", "JPY", "161.5", "2026-01-05"),
    10_000n,
  ],
  [
    "half a cent goes to the even cent",
    1n,
    "USD",
    "EUR",
    recorded("USD", "EUR", "0.5", "2026-01-05"),
    0n,
  ],
  [
    "a cent and a half goes to the even cent",
    3n,
    "USD",
    "EUR",
    recorded("USD", "EUR", "0.5", "2026-01-05"),
    2n,
  ],
  [
    "18 decimals",
    10n ** 18n,
    "ETH/18",
    "EUR",
    recorded("ETH/18", "EUR", "3000.00", "2026-01-05"),
    300_000n,
  ],
] as const)("%s", (_name, minor, from, to, rate, expected) => {
  expect(new BookRates([rate]).convert("2026-01-05", minor, from, to)?.minor).toBe(expected);
});

test("the latest rate on or before the day counts, and of one day the last posted", () => {
  const rates = new BookRates([
    recorded("EUR", "USD", "1.20", "2026-02-01", 9),
    recorded("USD", "EUR", "0.80", "2026-01-05", 7),
    recorded("EUR", "USD", "1.10", "2026-01-05", 3),
  ]);
  const at = (day: string) => rates.at(day, "EUR", "USD")?.rate;
  expect(["2026-01-04", "2026-01-05", "2026-01-31", "2026-02-01", "2999-01-01"].map(at)).toEqual([
    undefined,
    "0.80",
    "0.80",
    "1.20",
    "1.20",
  ]);
  expect(rates.at("2026-02-01", "EUR", "GBP")).toBeNull();
});

test("rates are found alike in whatever order they were added", () => {
  const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
  const rate = fc.record({
    base: fc.constantFrom("EUR", "USD"),
    day: fc.constantFrom(...days),
  });
  fc.assert(
    fc.property(fc.array(rate, { maxLength: 12 }), fc.constantFrom(...days), (rates, day) => {
      const all = rates.map(({ base, day: of }, position) =>
        recorded(base, base === "EUR" ? "USD" : "EUR", "1.1", of, position),
      );
      const right = all
        .filter((each) => each.day <= day)
        .sort((a, b) => (a.day === b.day ? b.position - a.position : a.day < b.day ? 1 : -1))[0];
      for (const order of [all, all.slice(1).concat(all.slice(0, 1))]) {
        expect(new BookRates(order).at(day, "USD", "EUR")).toEqual(right ?? null);
      }
    }),
  );
});
