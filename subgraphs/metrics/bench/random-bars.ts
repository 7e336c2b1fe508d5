import type { Bars } from "../src/series/series.ts";

const MINUTE_MS = 60_000;

/** Minute bars of a random walk around 100; equal for equal seeds. */
export function randomBars(length: number, seed: number): Bars {
  const random = uniform(seed);
  const column = (): Float64Array => new Float64Array(length);
  const [times, open, high] = [column(), column(), column()];
  const [low, close, volume, periods] = [column(), column(), column(), column()];
  let price = 100;
  for (let index = 0; index < length; index++) {
    const before = price;
    // Three uniforms are near enough to a normal variate; the pull keeps a long walk in range.
    const step = (random() + random() + random() - 1.5) * 0.004 - 1e-5 * Math.log(price / 100);
    price *= 1 + step;
    times[index] = index * MINUTE_MS;
    open[index] = before;
    close[index] = price;
    high[index] = Math.max(before, price) * (1 + random() * 0.002);
    low[index] = Math.min(before, price) * (1 - random() * 0.002);
    periods[index] = (index * 7) % 40;
    volume[index] = Math.round(1_000 + random() * 9_000);
  }
  return { times, open, high, low, close, volume, periods };
}

/** Uniform numbers of [0, 1) by the generator mulberry32. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
