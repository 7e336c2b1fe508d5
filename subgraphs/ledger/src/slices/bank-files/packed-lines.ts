import { MOST_PLAIN, PackedItems } from "./long-file.ts";
import type { BankStatementLine } from "./statement.ts";

/** What takes the most memory of a line, and is read only when the line is compared or posted. */
type LineTexts = Pick<
  BankStatementLine,
  "description" | "reference" | "counterparty" | "reversal" | "details"
>;

/** Collects the lines of a statement: those of a long one have their texts in packed form. */
export class LineKeeper {
  readonly all: BankStatementLine[] = [];
  readonly #texts = new PackedItems<LineTexts>();
  /** One string for each date, not one for each line. */
  readonly #dates = new Map<string, string>();

  add(line: BankStatementLine): void {
    if (this.all.length < MOST_PLAIN) {
      this.all.push(line);
      return;
    }
    const { description, reference, counterparty, reversal, details } = line;
    const index = this.#texts.add({ description, reference, counterparty, reversal, details });
    const dates = [this.#date(line.effectiveDate), this.#date(line.bookingDate)] as const;
    this.all.push(new PackedLine(line, dates, this.#texts, index));
  }

  #date(date: string): string {
    const known = this.#dates.get(date);
    if (known !== undefined) return known;
    this.#dates.set(date, date);
    return date;
  }
}

class PackedLine implements BankStatementLine {
  readonly fileLine: number;
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
  readonly bookingDate: string;
  readonly #texts: PackedItems<LineTexts>;
  readonly #index: number;

  constructor(
    { fileLine, amountMinor }: BankStatementLine,
    [effectiveDate, bookingDate]: readonly [string, string],
    texts: PackedItems<LineTexts>,
    index: number,
  ) {
    this.fileLine = fileLine;
    this.amountMinor = amountMinor;
    this.effectiveDate = effectiveDate;
    this.bookingDate = bookingDate;
    this.#texts = texts;
    this.#index = index;
  }

  get description(): string {
    return this.#texts.at(this.#index).description;
  }

  get reference(): string | null {
    return this.#texts.at(this.#index).reference;
  }

  get counterparty(): string | undefined {
    return this.#texts.at(this.#index).counterparty;
  }

  get reversal(): boolean {
    return this.#texts.at(this.#index).reversal;
  }

  get details(): Readonly<Record<string, string>> {
    return this.#texts.at(this.#index).details;
  }
}
