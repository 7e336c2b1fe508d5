/** One measured line: the figure, the limit it must not exceed (or reach, for scores), and what was seen. */
export interface Figure {
  readonly figure: string;
  readonly limit: number;
  readonly unit: "kB" | "ms" | "";
  readonly seen: number;
  /** A score is better when it is higher. */
  readonly isScore?: boolean;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

const HEAD = "| figure | no worse than | median | |\n| --- | --- | --- | --- |\n";

/** The lines of a section as a table. */
export const table = (figures: readonly Figure[]): string =>
  HEAD +
  figures
    .map(({ figure, limit, unit, seen, isScore = false }) => {
      const shown = [limit, seen].map((number) => `${Number(number.toFixed(3))} ${unit}`.trim());
      const isMet = isScore ? seen >= limit : seen <= limit;
      return `| ${figure} | ${shown.join(" | ")} | ${isMet ? "met" : "missed"} |\n`;
    })
    .join("");
