import { uuidOfText } from "../../engine/canonical-json.ts";
import type { BankStatementLine } from "../bank-files/statement.ts";

/**
 * What makes a line the same line in another file: the bank's own number where it gives one, else the
 * text, always with date and amount. Equal lines of one file are distinguished by counting them.
 */
const contentOf = ({ reference, description, effectiveDate, amountMinor }: BankStatementLine) =>
  JSON.stringify([
    ...(reference === null ? ["text", description] : ["reference", reference]),
    effectiveDate,
    amountMinor.toString(),
  ]);

/** Gives the lines of a file, one after the other, their identities in an account. */
export function lineNamer(accountId: string): (line: BankStatementLine) => string {
  // By the identity of the first of equal lines, in few bytes: a file may have a million lines.
  const seen = new Map<string, number>();
  return (line) => {
    const content = contentOf(line);
    const first = identityOf(accountId, `${content}#1`);
    const key = bytesOfId(first).toString("latin1");
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return occurrence === 1 ? first : identityOf(accountId, `${content}#${occurrence}`);
  };
}

const bytesOfId = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

const ID_BYTES = 16;

/** Identities by the number of their line, in a quarter of the memory that their texts would take. */
export class Identities {
  readonly #bytes: Buffer;

  constructor(count: number) {
    this.#bytes = Buffer.alloc(count * ID_BYTES);
  }

  set(at: number, identity: string): void {
    this.#bytes.write(identity.replaceAll("-", ""), at * ID_BYTES, "hex");
  }

  get(at: number): string {
    const hex = this.#bytes.toString("hex", at * ID_BYTES, (at + 1) * ID_BYTES);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}

/** What a line of an account is posted once under, a UUID, whatever files it comes in. */
const identityOf = (accountId: string, fingerprint: string): string =>
  uuidOfText(`statement ${accountId} ${fingerprint}`);

/** The same for a line that comes again after the import that posted it was undone. */
export const identityAfter = (identity: string, undoneId: string): string =>
  uuidOfText(`${identity} after ${undoneId}`);
