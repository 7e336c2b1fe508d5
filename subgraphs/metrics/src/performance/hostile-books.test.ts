import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookRates } from "../books/book-rates.ts";
import { figureArguments } from "../figures/definitions.ts";
import { addDays } from "../series/calendar.ts";
import { performanceOf } from "./performance.ts";
import { valuationsOf } from "./valuations.ts";
import type { DayMovements } from "./valuations.ts";

// Valuations and returns of random books beside a second computation in whole numbers.

const FIRST = "2024-02-20";
const DAYS = 45;
const dayAt = (index: number): string => addDays(FIRST, index);

/** Currencies of 2, 0 and 3 decimals beside the fund's euros, with what one euro about costs. */
const SCALES = { EUR: 2, USD: 2, JPY: 0, KWD: 3 } as const;
type Currency = keyof typeof SCALES;
const OTHERS = ["USD", "JPY", "KWD"] as const;
const COSTS = { USD: 11_000, JPY: 1_600_000, KWD: 3_400 } as const;
const SOURCES = ["ECB", "BANK"] as const;

const movement = fc.record({
  day: fc.integer({ min: 0, max: DAYS - 1 }),
  currency: fc.constantFrom<Currency>("EUR", "EUR", ...OTHERS),
  capital: fc.oneof(
    fc.integer({ min: -40_000, max: 60_000 }),
    fc.constantFrom(0, 0, 5_000_000, -5_000_000),
  ),
  result: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -3_000, max: 3_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(-1_000_000, 1) },
  ),
});
const rate = fc.record({
  currency: fc.constantFrom(...OTHERS),
  day: fc.integer({ min: -3, max: DAYS - 1 }),
  source: fc.constantFrom(...SOURCES),
  move: fc.integer({ min: -900, max: 900 }),
});
const book = fc.record({
  movements: fc.uniqueArray(movement, {
    minLength: 1,
    maxLength: 25,
    size: "max",
    selector: ({ day, currency }) => `${day} ${currency}`,
  }),
  rates: fc.uniqueArray(rate, {
    maxLength: 40,
    size: "max",
    selector: ({ currency, day, source }) => `${currency} ${day} ${source}`,
  }),
  // Rates of every currency before the first day: without them most books have no value.
  hasFirst: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0),
  opening: fc.integer({ min: 0, max: 1 }).map((drawn) => drawn * 1_000_000),
});
type Book = typeof book extends fc.Arbitrary<infer Value> ? Value : never;

/** Ten thousandths of a unit of the currency for one euro. */
interface Quote {
  readonly currency: (typeof OTHERS)[number];
  readonly day: string;
  readonly source: string;
  readonly units: number;
  readonly position: number;
}

const quotesOf = ({ rates, hasFirst }: Book): Quote[] => [
  ...(hasFirst
    ? OTHERS.map((currency, index) => {
        return { currency, day: dayAt(-9), source: "ECB", units: COSTS[currency], position: index };
      })
    : []),
  ...rates.map(({ currency, day, source, move }, index) => {
    const units = COSTS[currency] + Math.round((COSTS[currency] * move) / 10_000);
    return { currency, day: dayAt(day), source, units, position: 10 + index };
  }),
];

/** The newest day wins; of one day the bank's rate, which the fund prefers. */
function quoteOn(quotes: readonly Quote[], day: string, currency: Currency): Quote | undefined {
  const known = quotes.filter((each) => each.currency === currency && each.day <= day);
  const newest = known
    .map((each) => each.day)
    .sort()
    .at(-1);
  const ofDay = known.filter((each) => each.day === newest);
  return ofDay.find(({ source }) => source === "BANK") ?? ofDay[0];
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n ? -1n : 1n;
  const [whole, rest] = [(sign * numerator) / denominator, (sign * numerator) % denominator];
  const isUp = 2n * rest > denominator || (2n * rest === denominator && whole % 2n === 1n);
  return sign * (isUp ? whole + 1n : whole);
}

/** Cents for minor units of a currency; undefined without a rate. */
function cents(quotes: readonly Quote[], day: string, currency: Currency, minor: bigint) {
  if (currency === "EUR" || minor === 0n) return minor;
  const quote = quoteOn(quotes, day, currency);
  return (
    quote && halfEven(minor * 1_000_000n, BigInt(quote.units) * 10n ** BigInt(SCALES[currency]))
  );
}

const NOTHING: ReadonlyMap<Currency, bigint> = new Map();

/** Value, inflow and outflow of each day in cents; undefined where something has no rate. */
function secondValues({ movements, opening, ...given }: Book) {
  const quotes = quotesOf({ movements, opening, ...given });
  const sum = (day: string, of: ReadonlyMap<Currency, bigint>) =>
    [...of].reduce<bigint | undefined>((total, [currency, minor]) => {
      const converted = cents(quotes, day, currency, minor);
      return total === undefined || converted === undefined ? undefined : total + converted;
    }, 0n);
  const held = new Map<Currency, bigint>([["EUR", BigInt(opening)]]);
  return Array.from({ length: DAYS }, (_, index) => {
    const [into, out] = [new Map(NOTHING), new Map(NOTHING)];
    for (const { currency, capital, result } of movements.filter(({ day }) => day === index)) {
      held.set(currency, (held.get(currency) ?? 0n) + BigInt(capital + result));
      into.set(currency, BigInt(Math.max(0, capital)));
      out.set(currency, BigInt(Math.max(0, -capital)));
    }
    const day = dayAt(index);
    return { value: sum(day, held), into: sum(day, into), out: sum(day, out) };
  });
}

function firstOf(given: Book) {
  const { movements, opening } = given;
  const days = movements
    .map(({ day, currency, capital, result }): DayMovements => {
      return {
        day: dayAt(day),
        currency,
        netAssets: BigInt(capital + result),
        contributions: BigInt(Math.max(0, capital)),
        withdrawals: BigInt(Math.max(0, -capital)),
        corrections: 0n,
      };
    })
    .sort((a, b) => a.day.localeCompare(b.day));
  const recorded = quotesOf(given).map(({ currency, day, source, units, position }) => {
    const text = (units / 10_000).toFixed(4);
    return { base: "EUR", quote: currency, rate: text, date: day, source, position, line: 0 };
  });
  const rates = new BookRates([], recorded);
  rates.prefer([{ from: "2000-01-01", sources: ["BANK"] }]);
  const range = { from: FIRST, to: dayAt(DAYS - 1) };
  const valuations = valuationsOf({
    currency: "EUR",
    range,
    opening: new Map([["EUR", BigInt(opening)]]),
    days,
    rates,
  });
  const { metrics } = performanceOf({
    subject: "FUND",
    valuations,
    benchmark: null,
    given: figureArguments({}),
    asOf: range.to,
  });
  return { valuations, metrics };
}

/** Days that a result is made on: each grows from what was there with what came in to what is there with what went out. */
function secondReturn(days: ReturnType<typeof secondValues>, opening: number): number | null {
  let [growth, before, hasCapital] = [1, opening, opening > 0];
  for (const { value, into, out } of days) {
    const [start, end] = [before + Number(into), Number(value) + Number(out)];
    if (before < 0 || end < 0 || Number(value) < 0 || (start === 0 && end > 0)) return null;
    if (start > 0) growth *= end / start;
    hasCapital ||= start > 0;
    before = Number(value);
  }
  return hasCapital ? growth - 1 : null;
}

describe("random books in four currencies, with rates of two sources and days without", () => {
  test("are valued and have returns as by a second computation, or a reason", () => {
    let [valued, returned, rated] = [0, 0, 0];
    fc.assert(
      fc.property(book, (given) => {
        const { valuations, metrics } = firstOf(given);
        const days = secondValues(given);
        const isWhole = days.every(
          ({ value, into, out }) => ![value, into, out].includes(undefined),
        );
        expect(typeof valuations === "string").toBe(!isWhole);
        for (const { value, money, unavailable } of metrics) {
          expect((value ?? money) === null).toBe(typeof unavailable === "string");
        }
        if (typeof valuations === "string") return;
        valued += 1;
        expect([...valuations.values]).toEqual(days.map(({ value }) => Number(value)));
        expect([...valuations.inflows]).toEqual(days.map(({ into }) => Number(into)));
        expect([...valuations.outflows]).toEqual(days.map(({ out }) => Number(out)));
        const [timeWeighted, moneyWeighted] = metrics.map(({ value }) => value);
        const second = secondReturn(days, given.opening);
        if (second !== null) returned += 1;
        expect(timeWeighted === null).toBe(second === null);
        expect(timeWeighted ?? 0).toBeCloseTo(second ?? 0, 9);
        // A yearly rate so near to a total loss that it rounds to it.
        if (typeof moneyWeighted !== "number" || moneyWeighted === -1) return;
        rated += 1;
        const last = Number(days[DAYS - 1].value);
        const flows = [
          { years: -1 / 365, amount: -given.opening },
          ...days.map(({ into, out }, index) => ({
            years: index / 365,
            amount: Number(out) - Number(into) + (index === DAYS - 1 ? last : 0),
          })),
        ];
        const worth = flows.map(
          ({ years, amount }) => amount * Math.exp(-years * Math.log1p(moneyWeighted)),
        );
        const size = worth.reduce((sum, each) => sum + Math.abs(each), 0);
        // Near a total loss a double holds fewer digits of what is left.
        const rounding = 1e-9 + 1e-15 / (1 + moneyWeighted);
        const sum = worth.reduce((total, each) => total + each, 0);
        expect(Math.abs(sum / size)).toBeLessThan(rounding);
      }),
      { numRuns: 300 },
    );
    expect([valued > 100, returned > 20, rated > 20]).toEqual([true, true, true]);
  });
});
