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

/** Gives the lines of a file, `count` of them one after the other, their identities in an account. */
export function lineNamer(accountId: string, count: number): (line: BankStatementLine) => string {
  // By the identity of the first of equal lines.
  const seen = new IdCounts(count);
  return (line) => {
    const content = contentOf(line);
    const first = identityOf(accountId, `${content}#1`);
    const occurrence = seen.count(first);
    return occurrence === 1 ? first : identityOf(accountId, `${content}#${occurrence}`);
  };
}

const ID_BYTES = 16;

/** How often ids came, in few bytes: a file may have a million lines. */
class IdCounts {
  readonly #ids: Buffer;
  readonly #times: Int32Array;
  /** Numbers of ids, from 1, by their first bytes; twice as many places as ids, so that few places are looked at. */
  readonly #places: Int32Array;
  #length = 0;

  constructor(most: number) {
    // Behind the known ones, one is looked for.
    this.#ids = Buffer.alloc((most + 1) * ID_BYTES);
    this.#times = new Int32Array(most);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * most + 2)));
  }

  /** Counts an id; how often it came by now. */
  count(id: string): number {
    // It stays there when it is new.
    const fresh = this.#length * ID_BYTES;
    this.#ids.write(id.replaceAll("-", ""), fresh, "hex");
    const place = this.#placeOf(fresh);
    const known = this.#places[place] ?? 0;
    if (known > 0) return (this.#times[known - 1] = (this.#times[known - 1] ?? 0) + 1);
    this.#times[this.#length] = 1;
    this.#length += 1;
    this.#places[place] = this.#length;
    return 1;
  }

  /** The place of an id, or the free one where it belongs. */
  #placeOf(at: number): number {
    const mask = this.#places.length - 1;
    let place = this.#ids.readUInt32LE(at) & mask;
    for (; ; place = (place + 1) & mask) {
      const number = this.#places[place] ?? 0;
      if (number === 0) return place;
      const other = (number - 1) * ID_BYTES;
      if (this.#ids.compare(this.#ids, at, at + ID_BYTES, other, other + ID_BYTES) === 0)
        return place;
    }
  }
}

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
