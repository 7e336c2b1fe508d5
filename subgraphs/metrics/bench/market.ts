/** Bars of a price as columns of one length. */
export interface Bars {
  readonly times: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

const MINUTE_MS = 60_000;

/** A random walk of minute bars; equal for equal seeds. */
export function randomMarket(length: number, seed: number): Bars {
  const random = uniform(seed);
  const column = (): Float64Array => new Float64Array(length);
  const bars = {
    times: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 100;
  for (let index = 0; index < length; index++) {
    const open = price;
    // Three uniforms are near enough to a normal variate for a market; the pull keeps a long walk in range.
    const step = (random() + random() + random() - 1.5) * 0.004 - 1e-5 * Math.log(price / 100);
    price *= 1 + step;
    bars.times[index] = index * MINUTE_MS;
    bars.open[index] = open;
    bars.close[index] = price;
    bars.high[index] = Math.max(open, price) * (1 + random() * 0.002);
    bars.low[index] = Math.min(open, price) * (1 - random() * 0.002);
    bars.volume[index] = Math.round(1_000 + random() * 9_000);
  }
  return bars;
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
