import { dateFormatsOf } from "./bank-date.ts";
import { hundredthsOf } from "./columns-by-content.ts";
import { isAmount } from "./columns.ts";
import type { Cells } from "./csv-cells.ts";
import type { Columns } from "./csv-columns.ts";
import type { CsvMapping } from "./csv-mapping.ts";
import { ambiguous } from "./csv-votes.ts";
import { isBalanceName, isSumName, isTotal, stateOf } from "./csv-words.ts";
import type { Rows, TableRow } from "./file-table.ts";

/**
 * What stands below a header. Pages repeat it: only balances and the ends of pages stand between them then, else
 * several tables follow each other, as of several accounts.
 */
export function belowHeader(all: Rows, header: TableRow, { headerLine }: CsvMapping): Rows {
  const body = all.slice(placeIn(all, header) + 1);
  const isHeaderAgain = ({ cells }: TableRow): boolean =>
    cells.length === header.cells.length && cells.every((cell, at) => cell === header.cells[at]);
  const next = body.findIndex(isHeaderAgain);
  if (next === -1) return body;
  const lastLine = body.findLastIndex((row, at) => at < next && filledIn(row) > 2);
  const foreign = body.findIndex((row, at) => at > lastLine && at < next && !isOfPage(row));
  if (foreign === -1) return body.filter((row) => !isHeaderAgain(row));
  if (headerLine !== undefined) return body.slice(0, foreign);
  throw ambiguous(
    "csv.headerLine",
    `The file has several tables: headers stand in lines ${header.line} and ${body.at(next)?.line}.`,
  );
}

/** Rows are made anew each time they are read: a row is known by its line. */
export const placeIn = (rows: Rows, { line }: TableRow): number =>
  rows.findIndex((row) => row.line === line);

const filledIn = ({ cells }: TableRow): number => cells.filter((text) => text !== "").length;

/** Whether a row between two pages is a balance, a sum, or the number of a page. */
const isOfPage = ({ cells }: TableRow): boolean =>
  cells.some(
    (cell) => isTotal(cell) || /^(page|seite|pagina|página|strona|blad|sida?e?)\b/i.test(cell),
  );

const OF_SUM =
  /^[#\s]*(monthly |daily |day |page )?(sub)?-?(totals?|zwischensumme|summe|suma|somme|totale|totaal|razem|celkem|celkom|spolu|skupaj|ukupno|kopā|kokku|samtals|yhteensä|toplam|общо|всего|разом|σύνολο|итого|合計|小計|小计|合计|총계|합계|소계)(?!\p{L})/iu;

/**
 * The lines of rows that are sums of those above them, since the last sum or since the first row. One with a date may be
 * a payment to a shop of that name: it is a sum when it is one of two rows at least, or another row is.
 */
function sumsAmong(
  body: Rows,
  { cell, amountCells }: Pick<Cells, "cell" | "amountCells">,
): ReadonlySet<number> {
  const sums = new Set<number>();
  if (!body.some(({ cells }) => cells.some((text) => OF_SUM.test(text)))) return sums;
  const [since, all] = [new Map<string, bigint>(), new Map<string, bigint>()];
  let rows = 0;
  for (const row of body) {
    const { amount, debit, credit } = amountCells(row);
    const amounts = Object.entries({ amount, debit, credit }).flatMap(([role, text]) => {
      const minor = text === "" ? undefined : hundredthsOf(text);
      return minor === undefined ? [] : [{ role, minor }];
    });
    const isSum =
      rows > 0 &&
      amounts.length > 0 &&
      (rows > 1 || sums.size > 0 || cell(row, "date") === "") &&
      row.cells.some((text) => OF_SUM.test(text)) &&
      [since, all].some((sum) => amounts.every(({ role, minor }) => sum.get(role) === minor));
    if (isSum) {
      sums.add(row.line);
      since.clear();
      rows = 0;
      continue;
    }
    for (const { role, minor } of amounts)
      for (const sum of [since, all]) sum.set(role, (sum.get(role) ?? 0n) + minor);
    rows += 1;
  }
  return sums;
}

const NOT_YET =
  /noch nicht|nicht (ausgeführt|gebucht|verbucht)|vorgemerkt|pending|not (yet )?(been )?(posted|booked|cleared|processed|settled)|provisional|en attente|non (encore )?comptabilis|pendiente|in attesa|non (ancora )?contabilizzat|nog niet|oczekuj|niezaksięgowan|ej bokför|ikke bokfør/i;

/** A note outside of the lines may state that a mark, such as a star, stands at those that are not booked yet. */
export function pendingMark(all: Rows, lines: Rows): string | undefined {
  const [first = 0, last = 0] = [lines.at(0)?.line, lines.at(-1)?.line];
  for (const { line, cells } of [...all.slice(0, 100), ...all.slice(-20)]) {
    if (line >= first && line <= last) continue;
    const [, mark, note = ""] =
      /^(\*+|\(\*\)|[¹²³+])\s*[:=)-]?\s*(\p{L}.*)$/u.exec(cells.join(" ").trim()) ?? [];
    if (mark !== undefined && NOT_YET.test(note)) return mark;
  }
  return undefined;
}

/** Whether a row has the mark alone in a cell, or behind a text. */
export const hasMark = ({ cells }: TableRow, mark: string | undefined): boolean =>
  mark !== undefined && cells.some((cell) => cell === mark || cell.endsWith(` ${mark}`));

/** The rows between the header and the footer: sums and balances stand without a date, or move nothing. */
export function withoutTotals(
  body: Rows,
  { cell, amountCells }: Pick<Cells, "cell" | "amountCells">,
): Rows {
  const isEmpty = (row: TableRow): boolean => {
    const { amount, debit, credit, direction: _direction, fee: _fee } = amountCells(row);
    return amount === "" && debit === "" && credit === "";
  };
  const isOutside = (row: TableRow): boolean => {
    const isNamed = row.cells.some(isTotal);
    const date = cell(row, "date");
    if (stateOf(date) === false) return false;
    if (dateFormatsOf([date]).length > 0)
      return (
        row.cells.some((each) => isBalanceName(each) || isSumName(each)) ||
        (isEmpty(row) && isNamed)
      );
    return isNamed || (isEmpty(row) && row.cells.filter((text) => text !== "").length <= 2);
  };
  const sums = sumsAmong(body, { cell, amountCells });
  const first = body.findIndex((row) => !isOutside(row));
  const last = body.findLastIndex((row) => !isOutside(row));
  // What stands between lines without a date and an amount belongs to the line above.
  // The balance of a day, or of a page, moves nothing wherever it stands, though it may have an amount.
  const isLine = (row: TableRow): boolean =>
    isEmpty(row)
      ? cell(row, "date") !== "" && !row.cells.some(isTotal)
      : !sums.has(row.line) && !row.cells.some(isBalanceName);
  return first === -1 ? [] : body.slice(first, last + 1).filter(isLine);
}

/** Lines above the names of the columns, as of a page whose names are missing, would be lost. */
export function refuseLinesAbove(
  above: Rows,
  header: TableRow,
  { cell, amountCells }: Pick<Cells, "cell" | "amountCells">,
): void {
  const isLine = (row: TableRow): boolean => {
    const { amount, debit, credit } = amountCells(row);
    return (
      row.cells.length === header.cells.length &&
      dateFormatsOf([cell(row, "date")]).length > 0 &&
      [amount, debit, credit].some(isAmount) &&
      !row.cells.some(isTotal)
    );
  };
  const line = above.find(isLine)?.line;
  if (line === undefined) return;
  throw ambiguous(
    "csv.headerLine",
    `Line ${line} reads like a line of the account, but stands above the names of the columns.`,
  );
}

/**
 * Without a header nothing but its form shows what a row is: the first and the last may be of the account and no line
 * of it. A row that differs from all others in its width, or is the only one without a text, is in doubt.
 */
export function refuseForeignEdges(rows: Rows, columns: Columns): void {
  const text = columns.get("description");
  for (const edge of [rows.at(0), rows.at(-1)]) {
    const others = rows.filter(({ line }) => line !== edge?.line);
    if (edge === undefined || others.length < 2) continue;
    const hasText = ({ cells }: TableRow): boolean => /\p{L}{2}/u.test(cells[text ?? -1] ?? "");
    const width = others.at(0)?.cells.length ?? 0;
    const isWide = edge.cells.length > width && others.every(({ cells }) => cells.length === width);
    if (!isWide && (hasText(edge) || !others.every(hasText))) continue;
    throw ambiguous(
      "csv.headerLine",
      `Line ${edge.line} differs from all others and may be no line of the account: remove it, or name the line of the header (0 for none).`,
    );
  }
}
