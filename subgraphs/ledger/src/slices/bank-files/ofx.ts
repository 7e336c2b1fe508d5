import { currencyScale } from "@allfunds/contract/money";
import { parseBankAmount } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import { cutBefore, PackedList, type LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import type { Sequence } from "./sequence.ts";
import {
  StatementFaults,
  chooseParts,
  cleanText,
  referenceIn,
  detailsOf,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

/** The elements of an aggregate by their names, the first of equal ones, and where it begins in the file. */
interface Aggregate {
  readonly line: number;
  readonly of: Map<string, string>;
}

/** A transaction as it was written. */
interface OfxTransaction {
  readonly line: number;
  readonly elements: readonly (readonly [name: string, text: string])[];
}

/** A statement of one account, as it was written. */
interface OfxStatement extends Aggregate {
  readonly transactions: PackedList<OfxTransaction>;
  pending: number;
}

/** Whether a text is an OFX document of version 1 (SGML) or 2 (XML); QFX files are the same. */
export const isOfx = (content: string): boolean => /<OFX>/i.test(content.slice(0, 20_000));

/**
 * Reads the statements of bank and card accounts in an OFX or QFX file for an account kept in `currency`; `account`
 * chooses among several accounts. Amounts are signed as the account's owner sees them.
 */
export function parseOfx(
  content: string | LongText,
  currency: string,
  account?: string,
): BankStatement {
  const statements = statementsIn(content);
  if (statements.length === 0) throw invalidStatement("The file holds no OFX statement.");
  const faults = new StatementFaults();
  const parts = chooseParts(
    statements,
    ({ of }) => [of.get("ACCTID"), of.get("CURDEF")?.toUpperCase()],
    {
      account,
      currency,
    },
  );
  const read = parts.map((statement) => readStatement(statement, currency, faults));
  faults.refuseIfAny();
  return joinStatements(read);
}

const ELEMENT = /<(\/?)([A-Za-z][\w.]*)[^<>]*>([^<]*)/g;
const STATEMENTS: ReadonlySet<string> = new Set(["STMTRS", "CCSTMTRS"]);

function statementsIn(content: string | LongText): OfxStatement[] {
  const walk = new OfxWalk();
  const lines = new LineCounter();
  let isEnded = false;
  for (const text of cutBefore("<", content)) {
    if (/<!(DOCTYPE|ENTITY)/i.test(text))
      throw invalidStatement("A document type declaration (DOCTYPE) is not accepted.");
    lines.begin(text);
    for (const { 1: slash, 2: tag = "", 3: value = "", index } of text.matchAll(ELEMENT)) {
      walk.take(tag.toUpperCase(), slash === "/", value, () => lines.at(index));
      isEnded ||= slash === "/" && tag.toUpperCase() === "OFX";
    }
    lines.end();
  }
  // Cut off within an amount, it would be posted without its last digits.
  if (!isEnded) throw invalidStatement("The file is cut off: it has no end (</OFX>).");
  return walk.end();
}

/**
 * Walks through the elements once. In SGML an element ends with the next one, so only the aggregates that matter are
 * tracked by their ends.
 */
class OfxWalk {
  readonly #statements: OfxStatement[] = [];
  #statement: OfxStatement | undefined;
  #inner: Aggregate | undefined;
  #isTransaction = false;
  #prefix = "";
  #isInvestment = false;

  take(name: string, isEnd: boolean, text: string, line: () => number): void {
    if (name === "INVSTMTRS") this.#isInvestment = true;
    if (STATEMENTS.has(name)) {
      this.#endInner();
      this.#statement = isEnd ? undefined : startStatement(line());
      if (this.#statement !== undefined) this.#statements.push(this.#statement);
    } else if (this.#statement !== undefined && name === "STMTTRN") {
      this.#endInner();
      if (!isEnd) this.#begin(line(), true);
    } else if (this.#statement !== undefined && name === "STMTTRNP" && !isEnd) {
      this.#endInner();
      this.#statement.pending += 1;
      this.#begin(0, false);
    } else if (PREFIXES.has(name)) {
      if (BALANCES.has(name)) this.#endInner();
      this.#prefix = isEnd ? "" : `${name}.`;
    } else if (!isEnd) {
      keep(this.#inner ?? this.#statement, `${this.#prefix}${name}`, text);
    }
  }

  end(): OfxStatement[] {
    this.#endInner();
    if (this.#isInvestment && this.#statements.length === 0)
      throw invalidStatement(
        "The file is of an investment account; statements of bank and card accounts are read.",
      );
    return this.#statements;
  }

  #begin(line: number, isTransaction: boolean): void {
    this.#inner = { line, of: new Map() };
    this.#isTransaction = isTransaction;
  }

  #endInner(): void {
    if (this.#inner !== undefined && this.#isTransaction) {
      const { line, of } = this.#inner;
      this.#statement?.transactions.add({ line, elements: [...of] });
    }
    this.#inner = undefined;
  }
}

/** Aggregates whose elements have names that occur elsewhere, too. */
const PREFIXES: ReadonlySet<string> = new Set([
  "LEDGERBAL",
  "AVAILBAL",
  "BAL",
  "CURRENCY",
  "ORIGCURRENCY",
  "BANKACCTTO",
  "CCACCTTO",
  "PAYEE",
]);

/** Aggregates behind the transactions: some programs leave the end of the last one out. */
const BALANCES: ReadonlySet<string> = new Set(["LEDGERBAL", "AVAILBAL"]);

const startStatement = (line: number): OfxStatement => ({
  line,
  of: new Map(),
  transactions: new PackedList(),
  pending: 0,
});

function keep(aggregate: Aggregate | undefined, name: string, text: string): void {
  if (aggregate === undefined || aggregate.of.has(name)) return;
  const end = text.search(/[\r\n]/);
  const value = unescaped(end === -1 ? text : text.slice(0, end)).trim();
  if (value !== "") aggregate.of.set(name, value);
}

/** The lines of a text that comes in pieces; indexes in a piece come in ascending order. */
class LineCounter {
  #line = 1;
  #text = "";
  #next = -1;

  begin(text: string): void {
    this.#text = text;
    this.#next = text.indexOf("\n");
  }

  at(index: number): number {
    while (this.#next !== -1 && this.#next < index) {
      this.#line += 1;
      this.#next = this.#text.indexOf("\n", this.#next + 1);
    }
    return this.#line;
  }

  end(): void {
    this.at(this.#text.length);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};
const unescaped = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#(\d{1,6})|(\w{2,4}));/g, (whole, code?: string, name?: string) =>
        code === undefined
          ? (ENTITIES[name ?? ""] ?? whole)
          : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
      )
    : text;

function readStatement(
  { of, line, transactions, pending }: OfxStatement,
  currency: string,
  faults: StatementFaults,
): BankStatement {
  const read = new LineKeeper();
  const corrected = correctedIn(transactions, faults);
  let withdrawn = 0;
  for (const { line: at, elements } of transactions) {
    const each = { line: at, of: new Map(elements) };
    if (each.of.get("TRNTYPE") === "HOLD" || isWithdrawn(each, corrected)) withdrawn += 1;
    else for (const line of readLine(each, currency, faults)) read.add(line);
  }
  const lines = read.all;
  if (!faults.areAny) refuseUnsignedDebits(transactions, lines, faults);
  const balance = of.get("LEDGERBAL.BALAMT");
  const moved = linesAndSkipped(lines);
  return {
    iban: of.get("ACCTID"),
    openingMinor: undefined,
    closingMinor: balance === undefined ? undefined : amountOf(balance, currency, line, faults),
    breaks: [],
    lines: moved.lines,
    skipped: moved.skipped + pending + withdrawn,
  };
}

/** The numbers of transactions that others of the file replace or delete. What corrects an earlier file is a fault. */
function correctedIn(
  transactions: Iterable<OfxTransaction>,
  faults: StatementFaults,
): ReadonlySet<string> {
  const corrections = new Map<string, number>();
  for (const { line, elements } of transactions)
    for (const [name, id] of elements) if (name === "CORRECTFITID") corrections.set(id, line);
  const corrected = new Set(corrections.keys());
  if (corrected.size === 0) return corrected;
  for (const { elements } of transactions)
    for (const [name, id] of elements) if (name === "FITID") corrections.delete(id);
  for (const [id, line] of corrections)
    faults.add(
      line,
      `the transaction corrects ${id.slice(0, 40)} of an earlier file: reverse that one, and remove this one from the file or post it by hand`,
    );
  return corrected;
}

const isWithdrawn = ({ of }: Aggregate, corrected: ReadonlySet<string>): boolean =>
  of.get("CORRECTACTION") === "DELETE" || corrected.has(of.get("FITID") ?? "");

const DEBITS: ReadonlySet<string> = new Set(["DEBIT", "CHECK", "PAYMENT", "DIRECTDEBIT", "ATM"]);

/** Whether no debit has a minus, and every credit has one: those of a card as its bank sees them. */
function areTurned(transactions: Iterable<OfxTransaction>): boolean {
  const [debits, credits] = [new Set<boolean>(), new Set<boolean>()];
  for (const { elements } of transactions) {
    const of = new Map(elements);
    const isNegative = of.get("TRNAMT")?.startsWith("-") === true;
    if (of.get("TRNTYPE") === "DEBIT") debits.add(isNegative);
    if (of.get("TRNTYPE") === "CREDIT") credits.add(isNegative);
  }
  return debits.has(false) && !debits.has(true) && credits.has(true) && !credits.has(false);
}

/** Some programs write debits without a minus; read as they stand, all of them would have come in. */
function refuseUnsignedDebits(
  transactions: Iterable<OfxTransaction>,
  lines: Sequence<BankStatementLine>,
  faults: StatementFaults,
): void {
  if (
    lines.length === 0 ||
    !(areTurned(transactions) || lines.every(({ amountMinor }) => amountMinor > 0n))
  )
    return;
  for (const { elements, line } of transactions) {
    const of = new Map(elements);
    const type = of.get("TRNTYPE") ?? "";
    if (DEBITS.has(type))
      faults.add(
        line,
        `${type} of ${of.get("TRNAMT")}: a debit has a minus, and those of the file have none`,
      );
  }
}

function readLine(
  { of, line }: Aggregate,
  currency: string,
  faults: StatementFaults,
): BankStatementLine[] {
  const written = of.get("DTPOSTED");
  const date = dateOf(written);
  if (date === undefined)
    faults.add(line, `"${(written ?? "").slice(0, 40)}" is not a date (DTPOSTED)`);
  // Beside ORIGCURRENCY the amount is converted; beside CURRENCY it is not.
  const own = of.get("CURRENCY.CURSYM") ?? currency;
  if (own !== currency)
    faults.add(line, `the amount is in ${own.slice(0, 3)} (CURRENCY), not in ${currency}`);
  const amountMinor = amountOf(of.get("TRNAMT") ?? "", currency, line, faults);
  if (date === undefined || amountMinor === undefined) return [];
  const name = cleanText(of.get("NAME") ?? of.get("PAYEE.NAME") ?? "", 200);
  const memo = cleanText(of.get("MEMO") ?? "", 500);
  return [
    {
      fileLine: line,
      amountMinor,
      effectiveDate: dateOf(of.get("DTAVAIL")) ?? date,
      bookingDate: date,
      description: memo || name || "Statement line",
      reference: referenceIn(of.get("FITID") ?? ""),
      counterparty: name || undefined,
      reversal: false,
      details: detailsOfLine(of, currency),
    },
  ];
}

function detailsOfLine(of: ReadonlyMap<string, string>, currency: string): Record<string, string> {
  const rate = of.get("CURRENCY.CURRATE") ?? of.get("ORIGCURRENCY.CURRATE");
  const symbol = of.get("CURRENCY.CURSYM") ?? of.get("ORIGCURRENCY.CURSYM");
  const other = of.get("BANKACCTTO.ACCTID") ?? of.get("CCACCTTO.ACCTID");
  return detailsOf({
    transactionType: of.get("TRNTYPE"),
    checkNumber: of.get("CHECKNUM"),
    customerReference: of.get("REFNUM"),
    counterpartyAccount: other,
    exchangeRate: rate === undefined ? undefined : `${rate} ${symbol ?? ""}/${currency}`,
  });
}

const readDay = dateReader("YYYYMMDD");
const dateOf = (text: string | undefined): string | undefined => readDay(text?.slice(0, 8) ?? "");

/**
 * The standard allows a comma or a point before the decimals, and no signs between thousands; some programs write
 * them. What could be thousands or thousandths is a fault.
 */
function amountOf(
  text: string,
  currency: string,
  line: number,
  faults: StatementFaults,
): bigint | undefined {
  const marks = text.match(/[.,]/g) ?? [];
  const isOpen = marks.length === 1 && /[1-9]\d*[.,]\d{3}$/.test(text);
  if (isOpen && currencyScale(currency) < 3) {
    faults.add(line, `"${text.slice(0, 40)}" may be thousands, or have three decimals`);
    return undefined;
  }
  const separator = marks.at(-1) === "," ? "," : ".";
  return faults.catching(line, () => parseBankAmount(text, currency, separator));
}
