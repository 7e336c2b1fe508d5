/** The position of a value on an axis, from 0 at the low end to 1 at the high end, and the axis' marks. */
export interface LinearScale {
  readonly position: (value: number) => number;
  ticks: number[];
}

/** Below this share of their size, differences between values are noise and the series is flat. */
const FLAT = 1e-9;
const STEPS = [1, 2, 2.5, 5, 10];

/** An axis over all values whose marks are round numbers. Charts only: amounts are never computed here. */
export function linearScale(values: readonly number[], wantedTicks = 4): LinearScale {
  const finite = values.filter(Number.isFinite);
  let low = Math.min(...finite);
  let high = Math.max(...finite);
  if (finite.length === 0) [low, high] = [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high), 1);
  if (high - low < size * FLAT) {
    const margin = size * 0.1;
    low -= margin;
    high += margin;
  }
  const step = roundStep((high - low) / wantedTicks);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const start = first * step;
  const span = (last - first) * step;
  return { ticks, position: (value) => (value - start) / span };
}

function roundStep(rough: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = STEPS.find((step) => step * magnitude >= rough * 0.999) ?? 10;
  return factor * magnitude;
}

const MOST_DECIMALS = 8;

/** A short label for an axis mark: 1500000 is "1.5m". Marks closer than a step of 0.01 get the decimals that tell them apart. */
export function axisLabel(value: number, step: number, locale: string): string {
  return axisFormat(value, step, locale).format(value).replace("-", "\u2212");
}

function axisFormat(value: number, step: number, locale: string): Intl.NumberFormat {
  if (step >= 0.01 || Math.abs(value) >= 1_000) {
    return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 2 });
  }
  // A step of 0.0025 has one digit more than its size.
  const decimals = Math.min(MOST_DECIMALS, 1 - Math.floor(Math.log10(step)));
  return new Intl.NumberFormat(locale, { maximumFractionDigits: decimals });
}
