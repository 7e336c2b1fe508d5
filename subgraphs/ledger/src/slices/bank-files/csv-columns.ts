import { invalidInput } from "@allfunds/contract/errors";
import { CURRENCY_CODES } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import {
  DETAIL_ROLES,
  SAMPLE_ROWS,
  continuationsOf,
  isAmount,
  isHeader,
  rolesOf,
  type ColumnRole,
} from "./columns.ts";
import { rolesByBalance, rolesByContent } from "./columns-by-content.ts";
import {
  chooseCurrency,
  isFilled,
  keepFilledAmount,
  keepSignedAmount,
} from "./csv-amount-columns.ts";
import { ambiguous } from "./csv-votes.ts";
import { isOut, isPlainDirection, isSign, isSurelyPending, stateOf } from "./csv-words.ts";
import { MAPPED_ROLES, type CsvMapping, type MappedRole } from "./csv-mapping.ts";
import type { Rows, TableRow } from "./file-table.ts";

export type Columns = ReadonlyMap<ColumnRole | "fee", number>;

/** Banks write a few lines about the account before the table. */
const HEADER_WITHIN = 100;

/** The row that names the columns: as mapped, the one with the mapped names, else the first with a date and an amount. */
export function headerOf(rows: Rows, mapping: CsvMapping): TableRow | undefined {
  if (mapping.headerLine === 0) return undefined;
  if (mapping.headerLine !== undefined) {
    const at = rows.findIndex(({ line }) => line === mapping.headerLine);
    const chosen = rows.at(Math.max(at, 0));
    if (chosen !== undefined && at !== -1)
      return (at > 0 ? ofTwoRows(rows.at(at - 1), chosen) : undefined) ?? chosen;
    throw invalidInput("csv.headerLine", `the file has no line ${mapping.headerLine} with text`);
  }
  const first = Array.from(rows.slice(0, HEADER_WITHIN));
  const names = MAPPED_ROLES.flatMap((role) => mapping[role] ?? []).filter(
    (name) => name !== "" && !isPlace(name),
  );
  if (names.length === 0) {
    const at = first.findIndex(({ cells }) => isHeader(cells));
    if (at === -1) return headerByBalance(first, rows);
    return ofTwoRows(first[at], first[at + 1]) ?? first[at];
  }
  const known = ({ cells }: TableRow): number =>
    names.filter((name) => cells.includes(name)).length;
  const [best] = first.toSorted((one, other) => known(other) - known(one));
  return best;
}

/**
 * Names over two rows: the lower one has both sides below one name of the upper one. It counts as the header, with the
 * names of the upper one where it has none.
 */
function ofTwoRows(upper: TableRow | undefined, lower: TableRow | undefined): TableRow | undefined {
  if (upper === undefined || lower === undefined || !isHeader(upper.cells)) return undefined;
  const sides = rolesOf(lower.cells);
  const isBelow = sides.has("debit") && sides.has("credit") && !isHeader(lower.cells);
  if (!isBelow || rolesOf(upper.cells).has("debit")) return undefined;
  const width = Math.max(upper.cells.length, lower.cells.length);
  const cells = Array.from(
    { length: width },
    (_, at) => lower.cells[at] || (upper.cells[at] ?? ""),
  );
  return isHeader(cells) ? { ...lower, cells } : undefined;
}

const isDated = ({ cells }: TableRow): boolean =>
  cells.some((cell) => dateFormatsOf([cell]).length > 0);

/** Names in no known language, above rows whose balances prove what they are names of. */
function headerByBalance(first: readonly TableRow[], rows: Rows): TableRow | undefined {
  const at = first.findIndex(isDated) - 1;
  const header = first[at];
  const isOfNames =
    header !== undefined && header.cells.every((cell) => cell === "" || !isAmount(cell));
  return isOfNames && rolesByBalance(rows.slice(at + 1)) !== undefined ? header : undefined;
}

/** The roles of columns by their names; where these show no date or no amount, by the balances that prove them. */
function rolesBelow(header: TableRow, body: Rows): Map<ColumnRole, number> {
  const named = rolesOf(header.cells, body);
  const isHalf = !named.has("amount") && named.has("debit") !== named.has("credit");
  const proven = isHeader(header.cells) && !isHalf ? undefined : rolesByBalance(body);
  const balance = named.get("balance");
  // What is named a balance is one, whatever else leads along.
  if (proven === undefined || (balance !== undefined && proven.get("balance") !== balance))
    return named;
  const text = proven.get("description");
  proven.delete("description");
  for (const [role, at] of named)
    if (!MOVING.has(role) && !proven.has(role) && ![...proven.values()].includes(at))
      proven.set(role, at);
  const isTaken = text === undefined || [...proven.values()].includes(text);
  if (!proven.has("description") && !isTaken) proven.set("description", text);
  return proven;
}

/** The roles of a table without a header: those that balances prove, else what its content shows. */
function rolesWithout(body: Rows): Map<ColumnRole, number> {
  const found = rolesByContent(body);
  return found.has("balance") ? found : (rolesByBalance(body) ?? found);
}

/**
 * A broker names the pair of a currency and an amount over its currency: the name belongs to the amount. Of a balance
 * the currency needs no name.
 */
export function namedByAmount(header: TableRow, body: Rows): TableRow {
  const sample = Array.from(body.slice(0, SAMPLE_ROWS));
  const isFull = (at: number, isOf: (cell: string) => boolean): boolean => {
    const cells = sample.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
    return cells.length > 0 && cells.every(isOf);
  };
  const cells = [...header.cells];
  for (const [at, name] of header.cells.entries()) {
    if (name === "" || header.cells[at + 1] !== "") continue;
    if (!isFull(at, (cell) => CURRENCY_CODES.has(cell)) || !isFull(at + 1, isAmount)) continue;
    cells[at] = rolesOf([name]).has("balance") ? "" : "Currency";
    cells[at + 1] = name;
  }
  return { ...header, cells };
}

/** Roles of which the balances are the better proof. */
const MOVING: ReadonlySet<ColumnRole> = new Set(["amount", "debit", "credit", "direction"]);

const isPlace = (name: string): boolean => /^#\d{1,3}$/.test(name);

/** Which column has which role: as mapped, else by its name or its content. */
export function columnsOf(
  header: TableRow | undefined,
  body: Rows,
  mapping: CsvMapping,
  currency: string,
): Columns {
  const found = header === undefined ? rolesWithout(body) : rolesBelow(header, body);
  const columns = new Map<ColumnRole | "fee", number>();
  for (const role of MAPPED_ROLES) {
    const name = mapping[role];
    if (name !== undefined && name !== "") columns.set(role, placeOf(name, role, header, body));
  }
  if (header !== undefined) {
    chooseCurrency(found, header.cells, currency);
    keepOwnIban(found, header, body);
  }
  if (mapping.amount === undefined) {
    keepFilledAmount(found, body);
    keepSignedAmount(found, body);
  }
  for (const role of PRIORITY) {
    const at = found.get(role);
    if (at === undefined || columns.has(role) || !isFree(role, at, columns, mapping)) continue;
    const place =
      header === undefined ? at : refuseTwins(header, at, role, body, columns.get("amount"));
    columns.set(role, place);
  }
  addDirection(columns, header, body, mapping);
  addStatus(columns, body);
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
  if (mapping.date === undefined && mapping.description === undefined)
    addDescription(columns, body);
  requireRoles(columns);
  return columns;
}

/** Beside the number of the account, an IBAN that is one and the same in all rows is the account's own. */
function keepOwnIban(found: Map<ColumnRole, number>, header: TableRow, body: Rows): void {
  const [own, iban] = [found.get("accountIban"), found.get("counterpartyIban")];
  if (own === undefined || iban === undefined || !/^iban$/i.test(header.cells[iban] ?? "")) return;
  const first = body.at(0)?.cells ?? [];
  const isSame = (at: number): boolean =>
    (first[at] ?? "") !== "" && body.every(({ cells }) => cells[at] === first[at]);
  if (body.length < 2 || !isSame(own) || !isSame(iban)) return;
  found.set("accountIban", iban);
  found.delete("counterpartyIban");
  const bic = found.get("counterpartyBic");
  if (bic !== undefined && isSame(bic)) found.delete("counterpartyBic");
}

/** An amount with a sign comes before two columns without. */
const PRIORITY: readonly ColumnRole[] = [
  ...MAPPED_ROLES.filter((role) => role !== "fee"),
  "isPending",
  "isBooked",
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

/** Columns that no mapping names but that change what a line means, or are only kept beside it. */
const ALWAYS: ReadonlySet<string> = new Set([
  "status",
  "isPending",
  "isBooked",
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

/**
 * A column of nothing but debits and credits is the direction, whatever its name: both must occur, or no amount has a
 * sign of its own.
 */
function addDirection(
  columns: Map<ColumnRole | "fee", number>,
  header: TableRow | undefined,
  body: Rows,
  mapping: CsvMapping,
): void {
  if (columns.has("direction") || mapping.direction !== undefined) return;
  const amount = columns.get("amount");
  if (amount === undefined) return;
  const taken = new Set(columns.values());
  const moving = body.filter((row) => isFilled(amount, row));
  const sided = (at: number): number => {
    const isOfSigns = moving.every(({ cells }) => isSign(cells[at] ?? ""));
    if (!isOfSigns && !moving.every(({ cells }) => isPlainDirection(cells[at] ?? ""))) return 0;
    const sides = new Set(Array.from(moving, ({ cells }) => isOut(cells[at] ?? ""))).size;
    const isUnsigned = moving.every(({ cells }) => /^[^-+−–()]*$/u.test(cells[amount] ?? ""));
    const isOfOne = sides === 1 && (!isOfSigns || isSignName(header?.cells[at]));
    return (isUnsigned ? sides === 2 || isOfOne : sides === 2 && !isOfSigns) ? sides : 0;
  };
  const found = Array.from({ length: widthOf(body) }, (_, at) => at).filter(
    (at) => !taken.has(at) && sided(at) > 0,
  );
  // A balance has a side, too, which is mostly one: the amount's is the one behind it, or the one with both.
  const at =
    found.find((each) => each === amount + 1) ??
    found.find((each) => sided(each) === 2) ??
    found[0];
  if (at !== undefined) columns.set("direction", at);
}

const isSignName = (name = ""): boolean =>
  /^\s*(\+\s*\/?\s*[-−–]|[-−–]\s*\/?\s*\+|±)\s*$/u.test(name);

/** Where no name shows the text or the other party, it is the column with the longest words. */
function addDescription(columns: Map<ColumnRole | "fee", number>, body: Rows): void {
  const named = ["description", "counterparty", "payer", "payee"] as const;
  if (named.some((role) => columns.has(role))) return;
  const taken = new Set(columns.values());
  const sample = Array.from(body.slice(0, SAMPLE_ROWS));
  let [best, most] = [-1, 0];
  for (let at = 0; at < widthOf(sample); at += 1) {
    if (taken.has(at)) continue;
    const text = sample.map(({ cells }) => cells[at] ?? "").join("");
    const length = text.match(/\p{L}/gu)?.length ?? 0;
    if (length > most) [best, most] = [at, length];
  }
  if (best !== -1) columns.set("description", best);
}

/** A column of nothing but states is the status, whatever its name: what is not booked must not be posted. Both must occur. */
function addStatus(columns: Map<ColumnRole | "fee", number>, body: Rows): void {
  if (columns.has("status")) return;
  const taken = new Set(columns.values());
  const width = widthOf(body);
  for (let at = 0; at < width; at += 1) {
    if (taken.has(at)) continue;
    const states = new Set<boolean | undefined>();
    for (const { cells } of body) {
      const word = cells[at] ?? "";
      if (word !== "") states.add(stateOf(word));
      if (states.has(undefined)) break;
    }
    const isOfBoth = states.size === 2 && !states.has(undefined);
    // Or nothing is booked yet.
    if (isOfBoth || body.every(({ cells }) => isSurelyPending(cells[at] ?? "")))
      columns.set("status", at);
  }
}

function placeOf(name: string, role: MappedRole, header: TableRow | undefined, body: Rows): number {
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
 * Two columns of one name are named by their places, unless they hold the same. A currency or a side may stand behind
 * the balance and behind the amount: the one behind the amount is meant.
 */
function refuseTwins(
  { cells }: TableRow,
  at: number,
  role: string,
  body: Rows,
  amountAt?: number,
): number {
  const twins = cells.flatMap((cell, index) => (cell === cells[at] ? [index] : []));
  const isSame = twins.every((twin) => body.every((row) => row.cells[twin] === row.cells[at]));
  // Texts stand beside each other: both are the description.
  if (isSame || role in OPTIONAL || role === "description") return at;
  const behind = twins.filter((twin) => twin - 1 === amountAt);
  if ((role === "direction" || role === "currency") && behind[0] !== undefined) return behind[0];
  const places = twins.map((twin) => `#${twin + 1}`).join(" and ");
  throw ambiguous(`csv.${role}`, `"${cells[at]}" is the name of the columns ${places}.`);
}

const OPTIONAL: Readonly<Record<string, true>> = Object.fromEntries(
  DETAIL_ROLES.map((role) => [role, true]),
);

export function widthOf(rows: Rows): number {
  let most = 0;
  for (const { cells } of rows) most = Math.max(most, cells.length);
  return most;
}

/** The columns of the text: the one that is found, and those that continue it. */
export function descriptionColumns(columns: Columns, header: TableRow | undefined): number[] {
  const at = columns.get("description");
  if (at === undefined) return [];
  const taken = new Set(columns.values());
  const more = header === undefined ? [] : continuationsOf(header.cells, at);
  return [at, ...more.filter((each) => !taken.has(each))];
}
