/**
 * The words that a sentence of the language model may have beside the names of what it cites, words of direction
 * and currencies, which are checked against the facts. Whatever else a model may want to add ("unpaid", "monthly",
 * "since", "not") could change what a figure means, and no list of such words is complete; this one is. Folded:
 * lower case, no accents.
 */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  `
  a an the of in on at to from by for with as and or but while that which this these its it there here your our their is
  are was were be been has have had stands stand stood standing amounts amounted amount amounting comes come came totals
  totalled totaled totalling holds held holding makes made make up shows show showed brought brings bring equals equal
  account accounts fund funds s figure figures value values balance balances level books entry entries record
  records recorded booked posted currency party parties payee payer name names category categories kind row rows line
  lines item items transaction transactions posting postings movement movements match matching matches found search
  list following part all another today current currently present presently now period date dates us net
  deepest ratio rate pace lasts goes go going went over also reached
  reaches reach ends end exchange one's whose where it's fund's month's week's quarter's
  year's sum sums accounted counts count counted number difference differences change changes

  der die das den dem des ein eine einen einem einer eines und oder aber wahrend ist sind war waren betragt betrug
  betrugen betragen belauft belaufen belief beliefen sich auf liegt lag liegen lagen steht stehen stand hat hatte haben
  hatten macht machte machen kommt kam ergibt ergab ergeben zeigt zeigen zeigte im in am an zum zur bei von vom aus mit
  fur als zu ihr ihre ihrem ihren ihres ihrer es sie er dieser diese dieses diesen fonds konto konten betrag betrage wert
  werte zahl zahlen hohe saldo salden bestand buch bucher buchung buchungen gefunden gab gegeben wurde wurden werden wird
  zahlung zahlungen ging gingen geht davon darunter auch sowie derzeit aktuell heute stichtag zeitraum partei name
  kategorie teil aller alle wahrung suche treffer eintrage eintrag empfanger zahler verfugt verfugen um
  und entfallt entfiel monats quartals jahres verhaltnis satz datum laut nach uber
  summe differenz unterschied anderung veranderung

  le la les l un une des du de d au aux et ou mais en dans sur pour par avec est sont etait etaient a ont avait avaient
  s se eleve elevent elevait elevaient monte montent montait ce cette ces son sa ses leur leurs votre vos notre nos fonds compte
  comptes montant montants valeur valeurs solde soldes chiffre chiffres comptabilite indique indiquent montre montrent
  affiche affichent alle allee alles va vont parti partie dont qui il y elle ici aujourd hui aujourd'hui
  actuellement periode date categorie nom transaction transactions operation operations ecriture ecritures trouve
  trouvee trouves trouvees recherche taux devise dispose detient represente representent egalement ainsi aussi
  meme tous toutes tout correspond ratio ete beneficiaire ligne lignes nombre difference ecart variation

  el los las un una unos unas del al y e o pero con por para es son fue fueron era eran esta estan estaba estaban ha han
  habia habian hay su sus nuestro nuestra este esta estos estas lo le suma suman sumaron asciende ascienden ascendio
  ascendieron tiene tenia tienen dispone muestra muestran indica indican cuenta cuentas fondo fondos importe importes
  valor valores saldo saldos cifra cifras libros registro registros apunte apuntes partida periodo fecha categoria nombre
  transaccion transacciones movimiento movimientos encontrado encontrada encontrados encontradas encontraron encontro
  busqueda hoy actualmente parte cual cuyo tambien ademas todo todos todas tipo divisa moneda
  representa representan corresponde corresponden sido se si fila filas linea numero beneficiario ratio hasta espera diferencia variacion cambio

  של את הוא היא הם הן היה היתה הייתה היו יש קרן קרנות הקרן עם על אל מאת מיום עד ביום ו ה ב ל מ כ ש חשבון חשבונות
  סכום סכומים יתרה יתרת יתרות עומד עומדת עומדים עומדות מסתכם מסתכמת מסתכמים מסתכמות הסתכם הסתכמה הסתכמו נכון היום להיום
  כיום תקופה תאריך קטגוריה שם תנועה תנועות עסקה עסקאות נמצא נמצאה נמצאו נמצאות חיפוש מתוך חלק לפי סך סכומן זה זו אלה כל
  הכל גם שורה שורות רישום רישומים ספרים מטבע מדד יחס מספר בסך לידי הפרש שינוי
  `
    .trim()
    .split(/\s+/),
);

/** Hebrew prepositions, articles and conjunctions stand in front of a word without a space. */
const HEBREW_FRONT = /^[והבלמשכ]{1,3}/u;

/** Whether a folded word is one that states nothing of its own; parts around an apostrophe are words. */
export function isPlainWord(word: string): boolean {
  if (PLAIN_WORDS.has(word)) return true;
  const parts = word.split("'");
  if (parts.length > 1) return parts.every((part) => part === "" || isPlainWord(part));
  const front = HEBREW_FRONT.exec(word)?.[0] ?? "";
  for (let length = 1; length <= front.length; length += 1) {
    if (PLAIN_WORDS.has(word.slice(length))) return true;
  }
  return false;
}
