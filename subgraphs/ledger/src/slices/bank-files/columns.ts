import { readAmountText } from "./bank-amount.ts";
import { dateFormatsOf } from "./bank-date.ts";
import { isMemo, isOut, isPlainDirection, isYes, stateOf } from "./csv-words.ts";
import type { Rows, TableRow } from "./file-table.ts";

/** What a column of a bank's table can mean. */
export type ColumnRole =
  | "date"
  | "valueDate"
  | "amount"
  | "debit"
  | "credit"
  | "direction"
  | "status"
  | "isPending"
  | "isBooked"
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
    // The day of booking, where the bank gives others beside it.
    /^(run date|(booking|posting|posted|post|buchungs|completed|settlement|settled|billing|boek|bogforings|bokforings) ?(date|tag|datum|dag|dato|day)?( time)?)$/,
    /^(buchung|boekdatum|date completed( utc)?|date (comptable|de comptabilisation|de fin)|datum des abschlusses|(f|fecha) (contable|ctble|de finalizacion)|fecha ctble|data (contabile|contabil|ksiegowania|rozliczenia|zrealizowania|de conclusao|di completamento)|datum (zauctovani|provedeni)|(konyveles|tranzakcio) datuma|datum zauctovania|bokford|bokforingsdag|bokfort( dato)?|bogfort|kirjauspaiva|datums|дата платежа|记账日期|תאריך רישום|תאריך חיוב)$/,
    /^(transaction|transaktions|txn|tran|operation) ?(date|tag|datum|dag|dato|day)?$/,
    /^(data( operacji| operazione| lancamento| movimento| mov)?|datum|dato|date( d ?operation| de l operation|op| d execution| operation)?|(f|fecha)( operacion)?|created( utc)?|transaktionsdag|transaksjonsdato|transaktionsdatum|paivays|pvm|maksupaiva|kuupaev|data (inregistrare|transakcji|transacao|tranzactiei|movimentacao|registrazione)|tarih( saat)?|islem tarihi|ημ νια|ημερομηνια( συναλλαγης)?|日付|取引日|取引日付|年月日|お取引日|交易日期|交易时间|дата|дата операции|거래일(자|시)?|التاريخ|ngay giao dich|tanggal( transaksi)?|dagsetning|datum (knjizenja|izvrsenja|transakcije|valute)|датум|completion time|trans date|creation date|fecha (movimiento|de movimiento|transaccion)|datum zauctovania|תאריך|תאריך (פעולה|עסקה|רכישה))$/,
    /^(date|datum|f fecha|fecha|data|dato|datetime|timestamp)\b|^дата /,
    /\b(date|datum|fecha|data)$/,
    /^time$/,
  ],
  valueDate: [
    /^(value ?date|val ?date|valuta|valuta ?datum|wertstellungs?(datum)?|wertstellung valuta|wert|date( de)?( la)? valeur( utc)?|dateval|f(echa)? valor|fecha de valor|data (de )?valor|data valuta|τοκισμος απο|rentedatum|rentedato|interest date|data waluty|arvopaiva|datum valuty|erteknap|dagens valuta|deger tarihi|תאריך ערך|יום ערך)$/,
    /^valuation date$/,
    // In Danish; in Spanish and Portuguese it is an amount.
    /^valor$/,
  ],
  amount: [
    // One column of both sides has the sign of each.
    /^(net|netto|net amount|nettobetrag|(billing|billed|account|settlement|posted) amount|amount in account currency|(credit debit|debit credit) amount|soll haben|haben soll|haben lastschrift|kwota w walucie rachunku|сумма платежа|сума у валюті рахунку|сумма в валюте счета|זכות חובה|חובה זכות)$/,
    /^(amount|betrag|buchungsbetrag|umsatz|montant|montante|import|importe|importo|importancia|bedrag|kwota|castka|objem|mutatie|belopp|belob|valor|value|gross|brutto|maara( euroa)?|summa|сума|сума в валюті картки|ποσο( συναλλαγης)?|suma|osszeg|(islem )?tutari?|insattningar uttag|insattning uttag|kwota (operacji|transakcji)|(zauctovana )?castka( [a-z]{3})?|castka (v mene uctu|platby)|(tranzakcio )?osszege?|金額|入出金( 円)?|交易金额|金额|金额 元|сумма|сумма операции|거래금액|المبلغ|jumlah|monto|upphaed|upphæð|iznos|znesek|износ|сумма|so tien|סכום|סכום (חיוב|הפעולה|בש ח))$/,
    /^(amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|belop|valor)\b/,
    /(\bamount|betrag)$/,
    /^kwota transakcji waluta rachunku$/,
    // The amounts of a bank that names them by their currency alone.
    /^(aud|cad|chf|dkk|eur|gbp|ils|jpy|nok|nzd|sek|usd)$/,
    // Both sides in one column; as words they are directions.
    /^(debit credit|credit debit)$/,
    // A total alone may be a running balance.
    /^net total( amount)?$/,
  ],
  debit: [
    /^(debits?|net debit( nc)?|outflows?|funds out|payments out|monto cargo|suma debit|na teret|retiros?|debit amount|paid out|money out|out|withdrawals?|withdrawal amount( inr)?|withdrawal amt|amount debit|debit in [a-z]{3}|soll|lastschrift( in [a-z]{3})?|dr|debit euros|belastung|belastungen|ausgang|ausgaben|cargo|debe|debito|uitgaven|uscite|dare|addebit[io]|importo addebito|valor debito|montant debit|importe cargos?|debet|ut fra konto|ut|wyplaty|obciazenia|uttag|saidas?|χρεωση|utgift|belastet|menot|otot|borc|cikan|cheltuieli|支払い金額|お支払金額|お支払い金額|お引出し|お引き出し|引出額|払出金額|出金|出金額|出金金額|支出|借方|расход|дебет|출금액?|مدين|ב?חובה|isplata|isplate|breme|duguje|исплата|дебит|withdrawn|(so tien )?ghi no|支出金額|debitos|cargos|terheles|iesiri|plati)( (円|בש ח))?$/,
    /^(debit(?! (credit|account|acct|card|iban|number|no|party|name|memo|note|ref\p{L}*)\b)|lastschrift|belastung|debe|withdrawal|cargo)\b/u,
  ],
  credit: [
    /^(credits?|net credit( nc)?|inflows?|funds in|payments in|monto abono|suma credit|u korist|depositos?|credit amount|paid in|money in|in|deposits?|deposit amount( inr)?|deposit amt|amount credit|credit in [a-z]{3}|gutschrift in [a-z]{3}|cr|credit euros|haben|gutschrift|gutschriften|eingang|einnahmen|abono|haber|credito|inkomsten|entrate|avere|accredit[io]|importo accredito|valor credito|montant credit|importe abonos?|inn pa konto|inn|wplaty|uznania|insattning|entradas?|πιστωση|tulot|panot|alacak|giren|incasari|預かり金額|お預り金額|お預かり金額|お預入れ|預入額|受入金額|入金|入金額|入金金額|收入|贷方|приход|кредит|입금액?|دائن|ב?זכות|uplata|uplate|dobro|potrazuje|уплата|(so tien )?ghi co|存入金額|creditos|abonos|jovairas|intrari)( (円|בש ח))?$/,
    /^(credit(?! (debit|account|acct|card|iban|number|no|party|name|memo|note|limit|ref\p{L}*)\b)|gutschrift|haber|deposit|abono)\b/u,
  ],
  direction: [
    /^(dc|d c|cd|c d|dr cr|cr dr|drcr|debit credit|credit debit|debit or credit|credit or debit|cdtdbtind|indicator|credit debit indicator|debit credit indicator|debit credit (flag|d c|mark)|deb cred|cred deb|creditdebet|debet credit|debet kredit|debets kredits|deebet kreedit|χρεωση πιστωση|debit kredit|balance impact|money in out|d h|d a|d k|wn ma|strona|tipo lancamento|προσημο( ποσου)?|收 支|soll haben|s h|sh|soll haben kennzeichen|af bij|bevetel kiadas|sens|direction|sign|transaction type|type)$/,
  ],
  status: [
    /^(status|state|booking status|transaction status|umsatzstatus|statut|estado|estado do movimento|situacao|stato|contabilizzazione|tila|stan|stav|durum|booked|verbucht|info|状態|ステータス|取引状況|状态|交易状态|当前状态|статус|상태|الحالة|סטטוס|סטאטוס|מצב)$/,
  ],
  isPending: [/^(is )?pending$|^(vorgemerkt|ausstehend|en attente|pendiente|in attesa|pendente)$/],
  isBooked: [/^(is )?(booked|posted|cleared|settled)$|^(gebucht|verbucht)$/],
  currency: [
    // Of several the one that the account is kept in.
    /^(waluta rachunku|account currency|billing currency|валюта платежа|валюта счета)$/,
    /^(currency|ccy|curr|waehrung|wahrung|buchungswahrung|wahr|devise|devise du compte|divisa|moneda|valuta|valutacode|munt|waluta|moeda|devies|valuuta|mena|valuutta|valiuta|doviz|(tranzakcio )?devizanem|mena uctu|通貨|币种|валюта|통화|العملة|מטבע)$/,
    // Beside the original one.
    /^payment currency$/,
  ],
  balance: [
    // Some show the balance before a line, too.
    /^(balance after|saldo (depois|despues|dopo|nach|etter|efter)|solde apres)\b/,
    /^(balance|running bal(ance)?|(closing|statement|ledger) balance|account balance after|saldo|kontostand|solde|saldo nach buchung|saldo na (trn|mutatie)|balance after|bokfort saldo|bakiye|egyenleg|zustatek|sold|account balance|book balance|balanca|zostatok|jaak|stanje|so du|staða|endsaldo)\b/,
    /^((λογιστικο )?υπολοιπο|залишок( після операці[їі]| на кінець періоду)?|стање|餘額|結餘|差引残高|残高|現在高|余额|остаток|баланс|салдо|(거래 ?후 ?)?잔액|الرصيد|ה?יתרה)( (円|בש ח))?$/,
  ],
  description: [
    /^(verwendungszweck|vorgang verwendungszweck|remittance information|remittance|payment reference|mededelingen|communication|tytul|opis transakcji|libelle operation|descrizione completa|avisierungstext|摘要内容)$/,
    /^(description|purpose|libelle|label|concepto|concepte|descripcion|descripcio|descrizione|descricao|omschrijving|omschrijving 1|beschreibung ?1?|buchungs details|opis operacji|popis|paaiskinimai|informacija sanemejam|zprava( pro prijemce)?|tekst|forklaring|rubrik|title|transaction remarks|narration|particulars|transaction ref ?1|viesti|otsikko|selite|selgitus|αιτιολογια|περιγραφη|деталі операці[їі]|商品说明|商品|aciklama|kozlemeny|descriere|operazione|causale|descrizione operazione|historico|lancamento|お取り扱い内容|お取扱内容|取引内容|摘要|入出金先内容|交易摘要|описание|опис( операці[їі])?|keterangan|mo ta|noi dung|skyring|opis|namen|informacia pre prijemcu|remarks|назначение платежа|적요|거래내용|الوصف|البيان|תיאור|תיאור (הפעולה|התנועה)|הפעולה|פרטים|שם בית ה?עסק)$/,
    /^(details?|desc|narrative|memo|notes|label|buchungstext|text|transaction description)$/,
    /^(description|remittance|verwendungszweck|libelle|concepto|naam omschrijving|payment details|transaction details)/,
    /(text|description)$/,
  ],
  counterparty: [
    /^(naam tegenpartij|nom de la contrepartie|counterparty name|counter party|partner ?name|partner neve|name zahlungsbeteiligter|beguenstigter zahlungspflichtiger|beguenstigter auftraggeber|begunstigter auftraggeber|auftraggeber empfanger|auftraggeber beguenstigter|nazev protiuctu|nazov protiuctu|nadawca odbiorca|prejemnik placnik|контрагент|对方户名|對方戶名|naam omschrijving)$/,
    /^(counterparty|payee|beneficiary|merchant( name)?|name|namn|empfanger|empfaenger|auftraggeber|beguenstigter|beguns|zahlungsempfanger|beneficiaire|beneficiario|tegenpartij|naam|kontrahent|contrepartie|saaja maksja|saaja maksaja|sanemejs maksatajs|gavejas|交易对方|取引先)$/,
    /^(counterparty|beguenstigter|begunstigter|beneficiary|zahlungsbeteiligter|empfanger)/,
  ],
  payer: [/^(payer|zahlungspflichtige r|zahlungspflichtiger|payer ?name|auftraggeber|avsandare)$/],
  payee: [/^(zahlungsempfanger in|zahlungsempfanger|payee ?name|empfanger|mottagare)$/],
  counterpartyIban: [
    /^(counterparty (iban|account)|sender receiver account|saajan tilinumero|iban zahlungsbeteiligter|kontonummer iban|partner ?iban|tegenrekening|tegenrekening iban( bban)?|rekeningnummer tegenpartij|numer konta)$/,
    /^(iban|iban kontonummer|counterparty)$/,
  ],
  accountIban: [
    /^(auftragskonto|iban auftragskonto|iban auftraggeberkonto|account|account number|accountnum|account iban|own iban|rekening|rekeningnummer|iban bban|compte|numero de compte|bank account)$/,
    /^iban$/,
    /^(account name|kontoname|product|produkt|produit|producto|prodotto|produto)$/,
  ],
  reference: [
    /^(bank reference|transaction id|transferwise id|id|transaction reference|transactiereferentie|transaktions nr|transaktionscode|zkb referenz|id pohybu|buchungsreferenz|identificador|reference number|ref no cheque no|אסמכתא|referinta( tranzactiei)?|receipt no|交易单号|取引番号)$/,
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

const PLAIN_SIGNS: Readonly<Record<string, string>> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  æ: "ae",
  đ: "d",
  ı: "i",
};

/** A name without case, accents and signs. */
export const plainName = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]+/gu, "")
    .toLowerCase()
    .replace(/[ßłøæđı]/g, (sign) => PLAIN_SIGNS[sign] ?? sign)
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Programs join the words of a name, and put the name of its group in front: `Amount.Amount` for `BookedAmount`. */
const inWords = (name: string): string =>
  plainName(name.replace(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, " ")).replace(/\b(amount)( \1)+$/, "$1");

/** A currency in brackets behind a name shows nothing of what the column is. */
const IN_CURRENCY = /\(\s*(€|£|\$|₹|₪|R\$|zł|Kč|kr|[A-Z]{3}|[Ee]uros?)\s*\)/gu;

/** A column whose name is a sign, as `[-] EUR` and `(+)` have, is a side. */
function sideNamed(name: string): string | undefined {
  const [, marked, bare] =
    /^\s*(?:[[(]([-+])[\])](?:\s*[A-Z]{3})?|([-+])\s*[A-Z]{3})\s*$/.exec(name) ?? [];
  const sign = marked ?? bare;
  return sign === undefined ? undefined : sign === "-" ? "debit" : "credit";
}

/** Parts of an amount, and amounts of others: never what the account moved. */
const NOT_MOVED =
  /\b(tva|vat|mwst|ust|iva|btw|tax|gst|moms|ht|tip|fee|fees|cashback|reward|rewards|points|original|local|foreign|instructed|exchange|source|target|facing|refunded|blokady|original\p{L}*|ursprung\p{L}*|fremdwahrung\p{L}*|operacji w walucie|platnosci w walucie|balance|cumulative|cumule\p{L}*|kumul\p{L}*|acumulado|ytd|available|remaining)\b/u;

/** What is left of an amount: after fees that is what the account moved, before taxes it is not. */
const NET = /^(net|netto|net amount|nettobetrag)$/;
const TAX = /^(tva|vat|mwst|ust|iva|btw|tax|gst|moms|steuer)\b/;

/** Whether a column has its amounts in another unit than the currency's, as `amount_minor` and `TEUR` have. */
export const isScaled = (name: string): boolean =>
  /\b((amount|betrag)?cents?|pence|pennies|minor|minor units?|centimes|centavos|centimos|centesimi|grosz[ey]?|kopecks|paise|thousands?|tausend|tsd|teur|tchf|tusd|keur|kusd|millions?|mio|000s?)\b/.test(
    plainName(name),
  );

/** Rows that are enough to see what a column holds. */
export const SAMPLE_ROWS = 200;

/**
 * Which column of a header has which role. A column has one role at most, and gets the one whose name fits best and
 * whose cells are of its kind; where no cells fit, the name decides.
 */
export function rolesOf(header: readonly string[], body: Rows = []): Map<ColumnRole, number> {
  const names = header.map((name) => sideNamed(name) ?? plainName(name.replace(IN_CURRENCY, " ")));
  const worded = header.map(inWords);
  const found = new Map<ColumnRole, number>();
  const taken = new Set<number>();
  const rows = Array.from(body.slice(0, SAMPLE_ROWS));
  const isTaxed = names.some((name, at) => TAX.test(name) && holds("amount", at, rows));
  for (const isStrict of [true, false]) {
    for (let rank = 0; rank < RANKS; rank += 1) {
      for (const role of Object.keys(NAMES) as ColumnRole[]) {
        const pattern = NAMES[role][rank];
        if (pattern === undefined || found.has(role)) continue;
        if (!isStrict && !OPEN_ROLES.has(role)) continue;
        const at = names.findIndex(
          (name, index) =>
            !taken.has(index) &&
            (pattern.test(name) || pattern.test(worded[index] ?? "")) &&
            !(role === "amount" && rank > 0 && NOT_MOVED.test(`${name} ${worded[index]}`)) &&
            !(role === "amount" && isTaxed && NET.test(name)) &&
            (!isStrict || holds(role, index, rows) || isSurelyStatus(role, name)),
        );
        if (at === -1) continue;
        found.set(role, at);
        taken.add(at);
      }
    }
  }
  if (!found.has("amount") && !found.has("debit") && !found.has("credit")) {
    const at = totalOf(names, rows);
    if (at !== undefined && !taken.has(at)) {
      found.set("amount", at);
      taken.add(at);
    }
  }
  if (found.has("amount") && !found.has("direction")) {
    const at = names.findIndex((_, index) => !taken.has(index) && hasDirections(index, rows));
    if (at !== -1) found.set("direction", at);
  }
  return found;
}

/** A total behind a part of it is what was moved, where one at least has a minus; alone it may be a running balance. */
function totalOf(names: readonly string[], rows: readonly TableRow[]): number | undefined {
  const at = names.lastIndexOf("total");
  const isNegative = ({ cells }: TableRow): boolean =>
    readAmountText(cells[at] ?? "")?.negative === true;
  if (!names.some((name) => /^(subtotal|sub total)$/.test(name))) return undefined;
  return at !== -1 && holds("amount", at, rows) && (rows.length === 0 || rows.some(isNegative))
    ? at
    : undefined;
}

/** A column of both directions in plain words, whatever its name. */
function hasDirections(at: number, rows: readonly TableRow[]): boolean {
  const cells = rows.map((row) => row.cells[at] ?? "").filter((cell) => cell !== "");
  const ways = new Set(cells.map((cell) => isOut(cell)));
  return ways.size === 2 && cells.every((cell) => isPlainDirection(cell) && cell.length > 2);
}

/** A column of this name has states even where none of its words is known: each is a fault then. */
const isSurelyStatus = (role: ColumnRole, name: string): boolean =>
  role === "status" &&
  /^((booking|transaction|payment) status|status|umsatzstatus|statut|статус|状態|取引状況|סטטוס)$/.test(
    name,
  );

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

export const isAmount = (cell: string): boolean => readAmountText(cell) !== undefined;
/** An account's number, and no name. */
const isAccount = (cell: string): boolean =>
  /^'?([A-Z]{2}\d{2}[A-Z0-9]{8,30}|[\d -]{8,})'?$/.test(cell);
const isDate = (cell: string): boolean => dateFormatsOf([cell]).length > 0;
/** Days with points between their parts look like thousands. */
const isMoney = (cell: string): boolean => isAmount(cell) && (/^\d+$/.test(cell) || !isDate(cell));

const KINDS: Partial<Record<ColumnRole, (cell: string) => boolean>> = {
  date: isDate,
  valueDate: isDate,
  amount: isMoney,
  debit: isMoney,
  credit: isMoney,
  balance: isMoney,
  counterparty: (cell) => !isAccount(cell),
  description: (cell) => cell !== "",
  counterpartyIban: (cell) => isAccount(cell.replace(/ /g, "")),
  currency: (cell) => /^(\p{L}{3}|[€£$¥₪])$/u.test(cell),
  direction: (cell) => isOut(cell) !== undefined || isMemo(cell),
  status: (cell) => stateOf(cell) !== undefined,
  isPending: (cell) => isYes(cell) !== undefined,
  isBooked: (cell) => isYes(cell) !== undefined,
};

/** Whether a header has a date and an amount. */
export const isHeader = (cells: readonly string[]): boolean => {
  const roles = rolesOf(cells);
  return (
    (roles.has("date") || roles.has("valueDate")) &&
    (roles.has("amount") || roles.has("debit") || roles.has("credit"))
  );
};

/** Columns that go on where the description ends: with no name, or its name but for a number at the end, if any. */
export function continuationsOf(header: readonly string[], at: number): number[] {
  const stem = plainName(header[at] ?? "").replace(/ ?\d$/, "");
  const nextNamed = header.findIndex((name, index) => index > at && name !== "");
  const unnamedEnd = nextNamed === -1 ? header.length : nextNamed;
  return header.flatMap((name, index) => {
    const isNumbered = /\d$/.test(name) && plainName(name).replace(/ ?\d$/, "") === stem;
    const isMore = isNumbered || name === header[at];
    return index > at && (index < unnamedEnd || isMore) ? [index] : [];
  });
}

/** Columns of a card's statement; on such statements positive may be what was spent. */
export const isOfCard = (header: readonly string[]): boolean =>
  /^date,(category,)?title,amount$/.test(header.map(plainName).join()) ||
  header.some((name) =>
    /^(card ?member|card ?holder( name)?|card last (4|four)( digits)?|利用店名.*|card no|card number|purchased by|appears on your statement as|extended details|kartennummer|karteninhaber|name des karteninhabers|titulaire de la carte|titular( de la tarjeta)?|titolare( carta)?|kaarthouder|card used( for transaction)?|trans date|parcelas?|cuotas?|instal?lments?|taksit( sayisi)?|支払区分|שם בית ה?עסק|4 ספרות אחרונות.*)$/.test(
      plainName(name),
    ),
  );
