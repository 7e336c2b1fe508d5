import { readAmountText } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import type { TableRow } from "./file-table.ts";

/** What a column of a bank's table can mean. */
export type ColumnRole =
  | "date"
  | "valueDate"
  | "amount"
  | "debit"
  | "credit"
  | "direction"
  | "status"
  | "currency"
  | "balance"
  | "description"
  | "counterparty"
  | "counterpartyIban"
  | "accountIban"
  | "reference";

/** Names that banks give their columns, the likeliest first; compared without case, accents and signs. */
const NAMES: Readonly<Record<ColumnRole, readonly RegExp[]>> = {
  date: [
    /^(booking|posting|posted|transaction|buchungs|completed|boek|operation) ?(date|tag|datum|day)?$/,
    /^(buchung|boekdatum|data( operacji| ksiegowania)?|datum|date( comptable| d ?operation| de l operation)?|fecha( operacion| contable)?|date completed( utc)?|created( utc)?|תאריך)$/,
    /^date\b/,
    /\bdate$/,
  ],
  valueDate: [
    /^(value ?date|valuta|valuta ?datum|wertstellung|wert|date( de)? valeur|fecha valor|rentedatum|data waluty|תאריך ערך)$/,
  ],
  amount: [
    /^(amount|betrag|umsatz|montant|importe|bedrag|kwota|castka|סכום|net amount|net)$/,
    /^(amount|betrag|umsatz|montant|importe|bedrag|kwota)\b/,
    /\bamount$/,
  ],
  debit: [
    /^(debit|debits|debit amount|paid out|money out|withdrawals?|soll|lastschrift|belastung|belastungen|cargo|debe|uitgaven|חובה)$/,
    /^(debit|belastung|debe)\b/,
  ],
  credit: [
    /^(credit|credits|credit amount|paid in|money in|deposits?|haben|gutschrift|gutschriften|abono|haber|inkomsten|זכות)$/,
    /^(credit|gutschrift|haber)\b/,
  ],
  direction: [
    /^(dc|d c|cd|c d|dr cr|cr dr|drcr|debit credit|credit debit|debit or credit|credit or debit|cdtdbtind|indicator|soll haben|s h|sh|soll haben kennzeichen|af bij|sens|direction|sign|type)$/,
  ],
  status: [/^(status|state|booking status|transaction status|umsatzstatus|statut|estado|סטטוס)$/],
  currency: [
    /^(currency|ccy|curr|waehrung|wahrung|wahr|devise|divisa|moneda|munt|waluta|mena|מטבע)$/,
  ],
  balance: [
    /^(balance|running balance|saldo|kontostand|solde|saldo nach buchung|balance after|יתרה)\b/,
  ],
  description: [
    /^(description|remittance information|remittance|purpose|verwendungszweck|buchungstext|details?|narrative|text|memo|libelle|concepto|descripcion|omschrijving|mededelingen|tytul|popis|תיאור|פרטים)$/,
    /^(description|remittance|verwendungszweck|libelle|concepto|naam omschrijving|payment details|transaction details)/,
    /(text|description)$/,
  ],
  counterparty: [
    /^(counterparty|payee|payer|beneficiary|name|empfanger|empfaenger|auftraggeber|beguenstigter|beguns|zahlungsempfanger|auftraggeber empfanger|name zahlungsbeteiligter|counterparty name|partner name|beneficiaire|beneficiario|tegenpartij|naam|kontrahent)$/,
    /^(counterparty|beguenstigter|begunstigter|beneficiary|zahlungsbeteiligter|empfanger)/,
  ],
  counterpartyIban: [
    /^(counterparty (iban|account)|iban zahlungsbeteiligter|kontonummer iban|partner iban|tegenrekening|tegenrekening iban)$/,
  ],
  accountIban: [
    /^(auftragskonto|iban auftragskonto|account|account number|account iban|own iban|rekening|iban|compte)$/,
  ],
  reference: [
    /^(reference|bank reference|transaction id|id|ref|referenz|kundenreferenz|transaction reference|referentie|referencia|אסמכתא)$/,
    /\breference$/,
  ],
};

const normalise = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Which column of a header has which role. A column has one role at most, and gets the one whose name fits best. */
export function rolesOf(header: readonly string[]): Map<ColumnRole, number> {
  const names = header.map(normalise);
  const found = new Map<ColumnRole, number>();
  const taken = new Set<number>();
  const most = Math.max(...Object.values(NAMES).map((patterns) => patterns.length));
  for (let rank = 0; rank < most; rank += 1) {
    for (const role of Object.keys(NAMES) as ColumnRole[]) {
      const pattern = NAMES[role][rank];
      if (pattern === undefined || found.has(role)) continue;
      const at = names.findIndex((name, index) => !taken.has(index) && pattern.test(name));
      if (at === -1) continue;
      found.set(role, at);
      taken.add(at);
    }
  }
  return found;
}

/** Whether a header has a date and an amount. */
export const isHeader = (cells: readonly string[]): boolean => {
  const roles = rolesOf(cells);
  return (
    (roles.has("date") || roles.has("valueDate")) &&
    (roles.has("amount") || roles.has("debit") || roles.has("credit"))
  );
};

/** The roles of a table without a header, by what its columns hold. */
export function rolesByContent(rows: readonly TableRow[]): Map<ColumnRole, number> {
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const roles = new Map<ColumnRole, number>();
  const texts: { at: number; chars: number }[] = [];
  for (let at = 0; at < width; at += 1) {
    const cells = rows.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
    if (cells.length === 0) continue;
    if (dateFormatsOf(cells).length > 0) {
      if (!roles.has("date")) roles.set("date", at);
      else if (!roles.has("valueDate")) roles.set("valueDate", at);
    } else if (
      cells.every((cell) => /[.,-]|^0$/.test(cell) && readAmountText(cell) !== undefined)
    ) {
      if (!roles.has("amount")) roles.set("amount", at);
      else if (!roles.has("balance")) roles.set("balance", at);
    } else {
      texts.push({ at, chars: cells.reduce((sum, cell) => sum + cell.length, 0) });
    }
  }
  const longest = texts.toSorted((one, other) => other.chars - one.chars)[0];
  if (longest !== undefined) roles.set("description", longest.at);
  return roles;
}
