import fc from "fast-check";
import { expect, test } from "vitest";
import { BookRates } from "./book-rates.ts";

const posted = (base: string, quote: string, rate: string, day: string, position = 1) => {
  return { base, quote, rate, day, position };
};

test.each([
  [
    "110 USD at 1.10 USD a EUR",
    11_000n,
    "USD",
    "EUR",
    posted("EUR", "USD", "1.10", "2026-01-05"),
    10_000n,
  ],
  [
    "100 EUR at 1.10 USD a EUR",
    10_000n,
    "EUR",
    "USD",
    posted("EUR", "USD", "1.10", "2026-01-05"),
    11_000n,
  ],
  [
    "a debt keeps its sign",
    -11_000n,
    "USD",
    "EUR",
    posted("EUR", "USD", "1.10", "2026-01-05"),
    -10_000n,
  ],
  [
    "yen have no decimals",
    16_150n,
    "JPY",
    "EUR",
    posted("EUR", "JPY", "161.5", "2026-01-05"),
    10_000n,
  ],
  [
    "half a cent goes to the even cent",
    1n,
    "USD",
    "EUR",
    posted("USD", "EUR", "0.5", "2026-01-05"),
    0n,
  ],
  [
    "a cent and a half goes to the even cent",
    3n,
    "USD",
    "EUR",
    posted("USD", "EUR", "0.5", "2026-01-05"),
    2n,
  ],
  [
    "18 decimals",
    10n ** 18n,
    "ETH/18",
    "EUR",
    posted("ETH/18", "EUR", "3000.00", "2026-01-05"),
    300_000n,
  ],
] as const)("%s", (_name, minor, from, to, rate, expected) => {
  expect(new BookRates([rate]).convert("2026-01-05", minor, from, to)?.minor).toBe(expected);
});

test("the latest rate on or before the day counts, and of one day the last posted", () => {
  const rates = new BookRates([
    posted("EUR", "USD", "1.20", "2026-02-01", 9),
    posted("USD", "EUR", "0.80", "2026-01-05", 7),
    posted("EUR", "USD", "1.10", "2026-01-05", 3),
  ]);
  const at = (day: string) => rates.at(day, "EUR", "USD")?.rates[0]?.rate;
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
        posted(base, base === "EUR" ? "USD" : "EUR", "1.1", of, position),
      );
      const right = all
        .filter((each) => each.day <= day)
        .sort((a, b) => (a.day === b.day ? b.position - a.position : a.day < b.day ? 1 : -1))[0];
      for (const order of [all, all.slice(1).concat(all.slice(0, 1))]) {
        expect(new BookRates(order).at(day, "USD", "EUR")?.rates[0]).toEqual(right);
      }
    }),
  );
});

const recorded = (base: string, quote: string, rate: string, date: string) => {
  return { base, quote, rate, date, source: "ECB", position: 1, line: 0 };
};

test.each([
  [
    "a recorded rate before that of a posting of the same day",
    [posted("EUR", "USD", "1.25", "2026-01-05")],
    [recorded("EUR", "USD", "1.10", "2026-01-05")],
    10_000n,
  ],
  [
    "a newer rate of a posting before an older recorded one",
    [posted("EUR", "USD", "1.25", "2026-01-06")],
    [recorded("EUR", "USD", "1.10", "2026-01-05")],
    8_800n,
  ],
  [
    "a newer recorded rate before an older one of a posting",
    [posted("EUR", "USD", "1.25", "2026-01-04")],
    [recorded("USD", "EUR", "0.5", "2026-01-05")],
    5_500n,
  ],
  [
    "recorded rates over a third currency before that of a posting of the same day",
    [posted("EUR", "USD", "1.25", "2026-01-05")],
    [recorded("GBP", "USD", "1.20", "2026-01-05"), recorded("GBP", "EUR", "1.00", "2026-01-06")],
    9_167n,
  ],
  [
    "none of a later day",
    [posted("EUR", "USD", "1.25", "2026-01-01")],
    [recorded("EUR", "USD", "1.10", "2026-01-08")],
    8_800n,
  ],
  ["none where there is none", [], [recorded("GBP", "USD", "1.20", "2026-01-05")], undefined],
])("amounts are converted by %s", (_name, ofPostings, ofTenant, expected) => {
  const rates = new BookRates(ofPostings, ofTenant);
  expect(rates.convert("2026-01-07", 11_000n, "USD", "EUR")?.minor).toBe(expected);
});

test("a rate that is added counts for a day that was converted before", () => {
  const rates = new BookRates([posted("EUR", "USD", "1.25", "2026-01-04")]);
  const at = () => rates.at("2026-01-07", "USD", "EUR")?.rates[0]?.rate;
  expect(at()).toBe("1.25");
  rates.add(posted("EUR", "USD", "1.30", "2026-01-05", 2));
  expect(at()).toBe("1.30");
  rates.addRecorded(recorded("EUR", "USD", "1.10", "2026-01-05"));
  expect(at()).toBe("1.10");
});
