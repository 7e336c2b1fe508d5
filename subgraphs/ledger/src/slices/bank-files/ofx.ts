import { DECIMAL_SEPARATORS, parseBankAmount } from "./bank-amount.ts";
import { dateReader } from "./bank-date.ts";
import {
  StatementFaults,
  chooseAccount,
  cleanText,
  invalidStatement,
  joinStatements,
  linesAndSkipped,
  requireCurrency,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";

/** A block of an OFX document: its elements, and where it begins in the file. */
interface Block {
  readonly text: string;
  readonly line: number;
}

/** Whether a text is an OFX document of version 1 (SGML) or 2 (XML); QFX files are the same. */
export const isOfx = (content: string): boolean => /<OFX>/i.test(content);

/**
 * Reads the statements of bank and card accounts in an OFX or QFX file for an account kept in `currency`; `account`
 * chooses among several accounts. Amounts are signed as the account's owner sees them.
 */
export function parseOfx(content: string, currency: string, account?: string): BankStatement {
  const statements = [...blocks(content, "STMTRS"), ...blocks(content, "CCSTMTRS")];
  if (statements.length === 0) throw invalidStatement("The file holds no OFX statement.");
  const chosen = chooseAccount(statements.map(accountOf), account);
  const faults = new StatementFaults();
  const parts = statements
    .filter((statement) => accountOf(statement) === chosen)
    .map((statement) => readStatement(statement, currency, faults));
  faults.refuseIfAny();
  return joinStatements(parts);
}

const accountOf = ({ text }: Block): string | undefined => element(text, "ACCTID");

function blocks(content: string, name: string): Block[] {
  const pattern = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "gi");
  return [...content.matchAll(pattern)].map(({ 1: text = "", index }) => ({
    text,
    line: lineAt(content, index),
  }));
}

const lineAt = (content: string, index: number): number =>
  content.slice(0, index).split("\n").length;

/** The text of an element: in SGML it ends with its line or with the next element. */
function element(block: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<\\r\\n]*)`, "i").exec(block)?.[1]?.trim();
  return text === undefined || text === "" ? undefined : unescaped(text);
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
  text.replace(/&(?:#(\d{1,6})|(\w{2,4}));/g, (whole, code?: string, name?: string) =>
    code === undefined
      ? (ENTITIES[name ?? ""] ?? whole)
      : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
  );

function readStatement(
  { text, line }: Block,
  currency: string,
  faults: StatementFaults,
): BankStatement {
  requireCurrency(element(text, "CURDEF"), currency);
  const lines = blocks(text, "STMTTRN").flatMap((block) =>
    readLine({ ...block, line: line + block.line - 1 }, currency, faults),
  );
  const balance = blocks(text, "LEDGERBAL")[0];
  const written = balance && element(balance.text, "BALAMT");
  return {
    iban: element(text, "ACCTID"),
    openingMinor: undefined,
    closingMinor: written === undefined ? undefined : amountOf(written, currency, line, faults),
    breaks: [],
    ...linesAndSkipped(lines),
  };
}

function readLine(
  { text, line }: Block,
  currency: string,
  faults: StatementFaults,
): BankStatementLine[] {
  const date = dateOf(element(text, "DTPOSTED"));
  if (date === undefined) faults.add(line, "the transaction has no valid date (DTPOSTED)");
  const amountMinor = amountOf(element(text, "TRNAMT") ?? "", currency, line, faults);
  if (date === undefined || amountMinor === undefined) return [];
  const name = cleanText(element(text, "NAME") ?? element(text, "PAYEE") ?? "", 200);
  const memo = cleanText(element(text, "MEMO") ?? "", 500);
  const code = element(text, "TRNTYPE");
  return [
    {
      fileLine: line,
      amountMinor,
      effectiveDate: dateOf(element(text, "DTAVAIL")) ?? date,
      bookingDate: date,
      description: memo || name || "Statement line",
      reference: cleanText(element(text, "FITID") ?? "", 140) || null,
      counterparty: name || undefined,
      reversal: false,
      details: code === undefined ? {} : { transactionType: cleanText(code, 40) },
    },
  ];
}

const readDay = dateReader("YYYYMMDD");
const dateOf = (text: string | undefined): string | undefined => readDay(text?.slice(0, 8) ?? "");

/** The standard allows a comma or a point before the decimals, and no signs between thousands. */
function amountOf(
  text: string,
  currency: string,
  line: number,
  faults: StatementFaults,
): bigint | undefined {
  const separator = DECIMAL_SEPARATORS.find((sign) => text.includes(sign)) ?? ".";
  return faults.catching(line, () => parseBankAmount(text, currency, separator));
}
