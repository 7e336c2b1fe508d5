import type { StatementLine } from "./statement.ts";

/**
 * What makes a line the same line in another file: the bank's own number where it gives one, else the
 * text, always with date and amount. Equal lines of one file are told apart by counting them.
 */
export function fingerprints(lines: readonly StatementLine[]): string[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const name =
      line.reference === null ? ["text", line.description] : ["reference", line.reference];
    const content = JSON.stringify([...name, line.effectiveDate, line.amountMinor.toString()]);
    const occurrence = (seen.get(content) ?? 0) + 1;
    seen.set(content, occurrence);
    return `${content}#${occurrence}`;
  });
}
