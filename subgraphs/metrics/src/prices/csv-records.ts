import { invalidInput } from "@allfunds/contract/errors";
import { CsvError, parse } from "csv-parse/sync";

/** A record of a CSV file and the line that it ends on. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

const LONGEST_LINE = 1_000_000;

/** Throws INVALID_INPUT for a line that is too long to be one; `line` is its number. */
export function requireLine(length: number, line: number): void {
  if (length <= LONGEST_LINE) return;
  throw invalidInput("content", `line ${line} is longer than ${LONGEST_LINE} characters`);
}

/**
 * Cuts a CSV file (RFC 4180) into records, piece by piece. Lines without a quote are split here: csv-parse
 * took eight times as long for a million of them. Every other part is read by csv-parse.
 */
export class CsvRecords {
  readonly #delimiter: string;
  #rest = "";
  #lines: number;

  /** @param lines how many lines of the file came before */
  constructor(delimiter: string, lines = 0) {
    if (delimiter.length !== 1 || '"\r\n'.includes(delimiter))
      throw invalidInput("csv.delimiter", "must be one character");
    this.#delimiter = delimiter;
    this.#lines = lines;
  }

  /** The records that are complete after the next piece of the file; blank lines are left out. */
  push(piece: string): CsvRecord[] {
    // A line feed that follows its carriage return in the next piece belongs to it.
    const text =
      this.#lines === 0 && this.#rest === "" ? piece.replace(/^\uFEFF/, "") : this.#rest + piece;
    const end = completeUpTo(text);
    this.#rest = text.slice(end);
    requireLine(this.#rest.length, this.#lines + 1);
    return end === 0 ? [] : this.#read(text.slice(0, end));
  }

  /** The last record, when the file does not end with a line feed. */
  end(): CsvRecord[] {
    const text = this.#rest;
    this.#rest = "";
    return text === "" ? [] : this.#read(`${text}\n`);
  }

  #read(text: string): CsvRecord[] {
    return text.includes('"') ? this.#readQuoted(text) : this.#readPlain(text);
  }

  #readPlain(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#lines += 1;
      const line =
        text.charCodeAt(end - 1) === 13 && end > start
          ? text.slice(start, end - 1)
          : text.slice(start, end);
      if (line.trim() !== "")
        records.push({ fields: line.split(this.#delimiter), line: this.#lines });
      start = end + 1;
    }
    return records;
  }

  #readQuoted(text: string): CsvRecord[] {
    const before = this.#lines;
    this.#lines += text.split("\n").length - 1;
    try {
      // With carriage returns csv-parse counts lines twice.
      const parsed: unknown = parse(text.replaceAll("\r\n", "\n"), {
        delimiter: this.#delimiter,
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        info: true,
      });
      // With `info` each record comes with the line it ends on, which the typings leave out.
      const rows = parsed as { record: string[]; info: { lines: number } }[];
      return rows.map(({ record, info }) => ({ fields: record, line: before + info.lines }));
    } catch (error) {
      if (error instanceof CsvError) throw invalidInput("content", error.message);
      throw error;
    }
  }
}

/** The end of the last line that is complete and within no quotes. */
function completeUpTo(text: string): number {
  const last = text.lastIndexOf("\n") + 1;
  if (!text.includes('"')) return last;
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) isQuoted = !isQuoted;
    else if (code === 10 && !isQuoted) end = at + 1;
  }
  return end;
}
