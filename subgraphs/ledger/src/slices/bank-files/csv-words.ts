const plainOf = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .trim();

const OUT =
  /^(d|dr|db|dbit|debit|debits?|s|soll|belastung|lastschrift|af|debet|out|outgoing|withdrawal|cargo|debe|debito|dare|uscita|ausgang|-|חובה|支払|出金)$/;
const IN =
  /^(c|cr|crdt|credit|credits?|h|haben|gutschrift|bij|in|incoming|deposit|abono|haber|credito|avere|entrata|eingang|\+|זכות|入金|預入)$/;

/** Whether the word of a direction column is out (true), in (false) or not known. */
export function isOut(word: string): boolean | undefined {
  const plain = plainOf(word);
  if (OUT.test(plain)) return true;
  return IN.test(plain) ? false : undefined;
}

const BOOKED =
  /^(book|booked|gebucht|umsatz gebucht|posted|completed|complete|abgeschlossen|settled|cleared|done|paid|executed|verbucht|comptabilise|accepte|contabilizado|contabilizzato|eseguito|verwerkt|udfrt|udført|gennemfrt|bokford|zaksiegowana|zrealizowana|rozliczona|success|successful|succeeded|captured)$/;
const NOT_BOOKED =
  /^(pdng|pending|vorgemerkt|umsatz vorgemerkt.*|offen|ausstehend|authori[sz]ed|autorizzato|en attente|en cours|refuse|pendiente|in behandeling|in bearbeitung|info|reserved|reserveret|venter|vantande|oczekujaca|odrzucona|reverted|declined|failed|cancelled|canceled|storniert|rejected|abgelehnt|expired|uncleared|unclaimed|on hold)$/;

/** Whether a word of a status column is booked (true), not booked (false) or not known. */
export function stateOf(word: string): boolean | undefined {
  const plain = plainOf(word);
  if (NOT_BOOKED.test(plain)) return false;
  return BOOKED.test(plain) ? true : undefined;
}

const TOTAL =
  /^[#\s]*(total|totals|sum|summe|gesamt|saldo|solde|balance|closing|opening|anfangs|end ?saldo|endbestand|anfangsbestand|kontostand|alter kontostand|neuer kontostand|suma|somme|beginning balance|ending balance|end of|eof|disclaimer|\*+)/i;

const BALANCE =
  /^[#\s]*(anfangs-?saldo|end-?saldo|alter kontostand|neuer kontostand|kontostand|(opening|closing|beginning|ending|starting) balance|solde (initial|final)|saldo (inicial|final|początkowe|końcowe)|begin-?saldo|eind-?saldo|balance (brought|carried) forward)[:\s]*$/i;

/** Whether a cell is nothing but the name of a balance. */
export const isBalanceName = (text: string): boolean => BALANCE.test(text);

/** Whether a cell names a sum, a balance or the end of a table. */
export const isTotal = (text: string): boolean => TOTAL.test(text);
