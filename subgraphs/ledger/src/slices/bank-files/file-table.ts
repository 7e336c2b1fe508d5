import { CsvError, parse } from "csv-parse/sync";
import { invalidStatement } from "./statement.ts";

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Enough rows to see how a file is written. */
const SAMPLE_CHARS = 64_000;

/** Every row of a delimited text that is not empty, whatever its width. */
export function readRows(content: string, delimiter: string): TableRow[] {
  try {
    const rows = parse(content, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return rows
      .map(({ info, record }) => ({ line: info.lines, cells: record }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (error) {
    if (error instanceof CsvError)
      throw invalidStatement(`The CSV cannot be read: ${error.message}`);
    throw error;
  }
}

/** The delimiter that gives the most rows of one width, the wider ones of equals. */
export function delimiterOf(content: string): string {
  const cut = content.lastIndexOf("\n", SAMPLE_CHARS);
  const sample = content.length <= SAMPLE_CHARS || cut <= 0 ? content : content.slice(0, cut);
  const scores = DELIMITERS.map((delimiter) => ({ delimiter, ...widthOf(sample, delimiter) }));
  return scores.reduce((best, each) =>
    each.rows > best.rows || (each.rows === best.rows && each.width > best.width) ? each : best,
  ).delimiter;
}

/** The commonest number of columns, and how many rows have it; none when a row has one column only. */
function widthOf(sample: string, delimiter: string): { rows: number; width: number } {
  const counts = new Map<number, number>();
  for (const { cells } of rowsOrNone(sample, delimiter)) {
    if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  let most = { rows: 0, width: 0 };
  for (const [width, rows] of counts) if (rows > most.rows) most = { rows, width };
  return most;
}

function rowsOrNone(sample: string, delimiter: string): TableRow[] {
  try {
    return readRows(sample, delimiter);
  } catch {
    return [];
  }
}
