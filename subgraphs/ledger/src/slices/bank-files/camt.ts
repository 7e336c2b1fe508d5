import { xmlMinorOf } from "./bank-amount.ts";
import { readEntry } from "./camt-entry.ts";
import type { LongText } from "./long-file.ts";
import { LineKeeper } from "./packed-lines.ts";
import {
  StatementFaults,
  checkSum,
  chooseParts,
  invalidStatement,
  joinStatements,
  leads,
  type BankStatement,
} from "./statement.ts";
import { at, children, firstWithin, readXml, textAt, type XmlElement } from "./xml.ts";

/** The messages of ISO 20022 that report an account's entries, by the number in their namespace. */
export type CamtMessage = "052" | "053" | "054";

const NAMESPACE = /camt\.(05[234])\.001\.(\d{2})/;
const NEWEST_VERSION = 14;

/** The message that an XML document names at its beginning; undefined when it names none. */
export function camtMessageOf(content: string): CamtMessage | undefined {
  const found = NAMESPACE.exec(content.slice(0, 20_000))?.[1];
  return found as CamtMessage | undefined;
}

/** The entries of one statement, report or notification, and its faults: only those of the chosen account count. */
interface Part {
  readonly element: XmlElement;
  readonly lines: LineKeeper;
  readonly faults: StatementFaults;
  skipped: number;
  /** Entries, and payments within them, whatever their state. */
  entries: number;
  payments: number;
}

/**
 * Reads an ISO 20022 account statement (camt.053), account report (camt.052) or notification (camt.054) of any
 * published version, 01 to 14, for an account kept in `currency`; `iban` chooses among several accounts.
 */
export function parseCamt(
  content: string | LongText,
  message: CamtMessage,
  currency: string,
  iban?: string,
): BankStatement {
  const parts = readParts(content, message, currency);
  if (parts.length === 0)
    throw invalidStatement(`The document holds no entries of an account (${PART[message]}).`);
  const faults = new StatementFaults();
  const ofAccount = chooseParts(
    parts,
    ({ element }) => [accountOf(element), textAt(element, "Acct", "Ccy")],
    { account: iban, currency },
  );
  for (const part of ofAccount) faults.addAll(part.faults);
  faults.refuseIfAny();
  return joinStatements(ofAccount.map((part) => toStatement(part, message, currency)));
}

const PART: Readonly<Record<CamtMessage, string>> = {
  "052": "Rpt",
  "053": "Stmt",
  "054": "Ntfctn",
};

function readParts(content: string | LongText, message: CamtMessage, currency: string): Part[] {
  const parts = new Map<XmlElement, Part>();
  const partOf = (element: XmlElement): Part => {
    const known = parts.get(element);
    if (known !== undefined) return known;
    const fresh: Part = {
      element,
      lines: new LineKeeper(),
      faults: new StatementFaults(),
      skipped: 0,
      entries: 0,
      payments: 0,
    };
    parts.set(element, fresh);
    return fresh;
  };
  const root = readXml(content, {
    Ntry: (entry, parent) => {
      const part = partOf(parent);
      const lines = readEntry(entry, {
        currency,
        faults: part.faults,
        isOfBooked: message === "053",
      });
      for (const line of lines) part.lines.add(line);
      if (lines.length === 0) part.skipped += 1;
      part.entries += 1;
      part.payments += children(entry, "NtryDtls").flatMap((group) =>
        children(group, "TxDtls"),
      ).length;
    },
  });
  const document = firstWithin(root, "Document") ?? root;
  checkVersion([...root.attributes.values(), ...document.attributes.values()], message);
  return document.members.flatMap((body) => children(body, PART[message])).map(partOf);
}

function checkVersion(namespaces: readonly string[], message: CamtMessage): void {
  const [, stated, version] = NAMESPACE.exec(namespaces.join(" ")) ?? [];
  if (stated === undefined || stated === message) {
    const number = Number(version ?? Number.NaN);
    if (number >= 1 && number <= NEWEST_VERSION) return;
  }
  const is = stated === undefined ? "no camt message" : `camt.${stated}.001.${version}`;
  throw invalidStatement(
    `The document is ${is}; a camt.${message} of version 01 to ${NEWEST_VERSION} is expected.`,
  );
}

function toStatement(part: Part, message: CamtMessage, currency: string): BankStatement {
  const {
    element,
    lines: { all: lines },
    skipped,
  } = part;
  const [opening, closing] = BALANCES[message].map((codes, end) =>
    codes
      .map((code) => balanceOf(element, code, end === 0 ? "FIRST" : "LAST", currency))
      .find((balance) => balance !== undefined),
  );
  const stated = { lines, openingMinor: opening, closingMinor: closing };
  // A report of the day may have the day's balances and only the entries since the report before.
  const isPartial = message !== "053" && !leads(stated);
  if (!isPartial) checkSum(stated, currency);
  if (opening === undefined || closing === undefined) checkCount(part);
  const balances = isPartial
    ? { openingMinor: undefined, closingMinor: undefined }
    : { openingMinor: opening, closingMinor: closing };
  return { iban: accountOf(element), ...balances, breaks: [], lines, skipped };
}

/** Where no balances prove that all is there, the summary does: it counts entries, or their payments. */
function checkCount({ element, entries, payments }: Part): void {
  const stated = Number(textAt(element, "TxsSummry", "TtlNtries", "NbOfNtries") ?? 0);
  if (stated <= Math.max(entries, payments) || Number.isNaN(stated)) return;
  throw invalidStatement(
    `The document counts ${stated} entries (TxsSummry) and holds ${entries}; it is incomplete.`,
  );
}

/** Codes of the opening and the closing booked balance, the one that counts first. */
const BALANCES: Readonly<Record<CamtMessage, readonly (readonly string[])[]>> = {
  "052": [
    ["OPBD", "PRCD"],
    ["CLBD", "ITBD"],
  ],
  "053": [["OPBD", "PRCD"], ["CLBD"]],
  "054": [[], []],
};

const accountOf = (part: XmlElement): string | undefined =>
  textAt(part, "Acct", "Id", "IBAN") ??
  textAt(part, "Acct", "Id", "Othr", "Id") ??
  textAt(part, "Acct", "Id", "PrtryAcct", "Id");

/** The day of a balance; empty when it has none. */
const dayOf = (balance: XmlElement): string =>
  (textAt(balance, "Dt", "Dt") ?? textAt(balance, "Dt", "DtTm") ?? "").slice(0, 10);

const codeOf = (balance: XmlElement): string | undefined =>
  textAt(balance, "Tp", "CdOrPrtry", "Cd") ??
  textAt(balance, "Tp", "CdOrPrtry", "Prtry") ??
  textAt(balance, "Tp", "Cd");

/** Some banks give each balance in other currencies, too. */
const isIn = (currency: string, amount: XmlElement | undefined): boolean =>
  (amount?.attributes.get("Ccy") ?? currency) === currency;

/** What may be overdrawn is no balance: a bank may include it, and states so. */
const creditWithin = (balance: XmlElement, currency: string): bigint =>
  children(balance, "CdtLine")
    .filter(
      (line) => /^(true|1)$/.test(textAt(line, "Incl") ?? "") && isIn(currency, at(line, "Amt")),
    )
    .reduce((sum, line) => sum + (xmlMinorOf(textAt(line, "Amt") ?? "0", currency) ?? 0n), 0n);

/** A statement of several days may have balances of each: the first to open it, the last to close it. */
function balanceOf(
  part: XmlElement,
  code: string,
  which: "FIRST" | "LAST",
  currency: string,
): bigint | undefined {
  const [balance] = children(part, "Bal")
    .filter((each) => codeOf(each) === code && isIn(currency, at(each, "Amt")))
    .toSorted((one, other) => {
      const [first, second] = which === "FIRST" ? [one, other] : [other, one];
      return dayOf(first) < dayOf(second) ? -1 : dayOf(first) > dayOf(second) ? 1 : 0;
    });
  const amount = textAt(balance, "Amt");
  if (balance === undefined || amount === undefined) return undefined;
  const minor = xmlMinorOf(amount, currency);
  const size = textAt(balance, "CdtDbtInd") === "DBIT" ? -(minor ?? 0n) : minor;
  if (minor !== undefined && size !== undefined) return size - creditWithin(balance, currency);
  const faults = new StatementFaults();
  faults.add(balance.line, `the balance "${amount.slice(0, 40)}" cannot be read in ${currency}`);
  return faults.refuse();
}
