import type { CashEntry } from "./cash-entry.ts";
import { entryElement } from "./camt053-entry.ts";
import { amountElement, directionElement } from "./camt053-amount.ts";
import { decimalText } from "./movement.ts";
import { element } from "./xml.ts";

export interface CamtStatement {
  readonly openingBalance: number;
  readonly openingDate: string;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly entries: readonly CashEntry[];
}

const NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";

/** A bank-to-customer statement as banks have sent it since 2023. */
export function camt053(statement: CamtStatement): string {
  const created = `${statement.lastDate}T21:04:16+01:00`;
  const header = element("GrpHdr", [
    element("MsgId", "NGCB-20261120-000417"),
    element("CreDtTm", created),
    element("MsgPgntn", [element("PgNb", "1"), element("LastPgInd", "true")]),
  ]);
  const document = element(
    "Document",
    [element("BkToCstmrStmt", [header, statementElement(statement, created)])],
    {
      xmlns: NAMESPACE,
    },
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}`;
}

function statementElement(statement: CamtStatement, created: string): string {
  const booked = statement.entries.filter(({ pending }) => pending !== true);
  const closing = booked.reduce((sum, { cents }) => sum + cents, statement.openingBalance);
  return element("Stmt", [
    element("Id", "NGCB-CASH-2026-011"),
    element("ElctrncSeqNb", "11"),
    element("CreDtTm", created),
    element("FrToDt", [
      element("FrDtTm", `${statement.firstDate}T00:00:00+01:00`),
      element("ToDtTm", `${statement.lastDate}T21:00:00+01:00`),
    ]),
    accountElement(),
    balanceElement("OPBD", statement.openingBalance, statement.openingDate),
    balanceElement("CLBD", closing, statement.lastDate),
    summaryElement(booked),
    ...statement.entries.map((entry, index) => entryElement(entry, index + 1)),
  ]);
}

function accountElement(): string {
  return element("Acct", [
    element("Id", [element("IBAN", "LU219990004417820EUR")]),
    element("Ccy", "EUR"),
    element("Nm", "Custody cash"),
    element("Ownr", [element("Nm", "Harbour Lane Balanced Fund")]),
    element("Svcr", [
      element("FinInstnId", [
        element("BICFI", "NGCBLULLXXX"),
        element("Nm", "Northgate Custody Bank"),
      ]),
    ]),
  ]);
}

function balanceElement(code: string, cents: number, date: string): string {
  return element("Bal", [
    element("Tp", [element("CdOrPrtry", [element("Cd", code)])]),
    amountElement("Amt", cents),
    directionElement(cents),
    element("Dt", [element("Dt", date)]),
  ]);
}

function summaryElement(booked: readonly CashEntry[]): string {
  return element("TxsSummry", [
    totalElement("TtlNtries", booked),
    totalElement(
      "TtlCdtNtries",
      booked.filter(({ cents }) => cents >= 0),
    ),
    totalElement(
      "TtlDbtNtries",
      booked.filter(({ cents }) => cents < 0),
    ),
  ]);
}

function totalElement(name: string, entries: readonly CashEntry[]): string {
  const sum = entries.reduce((total, { cents }) => total + Math.abs(cents), 0);
  return element(name, [
    element("NbOfNtries", String(entries.length)),
    element("Sum", decimalText(sum)),
  ]);
}
