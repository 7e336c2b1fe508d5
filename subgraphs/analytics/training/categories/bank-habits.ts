import type { Language } from "./corpus.ts";
import { FILLERS } from "./fillers.ts";
import type { Random } from "../linear/random.ts";

const list = (text: string): readonly string[] => text.trim().split(/\s*\|\s*/);

/** What banks write before the payer's own words. None of it shows what a payment is for. */
const TRANSFERS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "SEPA CREDIT TRANSFER|FASTER PAYMENT|BACS|BGC|TFR|CHAPS|WIRE OUT|WIRE IN|ACH DEBIT|ACH CREDIT|DD|S/O|DIRECT DEBIT|INWARD PAYMENT|ONLINE TRANSFER TO|PAYMENT FROM|BILL PAYMENT|INTL WIRE",
  ),
  de: list(
    "SEPA-ÜBERWEISUNG|ÜBERWEISUNG|GUTSCHRIFT|LASTSCHRIFT|FOLGELASTSCHRIFT|DAUERAUFTRAG|BASISLASTSCHRIFT|EURO-ÜBERWEISUNG|ECHTZEITÜBERWEISUNG|ONLINE-ÜBERWEISUNG|SEPA-GUTSCHRIFT|ZAHLUNGSEINGANG|DA-GUTSCHRIFT|AUFTRAG|RG-NR",
  ),
  fr: list(
    "VIR SEPA|VIREMENT RECU DE|VIREMENT EMIS|PRLV SEPA|PRELEVEMENT|VIR INST|VIREMENT SEPA EMIS|VIR DE|VIR POUR|PRLV EUROPEEN|FACT|ECHEANCE|VIREMENT WEB",
  ),
  es: list(
    "TRANSF.|TRANSFERENCIA|TRANSFERENCIA A FAVOR DE|TRANSFERENCIA DE|RECIBO|ADEUDO SEPA|CARGO|ABONO|TRANSF INMEDIATA|ORDEN DE PAGO|ADEUDO RECIBO|TRANSF NACIONAL|PAGO",
  ),
  he: list(
    'העברה|הו"ק|חיוב|זיכוי|מס"ב|העברה באינטרנט|הוראת קבע|ה. קבע|העברת זה"ב|תשלום|הפקדה|העברה מ|העברה ל',
  ),
};
const CARDS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "CARD PAYMENT TO|POS|VISA|CONTACTLESS|DEBIT CARD PURCHASE|CARD 4821|POS PURCHASE TERMINAL 0042|RECURRING CARD",
  ),
  de: list(
    "KARTENZAHLUNG|GIROCARD|POS|VISA DEBIT|KREDITKARTE|EC-KARTE ELV|KARTENZAHLUNG DEBITK.|APPLE PAY",
  ),
  fr: list(
    "CB|PAIEMENT CB|CARTE 12/03|PAIEMENT PAR CARTE|FACTURE CARTE DU 120325|ACHAT CB|CB SANS CONTACT",
  ),
  es: list("COMPRA TARJ.|PAGO CON TARJETA EN|COMPRA TARJETA 4821|PAGO MOVIL EN|TPV|COMPRA EN"),
  he: list("כרטיס אשראי|ויזה|ישראכרט|כ.א.ל|מקס|חיוב כרטיס|עסקה"),
};
const LABELS: readonly ((random: Random, text: string) => string)[] = [
  (random, text) => `EREF+${random.capitals(3)}${random.digits(6)} SVWZ+${text}`,
  (random, text) => `EREF+NOTPROVIDED KREF+${random.digits(9)} SVWZ+${text}`,
  (random, text) => `SVWZ+${text} IBAN+DE${random.digits(20)} BIC+${random.capitals(8)}XXX`,
  (random, text) =>
    `?00${random.pick(["SEPA-UEBERWEISUNG", "GUTSCHRIFT", "LASTSCHRIFT"])}?20EREF+${random.digits(8)}?21${text}`,
  (random, text) =>
    `MREF+${random.digits(7)} CRED+DE${random.digits(2)}ZZZ${random.digits(11)} SVWZ+${text}`,
  (random, text) => `/REMI/${text}/EREF/${random.digits(8)}`,
  (random, text) => `/ROC/${random.digits(6)}///URI/${text}`,
  (random, text) => `REMITTANCE INFO: ${text}`,
  (random, text) => `RFB/${random.digits(8)} ${text}`,
  (random, text) => `NOTPROVIDED ${text}`,
  (random, text) => `E2E:${random.capitals(2)}${random.digits(7)} ${text}`,
];
const ENDINGS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "ref {ref}|{ref}|VALUE DATE {date}|MANDATE NO {num}|FOREIGN CCY {ccy} {amount}|ON {date} BCC|VIA MOBILE|INV {num}|thank you",
  ),
  de: list(
    "{ref}|Ref. {ref}|Kd-Nr. {num}|Mandat {num}|vom {date}|RE {num}|Verwendungszweck {num}|Vielen Dank|TAN {num}|Valuta {date}|Rechnung {num}",
  ),
  fr: list(
    "{ref}|REF {ref}|DATE {date}|MDT {num}|FACT {num}|MOTIF {num}|N° {num}|merci|ICS FR{num}",
  ),
  es: list(
    "{ref}|REF. {ref}|FECHA {date}|MANDATO {num}|FRA {num}|N {num}|CONCEPTO {num}|OFICINA {num}|gracias",
  ),
  he: list("{ref}|אסמכתא {num}|מס {num}|בתאריך {date}|חשבון {num}|סניף {num}|תודה|חשבונית {num}"),
};

/** Categories that cards pay for; a payment terminal does not sell bonds. */
export const PAID_BY_CARD: ReadonlySet<string> = new Set(
  list("TRAVEL|IT|OFFICE|MARKETING|MARKET_DATA|UTILITIES|INSURANCE|REGULATORY_FEE"),
);

const LENGTHS = [27, 27, 35, 35, 70, 140];

/** Writes a payer's words as a bank hands them on: labels, prefixes, capitals, spellings, cut lines. */
export function asBankLine(
  random: Random,
  own: string,
  { language, card }: { readonly language: Language; readonly card: boolean },
): string {
  let text = own;
  if (random.chance(0.3))
    text = `${text} ${fill(random, random.pick(ENDINGS[language]), language)}`;
  if (random.chance(0.05)) text = shortened(random, text);
  text = labelled(random, text, language, card);
  text = spelled(random, text, language);
  if (random.chance(0.4)) text = text.toUpperCase();
  else if (random.chance(0.15)) text = text.toLowerCase();
  if (random.chance(0.05)) text = broken(random, text);
  return cut(random, text, own);
}

function labelled(random: Random, text: string, language: Language, card: boolean): string {
  if (card && random.chance(0.35)) return `${random.pick(CARDS[language])} ${text}`;
  if (random.chance(0.15)) return random.pick(LABELS)(random, text);
  return random.chance(0.25) ? `${random.pick(TRANSFERS[language])} ${text}` : text;
}

/** Banks without umlauts and accents write `ae`, or drop the marks. */
function spelled(random: Random, text: string, language: Language): string {
  if (language === "he") return text;
  if (random.chance(0.3)) return text.normalize("NFD").replace(/\p{M}/gu, "");
  if (language !== "de" || random.chance(0.5)) return text;
  const pairs: Readonly<Record<string, string>> = {
    ä: "ae",
    ö: "oe",
    ü: "ue",
    Ä: "AE",
    Ö: "OE",
    Ü: "UE",
    ß: "ss",
  };
  return text.replace(/[äöüÄÖÜß]/g, (umlaut) => pairs[umlaut] ?? umlaut);
}

/** Long words are abbreviated: `Verwaltungsverg.` */
function shortened(random: Random, text: string): string {
  const words = text.split(" ");
  const long = words.findIndex((word) => word.length > 8 && !/\d/.test(word));
  const word = words[long];
  if (word === undefined) return text;
  words[long] = `${word.slice(0, Math.ceil(word.length * (0.5 + random.next() * 0.35)))}.`;
  return words.join(" ");
}

/** A line of 27 characters ends within a word, and the next begins with its rest. */
function broken(random: Random, text: string): string {
  if (text.length < 30) return text;
  return `${text.slice(0, 27)}${random.pick([" ", "?21", "?22"])}${text.slice(27)}`;
}

/** Cut off at the length of a bank's field, unless nearly nothing of the payer's words were left. */
function cut(random: Random, text: string, own: string): string {
  if (!random.chance(0.3)) return text;
  const length = random.pick(LENGTHS);
  const kept = length - Math.max(0, text.toLowerCase().indexOf(own.slice(0, 4).toLowerCase()));
  return kept >= Math.min(own.length, 20) ? text.slice(0, length) : text;
}

/** Puts something into every slot of a pattern and decides its choices. */
export function fill(random: Random, pattern: string, language: Language): string {
  return pattern
    .replace(/\[([^\]]*)\]/g, (_, words: string) => (random.chance(0.5) ? words : ""))
    .replace(/\(([^()]*\|[^()]*)\)/g, (_, choices: string) => random.pick(choices.split("|")))
    .replace(/\{(\w+)\}/g, (slot, name: string) => {
      const filler = FILLERS[name];
      if (filler === undefined) throw new Error(`nothing fills ${slot} in: ${pattern}`);
      return filler(random, language);
    })
    .replace(/\s+/g, " ")
    .trim();
}
