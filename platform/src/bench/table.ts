export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A number for a cell; a dash for what could not be measured. */
export const text = (value: number, decimals = 0): string =>
  Number.isFinite(value) ? value.toFixed(decimals) : "-";

/** As Markdown, so that it can go into the documentation as it is. */
export function renderTable({ title, columns, rows }: Table): string {
  const rule = columns.map((_, index) => (index === 0 ? "---" : "--:"));
  return [`**${title}**`, "", line(columns), line(rule), ...rows.map(line), ""].join("\n");
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The value below which a share of the sorted values lies. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};
