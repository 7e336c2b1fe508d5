import { CURRENCY_CODES } from "./bank-amount.ts";
import type { CsvTable } from "./csv-cells.ts";
import { widthOf, type Columns } from "./csv-columns.ts";
import type { Rows, TableRow } from "./file-table.ts";
import { ibansIn } from "./iban.ts";
import { chooseParts, type WantedAccount } from "./statement.ts";

/** What was paid abroad, or changed into, is not what the account moved. */
const OF_OTHERS =
  /\b(orig|original|local|foreign|instructed|exchange|target|source|customer facing|operation|operacji|oorspr|ursprung|payment|card|fee|balance|transaction|asset)\b|операции|валюта$/iu;

/** The currency in the name of a column of amounts, such as `Amount (GBP)` or `Betrag in EUR`. */
function statedIn(name: string): string | undefined {
  const code = /(?:\(|\bin )([A-Z]{3})\s*\)?$/.exec(name.trim())?.[1];
  return code !== undefined && CURRENCY_CODES.has(code) ? code : undefined;
}

const textAt = (row: TableRow, at: number): string => (row.cells[at] ?? "").trim();

/** The column of currencies; where none is known by its name, those that hold nothing but codes. */
export function currenciesIn(
  header: TableRow | undefined,
  rows: Rows,
  columns: Columns,
): CsvTable["currenciesOf"] {
  const column = columns.get("currency");
  const named = statedIn(header?.cells[columns.get("amount") ?? columns.get("credit") ?? -1] ?? "");
  if (named !== undefined) return () => [named];
  if (column !== undefined) return (row) => [textAt(row, column)].filter((text) => text !== "");
  const taken = new Set(columns.values());
  const ofCodes: number[] = [];
  const width = widthOf(rows);
  for (let at = 0; at < width; at += 1) {
    if (taken.has(at) || OF_OTHERS.test(header?.cells[at] ?? "")) continue;
    const isOther = (row: TableRow): boolean =>
      textAt(row, at) !== "" && !CURRENCY_CODES.has(textAt(row, at));
    if (!rows.some(isOther) && rows.some((row) => textAt(row, at) !== "")) ofCodes.push(at);
  }
  return (row) => ofCodes.map((at) => textAt(row, at)).filter((text) => text !== "");
}

const MOST_NAMES = 4;
/** Of a few rows so many may be of two accounts of the owner. */
const isMixed = (numbers: number, rows: number): boolean =>
  numbers * 2 > rows && !(numbers < 4 && numbers < rows);

/** The account's number, and its rows: the only IBAN before the table, or what the column of accounts has. */
export function accountOf(
  before: Rows,
  rows: Rows,
  columns: Columns,
  wanted: WantedAccount,
): { readonly iban: string | undefined; readonly rows: Rows } {
  const stated = new Set(Array.from(before, ({ cells }) => cells.flatMap(ibansIn)).flat());
  if (stated.size === 1) return { iban: [...stated][0], rows };
  const column = columns.get("accountIban");
  if (column === undefined) return { iban: undefined, rows };
  const numberOf = (row: TableRow): string => (row.cells[column] ?? "").replace(/\s/g, "");
  const numbers = new Set<string>();
  for (const row of rows) if (numberOf(row) !== "") numbers.add(numberOf(row));
  const [only = ""] = numbers;
  // A column in which nearly every row has another number is of the other parties; names of accounts are few.
  const areNames = [...numbers].every((each) => !/\d{4}/.test(each));
  const isOfOthers = areNames ? numbers.size > MOST_NAMES : isMixed(numbers.size, rows.length);
  if (numbers.size > 1 && isOfOthers && rows.length > 2) return { iban: undefined, rows };
  if (numbers.size < 2) return { iban: ibansIn(only)[0], rows };
  const [chosen = ""] = chooseParts([...numbers], (number) => [number, undefined], wanted);
  return {
    iban: ibansIn(chosen)[0],
    rows: rows.filter((row) => ["", chosen].includes(numberOf(row))),
  };
}
