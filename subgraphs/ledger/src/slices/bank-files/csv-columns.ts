import { invalidInput } from "@allfunds/contract/errors";
import {
  DETAIL_ROLES,
  continuationsOf,
  isHeader,
  rolesByContent,
  rolesOf,
  type ColumnRole,
} from "./columns.ts";
import { ambiguous } from "./csv-votes.ts";
import { isOut } from "./csv-words.ts";
import { MAPPED_ROLES, type CsvMapping, type MappedRole } from "./csv-mapping.ts";
import type { TableRow } from "./file-table.ts";

export type Columns = ReadonlyMap<ColumnRole | "fee", number>;

/** Banks write a few lines about the account before the table. */
const HEADER_WITHIN = 100;

/** The row that names the columns: as mapped, the one with the mapped names, else the first with a date and an amount. */
export function headerOf(rows: readonly TableRow[], mapping: CsvMapping): TableRow | undefined {
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
export function columnsOf(
  header: TableRow | undefined,
  body: readonly TableRow[],
  mapping: CsvMapping,
): Columns {
  const found = header === undefined ? rolesByContent(body) : rolesOf(header.cells, body);
  const columns = new Map<ColumnRole | "fee", number>();
  for (const role of MAPPED_ROLES) {
    const name = mapping[role];
    if (name !== undefined && name !== "") columns.set(role, placeOf(name, role, header, body));
  }
  if (mapping.amount === undefined) keepFilledAmount(found, body);
  for (const role of PRIORITY) {
    const at = found.get(role);
    if (at === undefined || columns.has(role) || !isFree(role, at, columns, mapping)) continue;
    const place = header === undefined ? at : refuseTwins(header, at, role, body);
    columns.set(role, place);
  }
  addDirection(columns, body, mapping);
  // In some countries the text of a payment is its reference.
  const reference = columns.get("reference");
  const isText = /^ref/i.test(header?.cells[reference ?? -1] ?? "");
  if (
    reference !== undefined &&
    isText &&
    mapping.date === undefined &&
    !columns.has("description")
  )
    columns.set("description", reference);
  requireRoles(columns);
  return columns;
}

/** An amount with a sign comes before two columns without. */
const PRIORITY: readonly ColumnRole[] = [
  ...MAPPED_ROLES.filter((role) => role !== "fee"),
  "accountIban",
  "payer",
  "payee",
  ...DETAIL_ROLES,
];

function requireRoles(columns: Map<ColumnRole | "fee", number>): void {
  const valueDate = columns.get("valueDate");
  if (!columns.has("date") && valueDate !== undefined) columns.set("date", valueDate);
  if (!columns.has("date")) throw ambiguous("csv.date", "No column is recognised as the date.");
  if (!columns.has("amount") && !columns.has("debit") && !columns.has("credit"))
    throw ambiguous("csv.amount", "No column is recognised as the amount.");
}

const isFilled = (at: number, row: TableRow): boolean => (row.cells[at] ?? "") !== "";

/** Of a signed amount and two columns of debit and credit, the one that is filled in every row counts. */
function keepFilledAmount(found: Map<ColumnRole, number>, body: readonly TableRow[]): void {
  const [amount, debit, credit] = [found.get("amount"), found.get("debit"), found.get("credit")];
  if (amount === undefined || debit === undefined || credit === undefined) return;
  const gaps = body.filter((row) => !isFilled(amount, row));
  if (gaps.some((row) => isFilled(debit, row) || isFilled(credit, row))) found.delete("amount");
}

/** Columns that no mapping names but that change what a line means, or are only kept beside it. */
const ALWAYS: ReadonlySet<string> = new Set([
  "status",
  "direction",
  "currency",
  "balance",
  "accountIban",
  ...DETAIL_ROLES,
]);

function isFree(
  role: ColumnRole,
  at: number,
  columns: ReadonlyMap<string, number>,
  mapping: CsvMapping,
): boolean {
  if (role in mapping && mapping[role as MappedRole] === "") return false;
  if ([...columns.values()].includes(at)) return false;
  // Who names columns leaves the others out on purpose.
  if (mapping.date !== undefined && !ALWAYS.has(role)) return false;
  if (role === "amount") return !columns.has("debit") && !columns.has("credit");
  if (role === "debit" || role === "credit") return !columns.has("amount");
  return role !== "direction" || columns.has("amount");
}

/** Words of directions that no column of another kind is full of. */
const PLAIN = /^(debit|credit|dbit|crdt|dr|cr|d|c|s|h|soll|haben|af|bij)$/i;

/** A column of nothing but debits and credits is the direction, whatever its name: both must occur. */
function addDirection(
  columns: Map<ColumnRole | "fee", number>,
  body: readonly TableRow[],
  mapping: CsvMapping,
): void {
  if (columns.has("direction") || mapping.direction !== undefined) return;
  if (!columns.has("amount")) return;
  const taken = new Set(columns.values());
  for (let at = 0; at < widthOf(body); at += 1) {
    if (taken.has(at)) continue;
    const words = body.map(({ cells }) => cells[at] ?? "");
    if (!words.every((word) => PLAIN.test(word))) continue;
    if (new Set(words.map(isOut)).size === 2) columns.set("direction", at);
  }
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
  return refuseTwins(header, at, role, body);
}

/**
 * Two columns of one name are named by their places, unless they hold the same. A currency may stand behind the
 * balance and behind the amount: where the two differ, it is in doubt.
 */
function refuseTwins(
  { cells }: TableRow,
  at: number,
  role: string,
  body: readonly TableRow[],
): number {
  const twins = cells.flatMap((cell, index) => (cell === cells[at] ? [index] : []));
  const isSame = twins.every((twin) => body.every((row) => row.cells[twin] === row.cells[at]));
  if (isSame || role in OPTIONAL) return at;
  const places = twins.map((twin) => `#${twin + 1}`).join(" and ");
  throw ambiguous(`csv.${role}`, `"${cells[at]}" is the name of the columns ${places}.`);
}

const OPTIONAL: Readonly<Record<string, true>> = Object.fromEntries(
  DETAIL_ROLES.map((role) => [role, true]),
);

export const widthOf = (rows: readonly TableRow[]): number =>
  rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);

/** The columns of the text: the one that is found, and those that continue it. */
export function descriptionColumns(columns: Columns, header: TableRow | undefined): number[] {
  const at = columns.get("description");
  if (at === undefined) return [];
  const taken = new Set(columns.values());
  const more = header === undefined ? [] : continuationsOf(header.cells, at);
  return [at, ...more.filter((each) => !taken.has(each))];
}
