import type { Translate } from "../language/messages.ts";

/** The columns of a file that a statement is read from, in the order of the form. */
export const COLUMNS = [
  "date",
  "valueDate",
  "description",
  "amount",
  "debit",
  "credit",
  "direction",
  "status",
  "fee",
  "reference",
  "counterparty",
  "sheet",
  "headerLine",
] as const;

/** The name of a field of a line; one that the form does not have keeps the graph's name. */
export function fieldName(field: string, t: Translate): string {
  const known = COLUMNS.find((column) => column === field);
  return known === undefined ? field : t(`import.column.${known}`);
}
