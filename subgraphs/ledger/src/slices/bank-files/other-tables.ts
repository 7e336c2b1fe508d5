import { readAmountText } from "./bank-amount.ts";
import { plainName, rolesOf, SAMPLE_ROWS } from "./columns.ts";
import type { CsvMapping } from "./csv-mapping.ts";
import type { Rows, TableRow } from "./file-table.ts";
import { invalidStatement } from "./statement.ts";

const INVOICE =
  /\b(invoice|bill (no|number)|rechnung\p{L}*|facturas?|factures?|fattur[ae]|faktur\p{L}*|factuur\p{L}*|faturas?|laskun?|szamla\p{L}*)\b|счет фактура|חשבונית|請求書|发票|發票/u;
const DUE =
  /\b(due( date| on)?|date due|fallig\p{L}*|zahlungsziel|echeance|vencimiento|vence|scadenza|termin platnosci|verval(datum|dag)|forfallo(datum|dag)|forfallsdato|forfald\p{L}*|erapaiva|(datum )?splatnosti?|fizetesi hatarido|vencimento|scadent\p{L}*|maksetahtaeg|son odeme)\b|срок оплаты|支払期限|到期/u;
const TAX =
  /\b(tva|vat|mwst|ust|umsatzsteuer|iva|btw|sales tax|tax( amount)?|gst|moms|mva|ttc|dph|pdv|ddv|alv|kdv|afa)\b|ндс|消費税|税额/u;
const NET = /\b(net|netto|subtotal|ht|base imponible|imponibile|nettobetrag|ex vat|excl \p{L}+)\b/u;
const OPEN =
  /\b(offen\p{L}*|outstanding|openstaand|(amount|balance|total) due|unpaid|(amount|total) paid|zaplacono|zaplaceno|reste a payer|a pagar|da pagare|kvar att betala)\b/u;
const CUSTOMER =
  /\b(customer|client|kunde\p{L}*|cliente|klant|nabywca|odberatel|kund|asiakas|supplier|lieferant|fournisseur|proveedor|fornitore|leverancier|vendor|bill to|buyer)\b/u;
const FEE =
  /\b(fees?|processing|commission|geb[uü]hr(en)?|frais|comision(es)?|provision|kosten|entgelt)\b/u;
const BALANCE = /\b(balance|saldo|solde|kontostand|residual)\b/u;
const ORDER =
  /\b(order|orders|bestell\p{L}*|commande|pedido|ordine|zamowieni\p{L}*|bestelling|ordrenummer|bestallning\p{L}*|заказ)\b|注文|订单/u;
const OF_GOODS =
  /\b(items?|shipping|fulfil?lment|lineitem|sku|quantity|qty|menge|artikel|versand|livraison|envio|spedizione|articles?|wysylka|verzending|frakt)\b/u;
const EMPLOYEE =
  /\b(employees?|mitarbeiter\p{L}*|arbeitnehmer\p{L}*|salarie|empleado|trabajador|dipendente|pracownik|werknemer|anstalld|medarbe[jt]der|ansatt|tyontekija|personalnummer|funcionario|worker)\b|сотрудник|עובד|社員|员工/u;
const OF_WAGES =
  /\b(gross|brutto\p{L}*|bruto|brut|lordo|wages?|salary|lohn\p{L}*|gehalt|deductions?|social security|sozialversicherung|national insurance|paye|pension|reimbursable|approved( by)?|claim( no)?|salaire\p{L}*|salario)\b/u;
const HOURS =
  /^(hours?( worked)?|hrs|(billable )?hours|duration|stunden|dauer|heures|duree|horas|ore|uren|timer|timmar|godziny|time spent|часы)\b/u;
const OF_WORK =
  /\b(project|projekt|projet|proyecto|progetto|task|aufgabe|tache|tarea|rate|stundensatz|billable)\b/u;
const QUANTITY =
  /\b(quantity|qty|(no of |number of )?(shares|units)|stucke?|stuckzahl|stk|anzahl|menge|nominale?|quantite|cantidad|titulos|quantita|ilosc|aantal|antal|antall|kpl|mnozstvi|mennyiseg|quantidade|количество)\b|数量|股数|כמות/u;
const PRICE =
  /\b(price|kurs|einzelpreis|stuckpreis|prix|precio|prezzo|cena|prijs|pris|koers|cours|cotizacion|nav|unit (cost|value)|per (share|unit)|hinta|preco|цена)\b|単価|价格|净值|שער/u;
const ARTICLE = /\b(article|artikel|sku|produk?t|item( no)?|articulo|articolo|material)\b/u;
const PRINCIPAL =
  /\b(principal|tilgung|capital( amorti)?|amortizacion|quota capitale|aflossing|amortering|afdrag|avdrag|(rata|splata) kapital\p{L}*|kapital)\b/u;
const INTEREST =
  /\b(interest|zinsen|zins(anteil)?|interets?|intereses|interessi|rente|ranta|renter|odsetki|juros|urok|kamatlar)\b/u;
const OF_LOAN =
  /\b(balance|restschuld|restant du|pendiente|residuo|restschuld|outstanding|rate|annuitat|payment no|instal?ment|echeance|cuota|rata|termijn|saldo)\b/u;
const ACCOUNT_CODE =
  /\b(account code|gl account|ledger account|nominal code|sachkonto|compte ?num|cuenta contable|grootboek\p{L}*|konto(nr|nummer)?( \p{L}+ bu schlussel)?|gegenkonto( \p{L}+)*|bu schlussel|conto contabile)\b/u;
const ACCOUNT_NAME =
  /\b(account name|kontobezeichnung|compte ?lib|account description|nombre de (la )?cuenta|kontonavn|kontonamn|sachkontobezeichnung)\b/u;
const JOURNAL =
  /\b(journal( \p{L}+)?|journal ?code|ecriture ?num|belegfeld( 1)?|bu schlussel|buchungssatz|asiento|boekstuk\p{L}*|verifikat\p{L}*|je number)\b/u;
const OFTEN =
  /\b(frequency|(billing )?(interval|cycle)|turnus|rhythmus|periodicite|frequence|frecuencia|periodicidad|frequenza|recurrence|czestotliwosc|frequentie|intervall|periodicita)\b/u;
const NEXT =
  /\b(next|nachste\p{L}*|prochain\p{L}*|proxim\p{L}*|prossim\p{L}*|nastepn\p{L}*|volgende|nasta|neste|(last|first) (execution|payment)|renewal( date)?|start date|letzte ausfuhrung)\b/u;
const CONTRACT =
  /\b(contract|vertrag\p{L}*|contrat|contrato|contratto|umowa|policy (no|number))\b/u;
const START =
  /\b((start|begin|end) date|valid (from|until|to)|\p{L}*beginn|laufzeit\p{L}*|term)\b/u;

interface OtherTable {
  readonly name: string;
  /** Each is in the name of a column of its own. */
  readonly needs: readonly RegExp[];
  readonly unless?: RegExp;
  /** A table of an account may have these columns, too: it has signs, sides or balances. */
  readonly mayBeAccount?: true;
}

/** Tables that have days and amounts, and that no account moved. */
const OTHER_TABLES: readonly OtherTable[] = [
  { name: "a list of invoices", needs: [INVOICE, DUE] },
  { name: "a list of invoices", needs: [INVOICE, OPEN] },
  { name: "a list of open items", needs: [DUE, OPEN] },
  {
    name: "a list of invoices",
    needs: [INVOICE, TAX, NET],
    unless: new RegExp(`${FEE.source}|${BALANCE.source}`, "u"),
  },
  {
    name: "a list of invoices",
    needs: [INVOICE, TAX, CUSTOMER],
    unless: new RegExp(`${FEE.source}|${BALANCE.source}`, "u"),
  },
  { name: "a list of orders", needs: [ORDER, OF_GOODS], unless: FEE, mayBeAccount: true },
  {
    name: "a list of wages or expenses of employees",
    needs: [EMPLOYEE, OF_WAGES],
    mayBeAccount: true,
  },
  { name: "a list of hours", needs: [HOURS, OF_WORK], mayBeAccount: true },
  { name: "a list of hours", needs: [HOURS, EMPLOYEE], mayBeAccount: true },
  {
    name: "a list of trades, positions or articles",
    needs: [QUANTITY, PRICE],
    mayBeAccount: true,
  },
  { name: "a list of prices", needs: [ARTICLE, PRICE], mayBeAccount: true },
  {
    name: "a list of prices",
    needs: [
      /^(open|eroffnung\p{L}*|erster)$/u,
      /^(high|hoch|tageshoch)$/u,
      /^(low|tief|tagestief)$/u,
    ],
  },
  { name: "a table of fees", needs: [FEE, /^min(imum|destens)?$/u, /^max(imum|imal)?$/u] },
  { name: "the schedule of a loan", needs: [PRINCIPAL, INTEREST, OF_LOAN] },
  {
    name: "a budget",
    needs: [
      /\b(budget\p{L}*|planned|geplant|presupuesto|prevu|plan)\b/u,
      /\b(actual|ist|variance|abweichung|reel|realise|real|scostamento|ecart|remaining)\b/u,
    ],
  },
  { name: "a journal of a ledger", needs: [ACCOUNT_CODE, JOURNAL] },
  {
    name: "a trial balance",
    needs: [ACCOUNT_CODE, ACCOUNT_NAME, /\b(debits?|soll|debe|debet|dare)\b/u],
  },
  { name: "a list of standing orders or subscriptions", needs: [OFTEN, NEXT] },
  { name: "a list of contracts", needs: [CONTRACT, START], mayBeAccount: true },
  {
    name: "a register of assets",
    needs: [
      /\b(depreciation|abschreibung|afa|amortissement|depreciacion|ammortamento)\b/u,
      /\b(book value|buchwert|valeur nette( comptable)?|acquisition( \p{L}+)?|anschaffung\p{L}*)\b/u,
    ],
  },
  {
    name: "a list of journeys",
    needs: [/\b(kilomet(re|er)s?|km|miles|mileage|distance)\b/u, /\b(rate|satz|tarif|from|von)\b/u],
    mayBeAccount: true,
  },
  { name: "a list of aged items", needs: [/\b31 60\b/u, /\b([01] 30|current|not due)\b/u] },
  {
    name: "a list of direct debits to collect",
    needs: [/\bmandat\p{L}*\b/u, /\b(sequence type|collection date|einzugsdatum|sequenztyp)\b/u],
    mayBeAccount: true,
  },
];

/** Rows in which the names of columns may stand. */
const NAMES_WITHIN = 30;

/**
 * Invoices, orders, positions and the like have days and amounts, too, and no account moved them. Who names the columns
 * of the date and the amount for the file has decided that it is one of an account.
 */
export function refuseOtherTables(
  rows: Rows,
  header: TableRow | undefined,
  body: Rows,
  mapping: CsvMapping,
): void {
  const { date, amount, debit, credit, isKept = false } = mapping;
  if (!isKept && [date, amount, debit, credit].some((name) => name !== undefined)) return;
  const named =
    header === undefined ? Array.from(rows.slice(0, NAMES_WITHIN)).filter(isOfNames) : [header];
  for (const { cells } of named) {
    const names = cells.map(plainName);
    for (const other of OTHER_TABLES) {
      const columns = columnsFor(other.needs, names);
      if (columns === undefined) continue;
      if (other.unless !== undefined && names.some((name) => other.unless?.test(name))) continue;
      if (other.mayBeAccount === true && isOfAccount(cells, body)) continue;
      const shown = columns.map((at) => `"${(cells[at] ?? "").slice(0, 40)}"`).join(", ");
      throw invalidStatement(
        `The file is ${other.name} (columns ${shown}), and no statement of an account; name the columns of the date and the amount to read it as one.`,
      );
    }
  }
}

const isOfNames = ({ cells }: TableRow): boolean => {
  const filled = cells.filter((cell) => cell !== "");
  return filled.length > 2 && filled.every((cell) => /\p{L}/u.test(cell) && cell.length < 60);
};

/** A column for each need, none of them for two. */
function columnsFor(needs: readonly RegExp[], names: readonly string[]): number[] | undefined {
  const [need, ...others] = needs;
  if (need === undefined) return [];
  for (const [at, name] of names.entries()) {
    if (!need.test(name)) continue;
    const more = columnsFor(
      others,
      names.map((each, other) => (other === at ? "" : each)),
    );
    if (more !== undefined) return [at, ...more];
  }
  return undefined;
}

/** Whether the amounts state which way they went: by a sign, a side, or a balance behind them. */
function isOfAccount(header: readonly string[], body: Rows): boolean {
  const roles = rolesOf(header, body);
  if (roles.has("direction") || roles.has("balance")) return true;
  if (roles.has("debit") && roles.has("credit")) return true;
  const at = roles.get("amount") ?? -1;
  return body.slice(0, SAMPLE_ROWS).some(({ cells }) => {
    const read = readAmountText(cells[at] ?? "");
    return read?.negative === true || read?.statesCredit === true;
  });
}
