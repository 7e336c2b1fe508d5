import { AppError, invalidInput } from "@allfunds/contract/errors";
import { parseBankAmount, type DecimalSeparator } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import { isHeader, rolesByContent, rolesOf, type ColumnRole } from "./columns.ts";
import { ambiguous, isOut, type AmountCells, type Minus } from "./csv-votes.ts";
import { delimiterOf, readRows, type TableRow } from "./file-table.ts";
import { ibansIn } from "./iban.ts";
import { invalidStatement, type StatementFaults } from "./statement.ts";

/** The roles that a mapping names a column for: by its name, or by its place as `#1`. */
export const MAPPED_ROLES = [
  "date",
  "valueDate",
  "description",
  "amount",
  "debit",
  "credit",
  "fee",
  "direction",
  "status",
  "reference",
  "counterparty",
  "counterpartyIban",
  "currency",
  "balance",
] as const;
export type MappedRole = (typeof MAPPED_ROLES)[number];
type Columns = Partial<Record<MappedRole, string | undefined>>;

/** How a bank's CSV is to be read; what is absent is found in the file. */
export interface CsvMapping extends Columns {
  readonly delimiter?: string | undefined;
  /** Line of the header in the file, from 1; 0 when there is none. */
  readonly headerLine?: number | undefined;
  readonly dateFormat?: string | undefined;
  readonly decimalSeparator?: DecimalSeparator | undefined;
  /** Card statements may count what was spent as positive. */
  readonly positiveIsOut?: boolean | undefined;
  readonly minus?: Minus | undefined;
}

/** How the file was read: a mapping with nothing left open. */
export interface ResolvedMapping extends Columns {
  readonly delimiter: string;
  readonly headerLine: number;
  readonly dateFormat: string;
  readonly decimalSeparator: DecimalSeparator;
}

/** The table in a bank's file, without what stands before and after it. */
export interface CsvTable {
  readonly rows: readonly TableRow[];
  readonly width: number;
  readonly iban: string | undefined;
  /** A column of fees that no mapping speaks of. */
  readonly openFee: string | undefined;
  /** A column that is named like one of directions, with words that are not known. */
  readonly openDirection: string | undefined;
  readonly mapping: Columns & Pick<ResolvedMapping, "delimiter" | "headerLine">;
  readonly cell: (row: TableRow, role: MappedRole) => string;
  readonly amountCells: (row: TableRow) => AmountCells;
  /** False for lines that the bank has not booked, or has taken back. */
  readonly isBooked: (row: TableRow, faults: StatementFaults) => boolean;
  readonly balance: (
    row: TableRow,
    currency: string,
    separator: DecimalSeparator,
  ) => bigint | undefined;
}

/** Finds the table in a file: its delimiter, its header, its rows, and which column means what. */
export function resolveTable(content: string, mapping: CsvMapping): CsvTable {
  checkAmounts(mapping);
  const text = content.replace(/\r\n?/g, "\n");
  const delimiter = mapping.delimiter ?? delimiterOf(text);
  const all = readRows(text, delimiter);
  const header = headerOf(all, mapping);
  const body = header === undefined ? all : all.slice(all.indexOf(header) + 1);
  if (body.length === 0) throw invalidStatement("The file has no lines.");
  const columns = columnsOf(header, body, mapping);
  const cell = (row: TableRow, role: MappedRole): string => {
    const at = columns.get(role);
    return at === undefined ? "" : (row.cells[at] ?? "").trim();
  };
  const amountCells = (row: TableRow): AmountCells => ({
    amount: cell(row, "amount"),
    debit: cell(row, "debit"),
    credit: cell(row, "credit"),
    fee: cell(row, "fee"),
    direction: cell(row, "direction"),
  });
  const rows = withoutTotals(body, cell, amountCells);
  if (rows.length === 0) throw invalidStatement("The file has no lines.");
  return {
    rows,
    width: header?.cells.length ?? widthOf(rows),
    iban: ibanOf(all.slice(0, all.indexOf(rows[0] as TableRow)), rows, columns.get("accountIban")),
    openFee: mapping.fee === undefined ? feeIn(header, rows) : undefined,
    openDirection: mapping.direction === undefined ? directionIn(header, columns) : undefined,
    mapping: { ...named(columns, header), delimiter, headerLine: header?.line ?? 0 },
    cell,
    amountCells,
    isBooked: (row, faults) => isBooked(cell(row, "status"), row.line, faults),
    balance: (row, currency, separator) => balanceIn(cell(row, "balance"), currency, separator),
  };
}

function checkAmounts({ date, amount, debit, credit }: CsvMapping): void {
  const isOpen = amount === undefined && debit === undefined && credit === undefined;
  if (isOpen && date === undefined) return;
  const oneAmount = amount !== undefined && debit === undefined && credit === undefined;
  const twoAmounts = amount === undefined && debit !== undefined && credit !== undefined;
  if (!oneAmount && !twoAmounts) {
    throw invalidInput("csv.amount", "name either the amount column or both debit and credit");
  }
}

/** Banks write a few lines about the account before the table. */
const HEADER_WITHIN = 100;

function headerOf(rows: readonly TableRow[], mapping: CsvMapping): TableRow | undefined {
  if (mapping.headerLine === 0) return undefined;
  if (mapping.headerLine !== undefined) {
    const chosen = rows.find(({ line }) => line === mapping.headerLine);
    if (chosen !== undefined) return chosen;
    throw invalidInput("csv.headerLine", `the file has no line ${mapping.headerLine} with text`);
  }
  const first = rows.slice(0, HEADER_WITHIN);
  const names = MAPPED_ROLES.flatMap((role) => mapping[role] ?? []).filter(
    (name) => name !== "" && !isPlace(name),
  );
  if (names.length === 0) return first.find(({ cells }) => isHeader(cells));
  const known = ({ cells }: TableRow): number =>
    names.filter((name) => cells.includes(name)).length;
  const [best] = first.toSorted((one, other) => known(other) - known(one));
  return best;
}

const isPlace = (name: string): boolean => /^#\d{1,3}$/.test(name);

/** Which column has which role: as mapped, else by its name or its content. */
function columnsOf(
  header: TableRow | undefined,
  body: readonly TableRow[],
  mapping: CsvMapping,
): Map<ColumnRole | "fee", number> {
  const found = header === undefined ? rolesByContent(body) : rolesOf(header.cells);
  const columns = new Map<ColumnRole | "fee", number>();
  for (const role of MAPPED_ROLES) {
    const name = mapping[role];
    if (name !== undefined && name !== "") columns.set(role, placeOf(name, role, header, body));
  }
  for (const role of [...MAPPED_ROLES, "accountIban"] as const) {
    const at = role === "fee" ? undefined : found.get(role);
    if (at === undefined || role === "fee") continue;
    if (!columns.has(role) && isFree(role, at, columns, mapping) && hasKnownWords(role, at, body)) {
      if (header !== undefined) refuseTwins(header, at, role);
      columns.set(role, at);
    }
  }
  if (!columns.has("date") && columns.has("valueDate")) {
    columns.set("date", columns.get("valueDate") ?? 0);
  }
  if (!columns.has("date")) throw ambiguous("csv.date", "No column is recognised as the date.");
  if (!["amount", "debit", "credit"].some((role) => columns.has(role as ColumnRole)))
    throw ambiguous("csv.amount", "No column is recognised as the amount.");
  return columns;
}

/** Columns that no mapping names but that change what a line means. */
const ALWAYS: ReadonlySet<string> = new Set([
  "status",
  "direction",
  "currency",
  "balance",
  "accountIban",
]);

function isFree(
  role: ColumnRole,
  at: number,
  columns: ReadonlyMap<string, number>,
  mapping: CsvMapping,
): boolean {
  if ([...columns.values()].includes(at)) return false;
  // Who names columns leaves the others out on purpose.
  if (mapping.date !== undefined && !ALWAYS.has(role)) return false;
  if (role === "amount") return !columns.has("debit") && !columns.has("credit");
  if (role === "debit" || role === "credit") return !columns.has("amount");
  return role !== "direction" || columns.has("amount");
}

/** A column is taken for one of directions or states only when its words are known. */
function hasKnownWords(role: ColumnRole, at: number, body: readonly TableRow[]): boolean {
  const words = body.map(({ cells }) => cells[at] ?? "").filter((word) => word !== "");
  if (role === "direction")
    return words.length > 0 && words.every((word) => isOut(word) !== undefined);
  if (role === "status") return words.some((word) => stateOf(word) !== undefined);
  return true;
}

function placeOf(
  name: string,
  role: MappedRole,
  header: TableRow | undefined,
  body: readonly TableRow[],
): number {
  if (isPlace(name)) {
    const at = Number(name.slice(1)) - 1;
    if (at >= 0 && at < Math.max(widthOf(body), header?.cells.length ?? 0)) return at;
    throw invalidInput(`csv.${role}`, `the file has no column ${name}`);
  }
  const at = header?.cells.indexOf(name) ?? -1;
  if (at === -1 || header === undefined) {
    const columns = (header?.cells ?? []).join(", ").slice(0, 300);
    throw invalidInput(`csv.${role}`, `the file has no column "${name}"; it has: ${columns}`);
  }
  refuseTwins(header, at, role);
  return at;
}

/** Two columns of one name are named by their places. */
function refuseTwins({ cells }: TableRow, at: number, role: string): void {
  const places = cells.flatMap((cell, index) => (cell === cells[at] ? [`#${index + 1}`] : []));
  if (places.length > 1) {
    throw ambiguous(
      `csv.${role}`,
      `"${cells[at]}" is the name of the columns ${places.join(" and ")}.`,
    );
  }
}

const widthOf = (rows: readonly TableRow[]): number =>
  rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);

const TOTAL =
  /^(total|totals|sum|summe|gesamt|saldo|solde|balance|closing|opening|anfangs|end ?saldo|endbestand|anfangsbestand|kontostand|suma|somme|end of|eof|\*+)/i;

/** The rows between the header and the footer: sums and balances stand without a date, or move nothing. */
function withoutTotals(
  body: readonly TableRow[],
  cell: CsvTable["cell"],
  amountCells: CsvTable["amountCells"],
): TableRow[] {
  const isTotal = (row: TableRow): boolean => {
    const { amount, debit, credit } = amountCells(row);
    const isEmpty = amount === "" && debit === "" && credit === "";
    const isNamed = row.cells.some((text) => TOTAL.test(text));
    const isDated = dateFormatsOf([cell(row, "date")]).length > 0;
    if (isDated) return isEmpty && isNamed;
    return isNamed || (isEmpty && row.cells.filter((text) => text !== "").length <= 2);
  };
  const first = body.findIndex((row) => !isTotal(row));
  const last = body.findLastIndex((row) => !isTotal(row));
  return first === -1 ? [] : body.slice(first, last + 1);
}

const BOOKED =
  /^(book|booked|gebucht|posted|completed|complete|settled|cleared|done|paid|executed|verbucht|comptabilise|contabilizado|verwerkt|success|successful|succeeded)$/;
const NOT_BOOKED =
  /^(pdng|pending|vorgemerkt|offen|authori[sz]ed|en attente|pendiente|in behandeling|info|reserved|reverted|declined|failed|cancelled|canceled|storniert|rejected|abgelehnt|expired)$/;

/** Whether a word of a status column is booked (true), not booked (false) or not known. */
function stateOf(word: string): boolean | undefined {
  const plain = word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .trim();
  if (NOT_BOOKED.test(plain)) return false;
  return BOOKED.test(plain) ? true : undefined;
}

function isBooked(word: string, line: number, faults: StatementFaults): boolean {
  if (word === "") return true;
  const state = stateOf(word);
  if (state === undefined)
    faults.add(line, `the status "${word.slice(0, 40)}" is neither booked nor pending`);
  return state ?? false;
}

function balanceIn(
  text: string,
  currency: string,
  separator: DecimalSeparator,
): bigint | undefined {
  if (text === "") return undefined;
  try {
    return parseBankAmount(text, currency, separator);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** The account's number: the only IBAN before the table, or that of the column which has the same in each row. */
function ibanOf(
  before: readonly TableRow[],
  rows: readonly TableRow[],
  column: number | undefined,
): string | undefined {
  const stated = new Set(before.flatMap(({ cells }) => cells.flatMap(ibansIn)));
  if (stated.size === 1) return [...stated][0];
  if (column === undefined) return undefined;
  const written = new Set(rows.map(({ cells }) => (cells[column] ?? "").replace(/\s/g, "")));
  const [only = ""] = written;
  return written.size === 1 ? ibansIn(only)[0] : undefined;
}

function directionIn(
  header: TableRow | undefined,
  columns: ReadonlyMap<string, number>,
): string | undefined {
  const at = header === undefined ? undefined : rolesOf(header.cells).get("direction");
  return at === undefined || [...columns.values()].includes(at) ? undefined : header?.cells[at];
}

const FEE = /^(fees?|geb[üu]hr(en)?|frais|commission|comisi[óo]n)( amount)?$/i;

function feeIn(header: TableRow | undefined, rows: readonly TableRow[]): string | undefined {
  const at = header?.cells.findIndex((name) => FEE.test(name)) ?? -1;
  const charges = rows.some(({ cells }) => /[1-9]/.test(cells[at] ?? ""));
  return charges ? header?.cells[at] : undefined;
}

/** The columns by their names, or by their places where there is no header. */
function named(columns: ReadonlyMap<string, number>, header: TableRow | undefined): Columns {
  const names = MAPPED_ROLES.flatMap((role): [MappedRole, string][] => {
    const at = columns.get(role);
    return at === undefined ? [] : [[role, header?.cells[at] ?? `#${at + 1}`]];
  });
  return Object.fromEntries(names);
}
