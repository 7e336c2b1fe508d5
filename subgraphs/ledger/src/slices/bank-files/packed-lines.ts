import { MOST_PLAIN, PackedItems } from "./long-file.ts";
import { MadeSequence, type Sequence } from "./sequence.ts";
import type { BankStatementLine } from "./statement.ts";

/** What takes the most memory of a line, and is read only when the line is compared or posted. */
type LineTexts = Pick<
  BankStatementLine,
  "description" | "reference" | "counterparty" | "reversal" | "details"
>;

/** Address space of a column of numbers, which costs memory only as far as it is used. */
const COLUMN_BYTES = 2 ** 31;
const STEP_BYTES = 2 ** 20;

/** Numbers by index, in an array that grows; a long one in place, because two of them would not fit into memory. */
export class Numbers<Values extends Int32Array | BigInt64Array> {
  #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  get values(): Values {
    return this.#values;
  }

  set(index: number, value: Values[number]): void {
    if (index >= this.#values.length) this.#grow();
    this.#values[index] = value;
  }

  #grow(): void {
    const { buffer } = this.#values;
    if (buffer instanceof ArrayBuffer && buffer.resizable) {
      buffer.resize(buffer.byteLength + STEP_BYTES);
      return;
    }
    // An array over a buffer that grows is as long as that.
    const larger = new (this.#values.constructor as new (buffer: ArrayBuffer) => Values)(
      new ArrayBuffer(STEP_BYTES, { maxByteLength: COLUMN_BYTES }),
    );
    larger.set(this.#values as never);
    this.#values = larger;
  }
}

const FIRST_LENGTH = 8_192;
const MOST_INT64 = 2n ** 63n - 1n;

/** The lines of a long statement: numbers and dates as columns, texts in packed form. */
class PackedLines {
  readonly #texts = new PackedItems<LineTexts>();
  readonly #places = new Numbers(new Int32Array(FIRST_LENGTH));
  readonly #amounts = new Numbers(new BigInt64Array(FIRST_LENGTH));
  /** Amounts beyond 64 bits. */
  readonly #large = new Map<number, bigint>();
  readonly #days = [
    new Numbers(new Int32Array(FIRST_LENGTH)),
    new Numbers(new Int32Array(FIRST_LENGTH)),
  ] as const;
  readonly #dates: string[] = [];
  readonly #numberOfDate = new Map<string, number>();

  /** The index by which it is read again. */
  add(line: BankStatementLine): number {
    const { description, reference, counterparty, reversal, details, amountMinor } = line;
    const index = this.#texts.add({ description, reference, counterparty, reversal, details });
    this.#places.set(index, line.fileLine);
    const isLarge = amountMinor > MOST_INT64 || amountMinor < -MOST_INT64;
    this.#amounts.set(index, isLarge ? 0n : amountMinor);
    if (isLarge) this.#large.set(index, amountMinor);
    this.#days[0].set(index, this.#numberOf(line.effectiveDate));
    this.#days[1].set(index, this.#numberOf(line.bookingDate));
    return index;
  }

  textsAt = (index: number): LineTexts => this.#texts.at(index);
  placeAt = (index: number): number => this.#places.values[index] ?? 0;
  amountAt = (index: number): bigint => this.#large.get(index) ?? this.#amounts.values[index] ?? 0n;
  dateAt = (index: number, which: 0 | 1): string =>
    this.#dates[this.#days[which].values[index] ?? 0] ?? "";

  #numberOf(date: string): number {
    const known = this.#numberOfDate.get(date);
    if (known !== undefined) return known;
    this.#numberOfDate.set(date, this.#dates.length);
    return this.#dates.push(date) - 1;
  }
}

/** Collects the lines of a statement: those of a long one are kept in packed form. */
export class LineKeeper {
  readonly #plain: BankStatementLine[] = [];
  readonly #packed = new PackedLines();
  #count = 0;

  add(line: BankStatementLine): void {
    if (this.#count < MOST_PLAIN) this.#plain.push(line);
    else this.#packed.add(line);
    this.#count += 1;
  }

  /** What was added so far. */
  get all(): Sequence<BankStatementLine> {
    const [plain, packed] = [this.#plain, this.#packed];
    if (this.#count <= MOST_PLAIN) return plain;
    return new MadeSequence<BankStatementLine>(
      this.#count,
      (number) => plain[number] ?? new PackedLine(packed, number - MOST_PLAIN),
    );
  }
}

/** Amounts of the rows of a long file, in their order. */
export class AmountKeeper implements Iterable<bigint | undefined> {
  readonly #amounts = new Numbers(new BigInt64Array(FIRST_LENGTH));
  /** Those beyond 64 bits, and those that could not be read. */
  readonly #others = new Map<number, bigint | undefined>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(minor: bigint | undefined): void {
    const fits = minor !== undefined && minor <= MOST_INT64 && minor >= -MOST_INT64;
    if (!fits) this.#others.set(this.#length, minor);
    this.#amounts.set(this.#length, fits ? minor : 0n);
    this.#length += 1;
  }

  at(index: number): bigint | undefined {
    if (index >= this.#length) return undefined;
    return this.#others.size > 0 && this.#others.has(index)
      ? this.#others.get(index)
      : this.#amounts.values[index];
  }

  *[Symbol.iterator](): Generator<bigint | undefined> {
    for (let at = 0; at < this.#length; at += 1) yield this.at(at);
  }
}

class PackedLine implements BankStatementLine {
  readonly #lines: PackedLines;
  readonly #index: number;

  constructor(lines: PackedLines, index: number) {
    this.#lines = lines;
    this.#index = index;
  }

  get fileLine(): number {
    return this.#lines.placeAt(this.#index);
  }

  get amountMinor(): bigint {
    return this.#lines.amountAt(this.#index);
  }

  get effectiveDate(): string {
    return this.#lines.dateAt(this.#index, 0);
  }

  get bookingDate(): string {
    return this.#lines.dateAt(this.#index, 1);
  }

  get description(): string {
    return this.#lines.textsAt(this.#index).description;
  }

  get reference(): string | null {
    return this.#lines.textsAt(this.#index).reference;
  }

  get counterparty(): string | undefined {
    return this.#lines.textsAt(this.#index).counterparty;
  }

  get reversal(): boolean {
    return this.#lines.textsAt(this.#index).reversal;
  }

  get details(): Readonly<Record<string, string>> {
    return this.#lines.textsAt(this.#index).details;
  }
}
