import { XMLParser, XMLValidator } from "fast-xml-parser";
import { minorOf } from "./bank-amount.ts";
import {
  StatementFaults,
  checkSum,
  chooseAccount,
  invalidStatement,
  joinStatements,
  requireCurrency,
  type BankStatement,
  type BankStatementLine,
} from "./statement.ts";
import {
  at,
  children,
  readEntry,
  textAt,
  type CamtReading,
  type XmlNode,
} from "./camt053-entry.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  // The entities of XML and HTML and character numbers only: documents that declare their own are refused.
  processEntities: true,
  htmlEntities: true,
});

const NAMESPACE = /xmlns(?::\w+)?\s*=\s*["'][^"']*camt\.053\.001\.(\d{2})["']/;
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 14;

/**
 * Reads an ISO 20022 camt.053 statement (versions 02 to 14) for an account kept in `currency`; `iban` chooses among
 * several accounts of one document.
 */
export function parseCamt053(content: string, currency: string, iban?: string): BankStatement {
  const root = readXml(content);
  const all = children(at(root, "Document", "BkToCstmrStmt"), "Stmt");
  if (all.length === 0) throw invalidStatement("The document holds no bank statement (Stmt).");
  const chosen = chooseAccount(all.map(ibanOf), iban);
  const faults = new StatementFaults();
  const nextLine = lineCounter(content);
  const parts = all.flatMap((statement) => {
    if (ibanOf(statement) === chosen)
      return [readStatement(statement, { currency, faults, nextLine })];
    children(statement, "Ntry").forEach(nextLine);
    return [];
  });
  faults.refuseIfAny();
  return joinStatements(parts);
}

function readXml(content: string): XmlNode {
  // A statement needs no document type; entities declared in one are a known way to attack parsers.
  if (/<!(DOCTYPE|ENTITY)/i.test(content)) {
    throw invalidStatement("A document type declaration (DOCTYPE) is not accepted.");
  }
  const validity = XMLValidator.validate(content);
  if (validity !== true) {
    const { line, msg } = validity.err;
    const faults = new StatementFaults();
    faults.add(line, `the XML cannot be read: ${msg}`);
    faults.refuseIfAny();
  }
  const version = Number(NAMESPACE.exec(content)?.[1] ?? Number.NaN);
  if (!(version >= OLDEST_VERSION && version <= NEWEST_VERSION)) {
    throw invalidStatement("The document is not a camt.053 statement of version 02 to 14.");
  }
  return parser.parse(content) as XmlNode;
}

/** Counts the line on which each entry starts, in document order; the parser itself keeps no lines. */
function lineCounter(content: string): () => number {
  const entry = /<(?:[\w.-]+:)?Ntry[\s>]/g;
  let line = 1;
  let seen = 0;
  return () => {
    const found = entry.exec(content)?.index ?? content.length;
    for (; seen < found; seen += 1) if (content.charCodeAt(seen) === 10) line += 1;
    return line;
  };
}

function readStatement(statement: XmlNode, reading: CamtReading): BankStatement {
  const { currency, faults } = reading;
  const stated = textAt(statement, "Acct", "Ccy");
  requireCurrency(stated, currency);
  const lines: BankStatementLine[] = [];
  let skipped = 0;
  for (const entry of children(statement, "Ntry")) {
    const read = readEntry(entry, reading);
    if (read.length === 0) skipped += 1;
    lines.push(...read);
  }
  faults.refuseIfAny();
  const openingMinor =
    balanceOf(statement, "OPBD", currency) ?? balanceOf(statement, "PRCD", currency);
  const closingMinor = balanceOf(statement, "CLBD", currency);
  checkSum({ lines, openingMinor, closingMinor }, currency);
  return { iban: ibanOf(statement), openingMinor, closingMinor, breaks: [], lines, skipped };
}

const ibanOf = (statement: XmlNode): string | undefined =>
  textAt(statement, "Acct", "Id", "IBAN") ?? textAt(statement, "Acct", "Id", "Othr", "Id");

function balanceOf(statement: XmlNode, code: string, currency: string): bigint | undefined {
  const balance = children(statement, "Bal").find(
    (candidate) => textAt(candidate, "Tp", "CdOrPrtry", "Cd") === code,
  );
  const amount = textAt(balance, "Amt");
  if (amount === undefined) return undefined;
  const minor = parseStatementAmount(amount, currency);
  return textAt(balance, "CdtDbtInd") === "DBIT" ? -minor : minor;
}

function parseStatementAmount(amount: string, currency: string): bigint {
  const minor = minorOf(amount, currency, ".");
  if (minor === undefined)
    throw invalidStatement(`A balance cannot be read: "${amount.slice(0, 40)}".`);
  return minor;
}
