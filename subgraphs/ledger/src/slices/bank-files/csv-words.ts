const plainOf = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/^[\u2010-\u2014\u2212]$/u, "-")
    .toLowerCase()
    .trim();

const OUT =
  /^(d|dr|db|dbit|debit|debits?|deebet|s|soll|belastung|lastschrift|auszahlung|ausgabe|af|debet|out|outgoing|money out|paid out|sent|withdrawal|expense|spend|cargo|debe|debito|dare|uscita|ausgang|sortie|depense|wydatek|obciazenie|wn|saida|despesa|gasto|tartozik|kiadas|outflow|o|-|χ|χρεωση|дебет|списание|расход|חובה|支払|支払い|出金|支出)$/;
const IN =
  /^(c|cr|crdt|credit|credits?|k|kredit|kreedit|h|haben|gutschrift|einzahlung|einnahme|bij|in|incoming|money in|paid in|received|deposit|income|receive|abono|haber|credito|a|avere|entrata|eingang|entree|recette|wplyw|uznanie|ma|entrada|receita|ingreso|jovairas|bevetel|inflow|i|\+|π|πιστωση|кредит|зачисление|приход|זכות|入金|預入|收入)$/;

/** Words of directions that no column of another kind is full of. */
const PLAIN =
  /^(debit|credit|dbit|crdt|debet|kredit|deebet|kreedit|dr|cr|d|c|k|s|h|soll|haben|belastung|gutschrift|lastschrift|af|bij|wn|ma|debito|credito|cargo|abono|debe|haber|dare|avere|entrada|saida|withdrawal|deposit|money in|money out|obciazenie|uznanie|дебет|кредит|חובה|זכות|支出|收入|χ|π)$/;

/** Whether a word is a direction, and likely nothing else. */
export const isPlainDirection = (word: string): boolean => PLAIN.test(plainOf(word));

/** Whether a cell is nothing but a sign; a dash may stand for nothing, too. */
export const isSign = (word: string): boolean => /^[+-]$/.test(plainOf(word));

/** The bank shows a line that moves nothing, such as a reserved amount. */
export const isMemo = (word: string): boolean => plainOf(word) === "memo";

/** Whether the word of a direction column is out (true), in (false) or not known. */
export function isOut(word: string): boolean | undefined {
  const plain = plainOf(word);
  if (OUT.test(plain)) return true;
  return IN.test(plain) ? false : undefined;
}

const BOOKED =
  /^(book|booked|gebucht|umsatz gebucht|posted|completed|complete|abgeschlossen|ok|succes|billed|abgerechnet|berechnet|termine|terminee|settled|cleared|reconciled|done|paid|sent|received|executed|processed|verbucht|ausgefuhrt|comptabilise|accepte|execute|regle|contabilizado|contabilizada|liquidado|efetuad[oa]|concluid[oa]|realizad[oa]|ejecutado|completado|contabilizzat[oa]|eseguit[oa]|completat[oa]|geboekt|verwerkt|uitgevoerd|udfrt|udført|utfort|gennemfrt|bokford|bokfort|genomford|kirjattu|zaksiegowan[aoe]|zrealizowan[aoe]|zakonczon[aoe]|rozliczon[aoe]|wykonan[aoe]|zauctovan[oa]|provedeno|success|successful|succeeded|captured|voltooid|afgerond|успешно|交易成功|支付成功|成功|已存入零钱|(对方|朋友)?已收钱|已转账|исполнено|проведено|выполнено|בוצע|הושלם|נרשם|выполнен|完了|確定|処理済み?)$/;
const NOT_BOOKED =
  /^(pdng|pending|processing|scheduled|planned|vorgemerkt|umsatz vorgemerkt.*|offen|ausstehend|geplant|authori[sz]ed|autorizzat[oa]|in sospeso|in attesa|en attente|en cours|a venir|refuse|annule|rejete|pendiente|pendente|retenid[oa]|rechazad[oa]|anulad[oa]|cancelad[oa]|rifiutat[oa]|annullat[oa]|in behandeling|in afwachting|teruggedraaid|gereserveerd|geannuleerd|geweigerd|in bearbeitung|info|reserviert|ruckgangig gemacht|revertid[oa]|annulee?|annullee?|refusee?|in transit|initiated|created|queued|交易关闭|已关闭|已取消|reserved|reserveret|reservert|reserverad|venter|vantande|avvist|afvist|odottaa|varaus|katevaraus|oczekuje|oczekujac[aey]|cofniet[aoe]|odrzucon[aey]|anulowan[aey]|blokada|cekajici|zamitnuto|reverted|reversed|returned|declined|denied|failed|failure|fehlgeschlagen|void|cancelled|canceled|blocked|storniert|rejected|abgelehnt|expired|voided|uncleared|unclaimed|on hold|в обработке|не выполнен|ожидает|отклонено|отменено|בהמתנה|ממתין|בוטל|נדחה|טרם נקלט|未確定|処理中|保留|取消)$/;
/** In front of the word for booked: `NON CONTABILIZZATO`. */
const NEGATION = /^(non|not|nicht|nog niet|niet|nie|no|nao|ikke|inte|ej|ei|noch nicht|לא)[ -]/;

/** Whether a word of a status column is booked (true), not booked (false) or not known. */
export function stateOf(word: string): boolean | undefined {
  const plain = plainOf(word);
  if (NOT_BOOKED.test(plain)) return false;
  if (BOOKED.test(plain)) return true;
  return BOOKED.test(plain.replace(NEGATION, "")) ? false : undefined;
}

/** Whether a word is that of a line which is not booked yet, and likely nothing else. */
export const isSurelyPending = (word: string): boolean =>
  /^(pending|pdng|processing|scheduled|vorgemerkt|ausstehend|authori[sz]ed|en attente|pendiente|in attesa|pendente|in behandeling|oczekujac[aey]|venter|vantande|в обработке|ожидает|未確定|処理中)$/.test(
    plainOf(word),
  );

/** Whether a cell answers with yes (true), no (false) or neither. */
export function isYes(word: string): boolean | undefined {
  const plain = plainOf(word);
  if (/^(yes|y|true|1|ja|oui|si|sim|tak|x|כן)$/.test(plain)) return true;
  return /^(no|n|false|0|nein|non|nao|nie|nee|לא)$/.test(plain) ? false : undefined;
}

const TOTAL =
  /^[#\s]*((transactions )?totals?|sum|summe|gesamt|saldo|solde|balance|number of|anzahl|nombre d|count|closing|opening|skupaj|ukupno|kopā|kokku|iš viso|samtals|celkom|spolu|gjithsej|общо|всего|разом|итого|συνολα?|tổng cộng|المجموع|الإجمالي|סה["״]?כ|anfangs|end ?saldo|endbestand|anfangsbestand|kontostand|alter kontostand|neuer kontostand|suma|somme|beginning balance|ending balance|end of|eof|disclaimer|\*+(?!\d))/i;

const DATE_BEHIND =
  /[\s,]*(am|vom|zum|at|on|as of|per|au|al|a|do dia|na dzień|dne|den)?\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/i;

const BALANCE =
  /^[#\s]*(anfangs-?saldo|end-?saldo|schluss-?saldo|saldovortrag|vortrag|(alter|neuer|letzter) kontostand|kontostand|(opening|closing|beginning|ending|starting|start|end|open|close|opening book|closing book|ledger|available|previous|final) balance|balance|(ancien |nouveau )?solde( initial| final| précédent| au| en euros)?|saldo( inicial| final| do dia| dia| anterior| atual| disponivel| disponível| początkowe| końcowe| iniziale| finale| contabile| disponibile| początkowy| końcowy)?|begin-?saldo|eind-?saldo|oud saldo|nieuw saldo|(balance )?(brought|carried) forward|balance [bc]\/?f|b\/f|c\/f|algsaldo|lõppsaldo|käive|ingående saldo|utgående saldo|počáteční zůstatek|konečný zůstatek|nyitó egyenleg|záró egyenleg|יתרה|יתרת פתיחה|יתרת סגירה|期初余额|期末余额|前期繰越|繰越|(?:total |monthly )?turnover|likutis( pradžiai| pabaigai)?|apyvarta|(sākuma|beigu) atlikums|apgrozījums|alkusaldo|loppusaldo|primosaldo|ultimosaldo|startsaldo|slutsaldo|endsaldo|inngående saldo|počiatočný zostatok|konečný zostatok|sold (inițial|iniţial|initial|final|anterior)|rulaj|(početno|krajnje|prethodno|novo|završno) stanje|(açılış|kapanış|devreden) bakiye(si)?|(входящий|исходящий) остаток|остаток на (начало|конец)( периода| дня)?|(начално|крайно) салдо|(προηγούμενο|νέο|αρχικό|τελικό) υπόλοιπο|υπόλοιπο (έναρξης|λήξης)|solde (départ|créditeur|débiteur|de départ|de fin|début de période|fin de période)|saldo contabilístico|saldo awal|saldo akhir|số dư (đầu|cuối) kỳ|ยอดยกมา|الرصيد (الافتتاحي|الختامي|السابق)|전월이월|이월|기초잔액|기말잔액|承前結餘|上期餘額|上期余额)[:.\s]*$/iu;

/** A word whose signs a bank sets apart, as in `S A L D O`. */
const closedUp = (text: string): string =>
  /^\p{L}( \p{L})+$/u.test(text.trim()) ? text.replace(/ /g, "") : text;

/** Nothing but a few signs of a word is looked at in most cells: a long file has millions. */
const MAY_BE_BALANCE =
  /^[#\s]*(anf|end|sch|sal|vor|alt|neu|let|kon|ope|clo|beg|sta|led|ava|pre|fin|bal|sol|anc|nou|eind|oud|nie|bro|car|[bc]\/|alg|lõp|käi|ing|utg|poč|nyi|zár|bei|tot|mon|tur|lik|apy|sāk|apg|alk|lop|pri|ult|slu|inn|rul|kra|nov|zav|aç|kap|dev|вхо|исх|ост|нач|кра|про|πρ|νέ|αρ|τε|υπ|số|ยอด|الر|전월|이월|기초|기말|承|上期|ית|期|前|繰|\p{L} \p{L} )/iu;

/** Whether a cell is nothing but the name of a balance. */
export const isBalanceName = (text: string): boolean =>
  text.length < 60 && MAY_BE_BALANCE.test(text) && BALANCE.test(closedUp(bareName(text)));

/** The name of a balance without its currency, its day, and what it is carried from. */
function bareName(text: string): string {
  const bare = text.replace(CURRENCY_BEHIND, "").replace(DATE_BEHIND, "");
  return bare === text ? text.replace(DAY_IN_WORDS, "").replace(SOURCE_BEHIND, "") : bare;
}

const CURRENCY_BEHIND = /[\s,(]+(in )?(EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|€|\$|£)\)?$/u;
const DAY_IN_WORDS =
  /[\s,]*(am|vom|zum|as of|as at|at|on|au|al|a|per|van|op|em|do dia|dne|den|na dzień)?\s*(\d{1,2}(er|st|nd|rd|th)?\.?\s*(de )?\p{L}{3,10}\.?|\p{L}{3,10}\.?\s*\d{1,2}),?\s*(de )?(19|20)\d{2}$/iu;
const SOURCE_BEHIND =
  /\s+(from|of|aus|vom|der|du|de la|del|van het)\s+((the |dem |der )?(last|previous|prior|letzten|vorigen|précédent|vorige|anterior)?\s*(statement|auszug|kontoauszug|relevé|extracto|afschrift|month|year|monat|jahr|period)|(19|20)\d{2})$/iu;

const SUM =
  /^[#\s]*(totals?|grand total|subtotal|sum|summe|gesamt(summe|betrag)?|zwischensumme|suma|soma|somme|totale|totaal|totalt|razem|celkem|összesen|yhteensä|toplam|skupaj|ukupno|kopā|kokku|iš viso|samtals|jumlah|celkom|spolu|gjithsej|общо|всего|разом|σύνολο|σύνολα|tổng cộng|المجموع|الإجمالي|итого|סה["״]?כ|合計|总计|合计)( [a-z]{3})?[:.\s]*$/iu;

/** Whether a cell is nothing but the name of a sum. */
export const isSumName = (text: string): boolean => SUM.test(text);

/** Whether a cell names a sum, a balance or the end of a table. */
export const isTotal = (text: string): boolean => TOTAL.test(text);

/** The text by which a card's company thanks for what was paid to it. */
export const isCardPayment = (text: string): boolean =>
  /payment.{0,20}thank you|thank you.{0,20}payment|zahlung erhalten.{0,10}dank|paiement (bien )?reçu.{0,20}merci/i.test(
    text,
  );
