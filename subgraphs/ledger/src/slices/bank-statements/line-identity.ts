import { uuidOfText } from "../../engine/canonical-json.ts";
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

/** What a line of an account is posted once under, a UUID, whatever files it comes in. */
export const identityOf = (accountId: string, fingerprint: string): string =>
  uuidOfText(`statement ${accountId} ${fingerprint}`);

/** The same for a line that comes again after the import that posted it was undone. */
export const identityAfter = (identity: string, undoneId: string): string =>
  uuidOfText(`${identity} after ${undoneId}`);
