import { decimalText, germanDate } from "./movement.ts";
import type { BookedLine } from "./operating-account.ts";

const COLUMNS = [
  "Booking date",
  "Value date",
  "Amount",
  "Currency",
  "Counterparty",
  "Remittance information",
  "Bank reference",
  "Balance",
];

/** The export as continental banks write it: semicolons, decimal commas, days first. */
export function bankCsv(lines: readonly BookedLine[]): string {
  const rows = lines.map((line) => [
    germanDate(line.bookingDate),
    germanDate(line.valueDate),
    decimalText(line.cents, ","),
    "EUR",
    line.counterparty,
    line.text,
    line.reference,
    decimalText(line.balance, ","),
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(quoted).join(";")}\n`).join("");
}

const quoted = (field: string): string =>
  /[;"\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
