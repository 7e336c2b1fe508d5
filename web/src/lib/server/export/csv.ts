import type { Cell } from "./cell.ts";

// What a spreadsheet would run as a formula: OWASP, "CSV Injection".
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const SPECIAL = /[",\r\n]/;

/** Rows as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need to read it. */
export async function* writeCsv(
  rows: AsyncIterable<readonly Cell[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode("\ufeff");
  for await (const row of rows) yield encoder.encode(`${row.map(printCell).join(",")}\r\n`);
}

function printCell({ kind, value }: Cell): string {
  const safe = kind === "text" && FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
