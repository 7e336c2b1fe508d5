import type { BankStatementLine } from "../bank-files/statement.ts";

/**
 * What makes a line the same line in another file: the bank's own number where it gives one, else the
 * text, always with date and amount. Equal lines of one file are distinguished by counting them.
 */
export function fingerprints(lines: readonly BankStatementLine[]): string[] {
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

/** The key under which a line is posted once, whatever files it comes in. */
export const lineKey = (accountId: string, fingerprint: string): string =>
  `statement ${accountId} ${fingerprint}`;

/** A line of a statement, and what makes it the same line in another file. */
export interface NamedLine {
  readonly line: BankStatementLine;
  readonly fingerprint: string;
}

export const nameLines = (lines: readonly BankStatementLine[]): NamedLine[] => {
  const names = fingerprints(lines);
  return lines.map((line, at) => ({ line, fingerprint: names[at] ?? "" }));
};
