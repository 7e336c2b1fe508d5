import { readAmountText } from "./bank-amount.ts";
import { isAmount, rolesOf, SAMPLE_ROWS } from "./columns.ts";
import type { CsvTable } from "./csv-cells.ts";
import { widthOf, type Columns } from "./csv-columns.ts";
import type { CsvMapping } from "./csv-mapping.ts";
import { ambiguous } from "./csv-votes.ts";
import type { Rows, TableRow } from "./file-table.ts";
import { StatementFaults } from "./statement.ts";
import { isCardPayment } from "./csv-words.ts";
import type { AmountKeeper } from "./packed-lines.ts";

/** Names, or places, of columns whose cells are amounts with decimals and have no role yet. */
export function spareIn(header: TableRow | undefined, rows: Rows, columns: Columns): string[] {
  if (!columns.has("balance")) return [];
  const taken = new Set(columns.values());
  const sample = Array.from(rows.slice(0, SAMPLE_ROWS));
  return Array.from({ length: widthOf(sample) }, (_, at) => at).flatMap((at) => {
    const cells = sample.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
    const isOfAmounts =
      cells.length > 0 && cells.every((cell) => /\d/.test(cell) && isAmount(cell));
    return taken.has(at) || !isOfAmounts || header === undefined ? [] : [`#${at + 1}`];
  });
}

/** Net amounts have the sign of what they move. */
export function directionIn(
  header: TableRow | undefined,
  rows: Rows,
  columns: Columns,
): string | undefined {
  if (isNet(header, columns) || columns.has("direction")) return undefined;
  const taken = new Set(columns.values());
  if (header !== undefined) {
    const roles = rolesOf(header.cells);
    const at = roles.get("direction");
    if (at !== undefined && !taken.has(at)) return header.cells[at];
    // A column of credits that has words may state which amounts are some.
    const sides = [roles.get("debit"), roles.get("credit")];
    const worded = sides.find(
      (side) => side !== undefined && !taken.has(side) && rows.some((row) => hasWord(row, side)),
    );
    const paired = worded ?? wordPair(rows, taken);
    return paired === undefined ? undefined : header.cells[paired] || `#${paired + 1}`;
  }
  for (let at = 0; at < widthOf(rows); at += 1) {
    if (taken.has(at) || !rows.every(({ cells }) => /^\p{L}{1,2}$/u.test(cells[at] ?? "")))
      continue;
    const words = new Set(Array.from(rows, ({ cells }) => cells[at] ?? ""));
    if (words.size < 3) return `#${at + 1}`;
  }
  return undefined;
}

/** A column of nothing but two short words may be the direction in a language that is not known. */
function wordPair(rows: Rows, taken: ReadonlySet<number>): number | undefined {
  const sample = rows.slice(0, SAMPLE_ROWS);
  for (let at = 0; at < widthOf(sample); at += 1)
    if (!taken.has(at) && isWordPair(sample, at) && isWordPair(rows, at)) return at;
  return undefined;
}

function isWordPair(rows: Rows, at: number): boolean {
  const words = new Set<string>();
  const isOfTwo = rows.every(({ cells }) => {
    const word = cells[at] ?? "";
    words.add(word);
    return words.size <= 2 && /^\p{L}{1,12}$/u.test(word);
  });
  return isOfTwo && words.size === 2;
}

const hasWord = ({ cells }: TableRow, at: number): boolean =>
  /\p{L}/u.test(cells[at] ?? "") && !isAmount(cells[at] ?? "");

const FEE =
  /^(transaction |service |bank )?(fees?|charges?|geb[üu]h?r(en)?|entgelt|frais|commissions?|comisi[óo]n(es)?|comiss[ãa]o|commissioni?|costo|costi|op[łl]ata|prowizja|poplatek|avgift|gebyr|kosten|taxa|tarifa|komise|комиссия|手续费|手数料|עמלה)( amount)?$/i;
const NET = /^(net|netto|net amount|net total|nettobetrag)$/i;

const isNet = (header: TableRow | undefined, columns: Columns): boolean =>
  NET.test(header?.cells[columns.get("amount") ?? -1] ?? "");

/** A column of fees, unless the amounts are those after them. */
export function feeIn(
  header: TableRow | undefined,
  rows: Rows,
  columns: Columns,
): string | undefined {
  if (isNet(header, columns)) return undefined;
  const at = header?.cells.findIndex((name) => FEE.test(name)) ?? -1;
  if (at === -1) return undefined;
  const charges = rows.some(({ cells }) => /[1-9]/.test(cells[at] ?? ""));
  return charges ? header?.cells[at] : undefined;
}

/** Fees that all have a minus are charged: what comes back of one would have no minus. */
export function areFeesNegative({ mapping, amountCells }: CsvTable, rows: Rows): boolean {
  if (mapping.fee === undefined) return false;
  let areAny = false;
  for (const row of rows) {
    const { fee } = amountCells(row);
    if (!/[1-9]/.test(fee)) continue;
    if (readAmountText(fee)?.negative !== true) return false;
    areAny = true;
  }
  return areAny;
}

/** A plus or a credit in some amounts, and no sign in the others: those may be what went out. */
function refuseBareAmounts({ rows, mapping, amountCells }: CsvTable): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  let [plus, bare]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const row of rows) {
    const { amount } = amountCells(row);
    if (amount === "" || /^0*(?:[.,]0*)?$/.test(amount)) continue;
    if (statesCredit(amount)) plus ??= row.line;
    else if (readAmountText(amount)?.negative === true) return;
    else bare ??= row.line;
  }
  if (plus === undefined || bare === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `The amount in line ${plus} states that it came in, the one in line ${bare} nothing: it may be what was spent.`,
  );
}

/** In a table without names or texts, amounts without any sign, and nothing else that states which way they went. */
export function refuseSignless(
  { rows, mapping, amountCells, textOf, cell }: CsvTable,
  { date: chosenDate }: CsvMapping,
): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  const isWorded = (row: TableRow): boolean =>
    textOf(row) !== "" || WORDED_BY.some((role) => cell(row, role) !== "");
  // Who names columns leaves the texts out on purpose.
  if (mapping.headerLine !== 0 && (chosenDate !== undefined || rows.some(isWorded))) return;
  let shown: number | undefined;
  for (const row of rows) {
    const { amount } = amountCells(row);
    const read = readAmountText(amount);
    if (read?.negative === true || read?.statesCredit === true) return;
    if (amount !== "") shown ??= row.line;
  }
  if (shown === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `No amount has a sign, and no text states what moved: the one in line ${shown} may have come in or gone out.`,
  );
}

/** A column of directions that states nothing of some amounts, of which the sign does not either. */
export function refuseOpenSides(
  { mapping, amountCells }: CsvTable,
  rows: Rows,
  { direction: chosen }: CsvMapping,
): void {
  if (mapping.direction === undefined || chosen !== undefined) return;
  let [stated, open]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const row of rows) {
    const { amount, direction } = amountCells(row);
    const read = readAmountText(amount);
    if (read === undefined || !/[1-9]/.test(amount)) continue;
    if (direction !== "") stated ??= row.line;
    else if (!read.negative && !read.statesCredit) open ??= row.line;
  }
  if (stated === undefined || open === undefined) return;
  throw ambiguous(
    "csv.direction",
    `The column of directions states which way the amount in line ${stated} went, and nothing of the one in line ${open}.`,
  );
}

/** Another column may be what was moved, unless the balances show that the amounts are. */
export function refuseOpenTotal({ openTotal }: CsvTable): void {
  if (openTotal !== undefined)
    throw ambiguous("csv.amount", `${openTotal}: it may be what was moved.`);
}

/** Columns that state what a line is, beside its text. */
const WORDED_BY = ["counterparty", "payer", "payee", "reference"] as const;

const BOUGHT =
  /^(buy|bought|kauf|achat|compra|acquisto|kupno|aankoop|koop|köp|kjøp|køb|osto|покупка|買付|买入)$/i;
const SOLD =
  /^(sell|sold|verkauf|vente|venta|vendita|sprzedaż|verkoop|sälj|försäljning|salg|myynti|продажа|売却|卖出)$/i;

/** What is bought costs money. In a list of trades the sign may be that of the position, which is the other way round. */
export function refuseTraded({ mapping }: CsvTable, rows: Rows, amounts: AmountKeeper): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  const isTurned = ({ cells }: TableRow, at: number): boolean => {
    const minor = amounts.at(at) ?? 0n;
    return cells.some(
      (cell) => (minor > 0n && BOUGHT.test(cell)) || (minor < 0n && SOLD.test(cell)),
    );
  };
  const line = rows.find(isTurned)?.line;
  if (line === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `Line ${line} is bought and has no minus, or is sold and has one: the sign may be that of the position.`,
  );
}

/** Words for what goes out in most languages of banks, and none for what came back of it. */
const GONE_OUT =
  /\b(withdrawal|purchase|card payment|outgoing|outbound|direct debit|transfer (sent|out)|sent to|payment to|atm|lastschrift|kartenzahlung|auszahlung|abhebung|ausgehende?|retrait|achat|prélèvement|paiement (par )?carte|virement (émis|sortant)|prelievo|acquisto|addebito|pagamento pos|retiro|compra|saque|pagamento com cart|betaalautomaat|geldautomaat|kortköp|varekjøp|kortkøb|wypłata|płatność kartą|výběr|platba kartou)(?!\p{L})/iu;
const CAME_BACK =
  /refund|return|revers|cancel|cashback|rückl|storn|erstatt|gutschrift|rembours|annul|rimborso|storno|devoluci|reembolso|estorno|terugbet|zwrot|\b(deposit|received|incoming)\b/iu;

const CAME_IN =
  /\b(received|repayment|salary|payroll|thank you|incoming|deposit|refund|gutschrift|zahlungseingang|gehalt|virement reçu|salaire|nómina|stipendio|accredito|salaris)(?!\p{L})/iu;
const CHARGED =
  /\b(interest charged|late fee|annual fee|sollzinsen|zinsbelastung|intérêts débiteurs|intereses deudores)\b/iu;

/**
 * What reads like money that came has a minus, and what reads like money that went has none: the signs are those of a
 * debt, whatever balance they lead along.
 */
function refuseOwed({ mapping, textOf }: CsvTable, rows: Rows, amounts: AmountKeeper): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  let [turnedIn, turnedOut]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const [at, row] of rows.entries()) {
    const minor = amounts.at(at) ?? 0n;
    const text = textOf(row);
    const [isIn, isOut] = [CAME_IN.test(text), CHARGED.test(text) || GONE_OUT.test(text)];
    if (isIn === isOut || minor === 0n) continue;
    if (isIn === minor > 0n) return;
    if (isIn) turnedIn ??= row.line;
    else turnedOut ??= row.line;
  }
  if (turnedIn === undefined || turnedOut === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `Line ${turnedIn} reads like money that came and has a minus, line ${turnedOut} like money that went and has none.`,
  );
}

const PAYEE =
  /^(beneficiary|payee|empf[äa]e?nger(in)?|zahlungsempf[äa]e?nger(\*?in)?|b[ée]n[ée]ficiaire|beneficiario|begunstigde|odbiorca|mottagare|saaja|supplier|vendor)( name)?$/iu;

/** No amount has a sign, and the words of a line, or the names of the others, are of something that goes out. */
export function refuseWorded({ rows, mapping, amountCells }: CsvTable): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  let worded = PAYEE.test(mapping.counterparty ?? "") ? rows.at(0)?.line : undefined;
  for (const row of rows) {
    const read = readAmountText(amountCells(row).amount);
    if (read?.negative === true || read?.statesCredit === true) return;
    const text = row.cells.join(" | ");
    if (GONE_OUT.test(text) && !CAME_BACK.test(text)) worded ??= row.line;
  }
  if (worded === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `No amount has a sign, and line ${worded} reads like one that went out.`,
  );
}

/**
 * A column of one side alone, and another that has an amount wherever it has none: the other side, by a name that is
 * not known. Its lines would seem to move nothing.
 */
export function refuseHalf(rows: Rows, columns: Columns): void {
  const [debit, credit] = [columns.get("debit"), columns.get("credit")];
  const known = debit ?? credit;
  if (known === undefined || (debit !== undefined && credit !== undefined)) return;
  const taken = new Set(columns.values());
  for (let at = 0; at < widthOf(rows.slice(0, SAMPLE_ROWS)); at += 1) {
    if (taken.has(at) || !rows.every((row) => moves(row, at) !== moves(row, known))) continue;
    if (!rows.some((row) => moves(row, at))) continue;
    const other = debit === undefined ? "debit" : "credit";
    throw ambiguous(`csv.${other}`, `The column #${at + 1} may be the other side of the amounts.`);
  }
}

const moves = ({ cells }: TableRow, at: number): boolean =>
  /[1-9]/.test(cells[at] ?? "") && isAmount(cells[at] ?? "");

/** An amount that states that it came in. */
export const statesCredit = (amount: string): boolean =>
  readAmountText(amount)?.statesCredit === true;

const SPENT = /^(sale|purchase|fee|interest|cash advance)$/i;
const PAID_BACK = /^(payment|return|refund)$/i;

/** Whether a column has the kind of every line, and what was spent has a minus while nothing else has. */
function kindsAgree(rows: Rows, amounts: AmountKeeper): boolean {
  for (let at = 0; at < widthOf(rows.slice(0, SAMPLE_ROWS)); at += 1) {
    let isAnySpent = false;
    const agrees = ({ cells }: TableRow, nth: number): boolean => {
      const minor = amounts.at(nth) ?? 0n;
      const kind = cells[at] ?? "";
      isAnySpent ||= SPENT.test(kind);
      return SPENT.test(kind) ? minor < 0n : PAID_BACK.test(kind) && minor > 0n;
    };
    if (rows.every(agrees) && isAnySpent) return true;
  }
  return false;
}

/** What was paid to a card comes in, whatever else its statement counts. */
function refusePaidAway({ mapping, textOf }: CsvTable, rows: Rows, amounts: AmountKeeper): void {
  if (mapping.amount === undefined || mapping.direction !== undefined) return;
  const isTurned = (row: TableRow, at: number): boolean =>
    (amounts.at(at) ?? 0n) < 0n && isCardPayment(textOf(row));
  let positive = 0;
  for (const minor of amounts) if (minor !== undefined && minor > 0n) positive += 1;
  const isReturned = (row: TableRow, at: number): boolean =>
    (amounts.at(at) ?? 0n) < 0n && /^(purchase )?(return|refund)\b/i.test(textOf(row));
  const areSpent = positive * 2 >= amounts.length || (positive > 0 && rows.some(isReturned));
  const line = areSpent ? rows.find(isTurned)?.line : undefined;
  if (line === undefined) return;
  throw ambiguous(
    "csv.positiveIsOut",
    `Line ${line} is a payment to a card and has a minus: what is positive may be what was spent.`,
  );
}

/** Lines of a card's statement where half of the amounts or more have no minus: they may be what was spent. */
function refuseCardSigns(
  { isOfCard: isCard, mapping }: CsvTable,
  rows: Rows,
  amounts: AmountKeeper,
): void {
  // Two columns, or one of directions, say which way an amount went.
  if (!isCard || mapping.amount === undefined || mapping.direction !== undefined) return;
  let positive = 0;
  for (const minor of amounts) if (minor !== undefined && minor > 0n) positive += 1;
  if (positive * 2 < amounts.length || kindsAgree(rows, amounts)) return;
  throw ambiguous(
    "csv.positiveIsOut",
    "The file is a card's, and half of its amounts or more are positive: they may be what was spent.",
  );
}

const hasDecimals = (amount: string): boolean => /[.,]\d\d\D*$/.test(amount);

/** A file that ends within a row, with an amount that lacks the decimals of all others, has lost its end. */
function refuseCutOff({ isOpen, mapping, amountCells, placeOf }: CsvTable, rows: Rows): void {
  const last = rows.at(-1);
  if (!isOpen || mapping.amount === undefined || last === undefined || rows.length < 4) return;
  const { amount } = amountCells(last);
  const isAtEnd = last.cells.findLast((cell) => cell !== "") === amount;
  if (!isAtEnd || hasDecimals(amount)) return;
  if (!rows.slice(0, -1).every((row) => hasDecimals(amountCells(row).amount))) return;
  const faults = new StatementFaults();
  faults.add(placeOf(last, "amount"), "the file ends within this amount: all others have decimals");
  faults.refuse();
}

/** Whatever balances the amounts lead along, their signs may be those of a card or of a debt. */
export function refuseOpenSigns(table: CsvTable, rows: Rows, amounts: AmountKeeper): void {
  refuseCutOff(table, rows);
  refuseCardSigns(table, rows, amounts);
  refusePaidAway(table, rows, amounts);
  refuseBareAmounts(table);
  refuseOwed(table, rows, amounts);
}
