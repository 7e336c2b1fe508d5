import type { ModelHeader } from "../../src/linear-model/linear-model.ts";
import { writeModelFile } from "../../src/linear-model/linear-model.ts";
import type { Learned } from "./trainer.ts";

const LARGEST = 127;
const DECIMALS = 1_000;

/**
 * Keeps the rows with the largest weights, centres each over the classes (softmax does not notice, and a
 * weight is then an advantage over the average class) and rounds to 8 bits of one common step.
 */
export function quantise(
  { classes, rowOf, weights, fixed }: Learned,
  mostRows: number,
  head: Pick<ModelHeader, "name" | "sources" | "calibration" | "rules">,
): Uint8Array {
  const width = classes.length;
  const rows = [...rowOf].map(([key, row]) => {
    const values = centred(weights.subarray(row * width, (row + 1) * width));
    return {
      key,
      values,
      size: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    };
  });
  const kept = rows
    .toSorted((a, b) => b.size - a.size || a.key - b.key)
    .slice(0, mostRows)
    .toSorted((a, b) => a.key - b.key);
  const step = stepOf(kept.map(({ size }) => size));
  const bytes = new Int8Array(kept.length * width);
  kept.forEach(({ values }, row) =>
    values.forEach((value, k) => {
      bytes[row * width + k] = Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / step)));
    }),
  );
  const header: ModelHeader = {
    ...head,
    classes,
    rows: kept.length,
    step,
    fixed: Object.fromEntries(
      Object.entries(fixed).map(([name, values]) => [name, [...centred(values)].map(rounded)]),
    ),
  };
  return writeModelFile({ header, keys: Uint32Array.from(kept, ({ key }) => key), weights: bytes });
}

const rounded = (value: number): number => Math.round(value * DECIMALS) / DECIMALS;

function centred(values: Float32Array | Float64Array): Float64Array {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  return Float64Array.from(values, (value) => value - mean);
}

/** All but one row in a thousand fit; the largest of those are cut to the largest byte. */
function stepOf(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((a, b) => a - b);
  const most = sorted[Math.floor(sorted.length * 0.999)] ?? 1;
  return Math.fround(Math.max(most, 1e-6) / LARGEST);
}
