import type { Bars } from "../series/series.ts";

const MS_PER_DAY = 86_400_000;

/** Uniform numbers of [0, 1) by the generator mulberry32: equal for equal seeds on every machine. */
export function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Market {
  readonly seed: number;
  /** The close after another, from a uniform number. */
  readonly next: (close: number, uniform: number, day: number) => number;
  /** How far high and low reach beyond open and close, as a part of the price. */
  readonly reach: number;
}

const rounded = (price: number): number => Math.round(price * 10_000) / 10_000;

/** Daily bars, made of sums and products alone, with four decimals. */
function makeBars(length: number, { seed, next, reach }: Market): Bars {
  const random = uniformNumbers(seed);
  const column = (): Float64Array => new Float64Array(length);
  const bars = {
    times: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    periods: column(),
  };
  let close = 100;
  for (let day = 0; day < length; day++) {
    const open = rounded(close * (1 + reach * (random() - 0.5)));
    close = rounded(next(close, random(), day));
    bars.times[day] = day * MS_PER_DAY;
    bars.open[day] = open;
    bars.close[day] = close;
    bars.high[day] = rounded(Math.max(open, close) * (1 + reach * random()));
    bars.low[day] = rounded(Math.min(open, close) * (1 - reach * random()));
    bars.periods[day] = ((day * 7) % 40) + 0.5;
    bars.volume[day] = Math.round(1_000 + 9_000 * random());
  }
  return bars;
}

export const MARKET_NAMES = ["random", "rising", "falling", "steps", "flat"] as const;
export type MarketName = (typeof MARKET_NAMES)[number];

const MARKETS: Readonly<Record<MarketName, Market>> = {
  random: { seed: 1, reach: 0.01, next: (close, uniform) => close * (1 + 0.04 * (uniform - 0.5)) },
  rising: { seed: 2, reach: 0.002, next: (close, uniform) => close * (1.006 + 0.002 * uniform) },
  falling: { seed: 3, reach: 0.002, next: (close, uniform) => close * (0.994 - 0.002 * uniform) },
  // Equal prices again and again, and none of them moves for a while.
  steps: {
    seed: 4,
    reach: 0,
    next: (close, uniform, day) =>
      day > 70 && day < 110 ? close : close + (Math.floor(uniform * 3) - 1) / 4,
  },
  flat: { seed: 5, reach: 0, next: (close) => close },
};

export const marketBars = (name: MarketName, length: number): Bars =>
  makeBars(length, MARKETS[name]);
