import { CsvError, parse } from "csv-parse/sync";
import { invalidStatement } from "./statement.ts";

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table as it stands in a file, with the lines before and after it. */
export interface FileTable {
  /** Between columns; empty in a workbook. */
  readonly delimiter: string;
  readonly rows: readonly TableRow[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Enough rows to see how a file is written. */
const SAMPLE_CHARS = 64_000;

/** The rows of a delimited text, with the delimiter that is given or found. */
export function tableOf(content: string, chosen: string | undefined): FileTable {
  const text = content.replace(/\r\n?/g, "\n");
  const delimiter = chosen ?? delimiterOf(text);
  return { delimiter, rows: readRows(text, delimiter) };
}

/** Every row of a delimited text that is not empty, whatever its width. */
function readRows(content: string, delimiter: string): TableRow[] {
  const rows: TableRow[] = [];
  // What the parser holds of each row beside its cells would fill the memory: rows are taken as they come.
  const take = (cells: string[], { lines }: { readonly lines: number }): null => {
    if (cells.some((cell) => cell !== "")) rows.push({ line: lines, cells: cells.map(unwrapped) });
    return null;
  };
  try {
    parse(content, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000,
      on_record: take,
    });
    return rows;
  } catch (error) {
    if (error instanceof CsvError)
      throw invalidStatement(`The CSV cannot be read: ${error.message}`);
    throw error;
  }
}

/** A text that spreadsheets are to leave alone, such as `="0123"`. */
const unwrapped = (cell: string): string =>
  cell.startsWith('="') && cell.endsWith('"') ? cell.slice(2, -1) : cell;

/** The delimiter that cuts the most out of rows of one width: decimals and texts have fewer such signs. */
function delimiterOf(content: string): string {
  const cut = content.lastIndexOf("\n", SAMPLE_CHARS);
  const sample = content.length <= SAMPLE_CHARS || cut <= 0 ? content : content.slice(0, cut);
  const scores = DELIMITERS.map((delimiter) => ({ delimiter, cuts: cutsOf(sample, delimiter) }));
  return scores.reduce((best, each) => (each.cuts > best.cuts ? each : best)).delimiter;
}

/** How many delimiters there are in the rows of the width that has most of them. */
function cutsOf(sample: string, delimiter: string): number {
  const counts = new Map<number, number>();
  for (const { cells } of rowsOrNone(sample, delimiter)) {
    const cuts = cells.length - 1;
    counts.set(cuts, (counts.get(cuts) ?? 0) + cuts);
  }
  return Math.max(0, ...counts.values());
}

function rowsOrNone(sample: string, delimiter: string): TableRow[] {
  try {
    return readRows(sample, delimiter);
  } catch {
    return [];
  }
}
