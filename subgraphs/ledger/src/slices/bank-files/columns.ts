import { readAmountText } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import { isOut, stateOf } from "./csv-words.ts";
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
  | "payer"
  | "payee"
  | "counterpartyIban"
  | "accountIban"
  | "reference"
  | DetailRole;

/** Columns that are kept beside a line and decide nothing. */
export const DETAIL_ROLES = [
  "endToEndId",
  "mandateId",
  "creditorId",
  "counterpartyBic",
  "originalAmount",
  "originalCurrency",
  "exchangeRate",
  "charges",
  "returnReason",
  "checkNumber",
  "purpose",
] as const;
type DetailRole = (typeof DETAIL_ROLES)[number];

/** Names that banks give their columns, the likeliest first; compared without case, accents and signs. */
const NAMES: Readonly<Record<ColumnRole, readonly RegExp[]>> = {
  date: [
    /^(booking|posting|posted|post|transaction|txn|buchungs|completed|boek|operation|bogforings|bokforings) ?(date|tag|datum|dag|dato|day)?$/,
    /^(buchung|boekdatum|data( operacji| ksiegowania| operazione| contabile| lancamento| movimento)?|datum|dato|date( comptable| de comptabilisation| d ?operation| de l operation|op| d execution| operation)?|(f|fecha)( operacion| contable)?|date completed( utc)?|created( utc)?|日付|取引日|תאריך)$/,
    /^(date|f fecha|fecha)\b/,
    /\b(date|datum|fecha|data)$/,
  ],
  valueDate: [
    /^(value ?date|val ?date|valuta|valuta ?datum|wertstellungs?(datum)?|wertstellung valuta|wert|date( de)? valeur|dateval|f(echa)? valor|data valuta|rentedatum|rentedato|interest date|data waluty|תאריך ערך)$/,
  ],
  amount: [
    /^(net|netto|net amount|nettobetrag)$/,
    /^(amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|castka|objem|belopp|belob|valor|value|gross|brutto|金額|入出金( 円)?|סכום)$/,
    /^(amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|belop|valor)\b/,
    /\bamount$/,
  ],
  debit: [
    /^(debits?|debit amount|paid out|money out|out|withdrawals?|withdrawal amount( inr)?|soll|lastschrift|belastung|belastungen|ausgang|ausgaben|cargo|debe|debito|uitgaven|uscite|dare|addebiti|debet|ut fra konto|ut|支払い金額|お支払金額|出金|出金額|חובה)$/,
    /^(debit|lastschrift|belastung|debe|withdrawal|cargo)\b/,
  ],
  credit: [
    /^(credits?|credit amount|paid in|money in|in|deposits?|deposit amount( inr)?|haben|gutschrift|gutschriften|eingang|einnahmen|abono|haber|credito|inkomsten|entrate|avere|accrediti|inn pa konto|inn|預かり金額|お預り金額|入金|入金額|זכות)$/,
    /^(credit|gutschrift|haber|deposit|abono)\b/,
  ],
  direction: [
    /^(dc|d c|cd|c d|dr cr|cr dr|drcr|debit credit|credit debit|debit or credit|credit or debit|cdtdbtind|indicator|soll haben|s h|sh|soll haben kennzeichen|af bij|sens|direction|sign|transaction type|type)$/,
  ],
  status: [
    /^(status|state|booking status|transaction status|umsatzstatus|statut|estado|stato|info|סטטוס)$/,
  ],
  currency: [
    /^(currency|ccy|curr|waehrung|wahrung|wahr|devise|devise du compte|divisa|moneda|valuta|munt|waluta|mena|מטבע)$/,
  ],
  balance: [
    /^(balance|running bal(ance)?|closing balance|account balance after|saldo|kontostand|solde|saldo nach buchung|saldo na (trn|mutatie)|balance after|差引残高|残高|יתרה)\b/,
    /^(差引残高|残高|יתרה)( 円)?$/,
  ],
  description: [
    /^(verwendungszweck|vorgang verwendungszweck|remittance information|remittance|payment reference|mededelingen|communication|tytul|opis transakcji|libelle operation|descrizione completa|avisierungstext|摘要内容)$/,
    /^(description|purpose|libelle|label|concepto|descripcion|descrizione|descricao|omschrijving|omschrijving 1|beschreibung ?1?|buchungs details|opis operacji|popis|zprava pro prijemce|tekst|forklaring|rubrik|title|transaction remarks|narration|particulars|transaction ref ?1|摘要|入出金先内容|תיאור|תיאור הפעולה|פרטים)$/,
    /^(details?|narrative|memo|notes|buchungstext|text|transaction description)$/,
    /^(description|remittance|verwendungszweck|libelle|concepto|naam omschrijving|payment details|transaction details)/,
    /(text|description)$/,
  ],
  counterparty: [
    /^(naam tegenpartij|nom de la contrepartie|counterparty name|counter party|partner ?name|name zahlungsbeteiligter|beguenstigter zahlungspflichtiger|beguenstigter auftraggeber|begunstigter auftraggeber|auftraggeber empfanger|auftraggeber beguenstigter|nazev protiuctu|nadawca odbiorca|naam omschrijving)$/,
    /^(counterparty|payee|beneficiary|merchant|name|namn|empfanger|empfaenger|auftraggeber|beguenstigter|beguns|zahlungsempfanger|beneficiaire|beneficiario|tegenpartij|naam|kontrahent|contrepartie)$/,
    /^(counterparty|beguenstigter|begunstigter|beneficiary|zahlungsbeteiligter|empfanger)/,
  ],
  payer: [/^(payer|zahlungspflichtige r|zahlungspflichtiger|payer ?name|auftraggeber|avsandare)$/],
  payee: [/^(zahlungsempfanger in|zahlungsempfanger|payee ?name|empfanger|mottagare)$/],
  counterpartyIban: [
    /^(counterparty (iban|account)|iban zahlungsbeteiligter|kontonummer iban|partner ?iban|tegenrekening|tegenrekening iban( bban)?|rekeningnummer tegenpartij|numer konta)$/,
    /^(iban|iban kontonummer|counterparty)$/,
  ],
  accountIban: [
    /^(auftragskonto|iban auftragskonto|iban auftraggeberkonto|account|account number|accountnum|account iban|own iban|rekening|rekeningnummer|iban bban|compte|numero de compte|bank account)$/,
    /^iban$/,
  ],
  reference: [
    /^(bank reference|transaction id|transferwise id|id|transaction reference|transactiereferentie|transaktions nr|transaktionscode|zkb referenz|id pohybu|buchungsreferenz|identificador|reference number|ref no cheque no|אסמכתא)$/,
    /^(reference|ref|referenz|referentie|referencia)$/,
    /\breference$/,
  ],
  endToEndId: [/\bend to end\b|^(kundenreferenz|e2e|end2end)/],
  mandateId: [/^(mandatsreferenz|mandate|machtigingskenmerk|reference mandat)/],
  creditorId: [/^(glaubiger|glaeubiger|creditor id|incassant)/],
  counterpartyBic: [
    /^bic (tegenpartij|swift code zahlungsbeteiligter|zahlungsbeteiligter)$/,
    /^(bic|swift|bic swift|bic swift code|bic code|swift code)$/,
  ],
  originalAmount: [
    /^(original amount|oorspr bedrag|local amount|lastschrift ursprungsbetrag|ursprungsbetrag)/,
  ],
  originalCurrency: [/^(original currency|oorspr munt|local currency)/],
  exchangeRate: [/^(exchange rate|koers|wechselkurs|kurs)$/],
  charges: [/^(total fees|fremde gebuhren|auslagenersatz rucklastschrift)$/],
  returnReason: [/^(reden retour|return reason|motif du refus)$/],
  checkNumber: [/^(check|cheque)( or slip)?( no| number)?$/],
  purpose: [/^(purpose code|sepa purpose)$/],
};
const RANKS = Math.max(...Object.values(NAMES).map((patterns) => patterns.length));

const PLAIN_SIGNS: Readonly<Record<string, string>> = { ß: "ss", ł: "l", ø: "o", æ: "ae", đ: "d" };

const normalise = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]+/gu, "")
    .toLowerCase()
    .replace(/[ßłøæđ]/g, (sign) => PLAIN_SIGNS[sign] ?? sign)
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Rows that are enough to see what a column holds. */
const SAMPLE_ROWS = 200;

/**
 * Which column of a header has which role. A column has one role at most, and gets the one whose name fits best and
 * whose cells are of its kind; where no cells fit, the name decides.
 */
export function rolesOf(
  header: readonly string[],
  body: readonly TableRow[] = [],
): Map<ColumnRole, number> {
  const names = header.map(normalise);
  const found = new Map<ColumnRole, number>();
  const taken = new Set<number>();
  const rows = body.slice(0, SAMPLE_ROWS);
  for (const isStrict of [true, false]) {
    for (let rank = 0; rank < RANKS; rank += 1) {
      for (const role of Object.keys(NAMES) as ColumnRole[]) {
        const pattern = NAMES[role][rank];
        if (pattern === undefined || found.has(role)) continue;
        if (!isStrict && !OPEN_ROLES.has(role)) continue;
        const at = names.findIndex(
          (name, index) =>
            !taken.has(index) && pattern.test(name) && (!isStrict || holds(role, index, rows)),
        );
        if (at === -1) continue;
        found.set(role, at);
        taken.add(at);
      }
    }
  }
  return found;
}

/** Roles that a name alone can give, so that their faulty cells are named. */
const OPEN_ROLES: ReadonlySet<ColumnRole> = new Set(["date", "amount", "debit", "credit"]);

const NEEDED: ReadonlySet<ColumnRole> = new Set(["date", "amount", "description"]);

/** Whether a column holds what its role needs: most of its cells do, or there are no rows to ask. */
function holds(role: ColumnRole, at: number, rows: readonly TableRow[]): boolean {
  const isOf = KINDS[role];
  if (isOf === undefined || rows.length === 0) return true;
  const cells = rows.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
  if (cells.length === 0) return !NEEDED.has(role);
  const share = cells.filter((cell) => isOf(cell)).length / cells.length;
  return role === "direction" ? share === 1 : share >= (role === "status" ? 0.01 : 0.5);
}

const isAmount = (cell: string): boolean => readAmountText(cell) !== undefined;
/** An account's number, and no name. */
const isAccount = (cell: string): boolean =>
  /^'?([A-Z]{2}\d{2}[A-Z0-9]{8,30}|[\d -]{8,})'?$/.test(cell);
const isDate = (cell: string): boolean => dateFormatsOf([cell]).length > 0;

const KINDS: Partial<Record<ColumnRole, (cell: string) => boolean>> = {
  date: isDate,
  valueDate: isDate,
  amount: isAmount,
  debit: isAmount,
  credit: isAmount,
  balance: isAmount,
  counterparty: (cell) => !isAccount(cell),
  description: (cell) => cell !== "",
  counterpartyIban: (cell) => isAccount(cell.replace(/ /g, "")),
  currency: (cell) => /^(\p{L}{3}|[€£$¥₪])$/u.test(cell),
  direction: (cell) => isOut(cell) !== undefined,
  status: (cell) => stateOf(cell) !== undefined,
};

/** Whether a header has a date and an amount. */
export const isHeader = (cells: readonly string[]): boolean => {
  const roles = rolesOf(cells);
  return (
    (roles.has("date") || roles.has("valueDate")) &&
    (roles.has("amount") || roles.has("debit") || roles.has("credit"))
  );
};

/** Columns that go on where the description ends: with no name, or its name but for a number at the end. */
export function continuationsOf(header: readonly string[], at: number): number[] {
  const stem = normalise(header[at] ?? "").replace(/ ?\d$/, "");
  const nextNamed = header.findIndex((name, index) => index > at && name !== "");
  const unnamedEnd = nextNamed === -1 ? header.length : nextNamed;
  return header.flatMap((name, index) => {
    const isNumbered = /\d$/.test(name) && normalise(name).replace(/ ?\d$/, "") === stem;
    return index > at && (index < unnamedEnd || isNumbered) ? [index] : [];
  });
}

/** Columns of a card's statement; on such statements positive may be what was spent. */
export const isOfCard = (header: readonly string[]): boolean =>
  header.some((name) =>
    /^(card member|card no|card number|purchased by|appears on your statement as|extended details|kartennummer|trans date)$/.test(
      normalise(name),
    ),
  );

/** The roles of a table without a header, by what its columns hold. */
export function rolesByContent(rows: readonly TableRow[]): Map<ColumnRole, number> {
  const sample = rows.slice(0, SAMPLE_ROWS);
  const width = Math.max(0, ...sample.map(({ cells }) => cells.length));
  const roles = new Map<ColumnRole, number>();
  const amounts: number[] = [];
  const texts: { at: number; signs: number }[] = [];
  for (let at = 0; at < width; at += 1) {
    const cells = sample.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
    if (cells.length === 0) continue;
    if (dateFormatsOf(cells).length > 0) {
      if (!roles.has("date")) roles.set("date", at);
      else if (!roles.has("valueDate")) roles.set("valueDate", at);
    } else if (cells.every((cell) => /[.,-]|^0$/.test(cell) && isAmount(cell))) amounts.push(at);
    else if (cells.every((cell) => /^[A-Z]{3}$/.test(cell))) roles.set("currency", at);
    else if (cells.every((cell) => /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(cell)))
      roles.set("accountIban", at);
    else texts.push({ at, signs: cells.join("").match(/\p{L}/gu)?.length ?? 0 });
  }
  for (const [role, at] of amountsAmong(sample, amounts)) roles.set(role, at);
  const longest = texts.toSorted((one, other) => other.signs - one.signs)[0];
  if (longest !== undefined) roles.set("description", longest.at);
  return roles;
}

/**
 * Of several columns of amounts one is the amount and one the balance that follows it: the only pair in which the
 * balances lead along the amounts. The one column with a minus is the amount when nothing leads.
 */
function amountsAmong(
  rows: readonly TableRow[],
  columns: readonly number[],
): [ColumnRole, number][] {
  if (columns.length < 2) return columns.map((at) => ["amount", at]);
  const pairs = columns.flatMap((amount) =>
    columns.filter((at) => at !== amount).map((balance) => ({ amount, balance })),
  );
  const proven = pairs.filter(({ amount, balance }) => leadsAlong(rows, amount, balance));
  const [only, second] = proven;
  if (
    only !== undefined &&
    (second === undefined || proven.every((each) => each.amount === only.amount))
  )
    return [
      ["amount", only.amount],
      ["balance", (proven.at(-1) ?? only).balance],
    ];
  const signed = columns.filter((at) => rows.some(({ cells }) => (cells[at] ?? "").includes("-")));
  return signed.length === 1 ? [["amount", signed[0] ?? 0]] : [];
}

/** Hundredths of an amount whose last mark before one or two digits is the decimal one. */
const hundredthsOf = (cell: string): bigint | undefined => {
  const read = readAmountText(cell);
  if (read === undefined) return undefined;
  const fraction = /[.,](\d{1,2})$/.exec(read.digits)?.[1] ?? "";
  const whole = read.digits.slice(
    0,
    read.digits.length - (fraction === "" ? 0 : fraction.length + 1),
  );
  const minor = BigInt(`${whole.replace(/\D/g, "")}${fraction.padEnd(2, "0")}`);
  return read.negative ? -minor : minor;
};

/** Whether each balance is the one before it and the amount, in this order of the rows or the other. */
function leadsAlong(rows: readonly TableRow[], amount: number, balance: number): boolean {
  if (rows.length < 2) return false;
  const steps = rows.map(({ cells }) => ({
    moved: hundredthsOf(cells[amount] ?? "") ?? 0n,
    reached: hundredthsOf(cells[balance] ?? ""),
  }));
  return [steps, steps.toReversed()].some((inOrder) =>
    inOrder.every(
      ({ moved, reached }, at) => at === 0 || reached === (inOrder[at - 1]?.reached ?? 0n) + moved,
    ),
  );
}
