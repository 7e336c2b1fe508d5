/**
 * The words that the checker of sentences looks for, in all five languages at once: a model may mix them.
 * Words are in lower case without accents, as `foldWord` makes them.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Cardinals, ordinals, fractions and multiples that are one word. German and Spanish compounds have patterns. */
export const NUMBER_WORDS = words(`
  zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety hundred hundreds thousand
  thousands million millions billion billions trillion trillions dozen dozens nil naught
  first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth twentieth
  thirds fourths fifths sixths tenths hundredth thousandth half halves halved halving twice thrice once
  double doubled doubles doubling triple tripled triples quadruple quadrupled quintuple couple handful
  tenfold twofold threefold fourfold fivefold pair pairs several mn mio bn tn mrd
  null halb halbe halber halben halbes halbiert haelfte halfte drittel viertel funftel zehntel dutzend doppelt
  doppelte doppelten verdoppelt verdoppelte verdreifacht verzehnfacht paar
  deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts trente
  quarante cinquante soixante septante octante huitante nonante cents mille milliers milliard milliards
  centaine centaines dizaine dizaines douzaine vingtaine trentaine moitie demi demie tiers quart quarts
  premier premiere deuxieme troisieme quatrieme cinquieme sixieme dixieme seconde doublees doublee
  zeros tripler doubler quadruplee
  cero dos tres cuatro cinco seis siete ocho nueve diez doce trece catorce quince dieciseis diecisiete
  dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos
  mil miles millon millones billon billones decena decenas docena docenas mitad tercio tercios
  primer primero primera segundo segunda tercer tercero tercera cuarta quinto quinta sexto decimo doble
  duplico duplicado triplico triplicado triple quinientos setecientos novecientos
  אפס שניים שתיים שני שתי שלוש שלושה ארבע ארבעה חמש חמישה חמשה שש שישה שבע שבעה שמונה תשע תשעה עשר עשרה
  עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים מאה מאות מאתיים אלף אלפים אלפי אלפיים מיליון מיליוני
  מיליארד תריסר חצי מחצית שליש רבע חמישית עשירית כפול כפולה הכפיל הכפילה הוכפל הוכפלו ראשון ראשונה שנייה
  שניה שלישי שלישית רביעי רביעית חמישי עשרות פעמיים
  uno due cinque sei otto nove dieci venti cento een drie vier vijf zes zeven negen tien honderd duizend
  dois quatro oito trinta primus duo quinque decem centum
`);

// "un" and "ein" are articles, so they are no pieces on their own.
const GERMAN_PIECES =
  "ein|eins|zwei|zwo|drei|vier|funf|sechs|sech|sieben|sieb|acht|neun|zehn|elf|zwolf|zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend|million|milliarde";

/** Numbers that are written as one word: `dreiundzwanzig`, `veintitres`, `cuatrocientos`, `vingtaine`. */
export const NUMBER_PATTERNS: readonly RegExp[] = [
  new RegExp(
    `^(?!(?:ein|eine?[nmrs]?)$)(?:(?:${GERMAN_PIECES})(?:und)?)+(?:e|en|er|te[nrsm]?|ste[nrsm]?|fach|fache[nrs]?|mal|stellig(?:e[nrs]?)?|tel)?$`,
    "u",
  ),
  /^(?:dritte[nrsm]?|erste[nrsm]?|zweite[nrsm]?|siebte[nrsm]?)$/u,
  /^veinti(?:un|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)$/u,
  /^(?:dos|tres|cuatro|quin|seis|sete|nove|ocho)cient[oa]s$/u,
  /^(?:deux|trois|quatr|cinqu|six|sept|huit|neuv|dix|onz|douz|vingt|trent|cent|mill)i?emes?$/u,
  /^(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:one|two|three|four|five|six|seven|eight|nine|first|second|third)$/u,
  /^(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)(?:fold|some|th|ths)$/u,
];

/** Phrases that stand for a figure, searched in the folded sentence. */
export const NUMBER_PHRASES: readonly RegExp[] = [
  // "one" is a figure unless it is a pronoun.
  /(?<!\bno |\bthis |\bthat |\bwhich |\blargest |\bsmallest |\blatest |\bonly )\bone\b(?! of\b)/u,
  /\b(?:a|one) (?:quarter|fifth|tenth) of\b/u,
  /\bun (?:quart|tiers|cuarto|tercio) d[eu]\b/u,
  /\b(?:a|an) (?:score|k)\b/u,
  /\bein(?:em)? funftel\b/u,
  /\bno (?:money|payments?|transactions?|fees?|cash|income|losses)\b(?![^.]*P)/u,
];

/** Percent words: a ratio carries its own percent sign. */
export const PERCENT_WORDS = words(`
  percent percents percentage percentages pct prozent prozentpunkt prozentpunkte pourcent pourcentage porciento
  porcentaje אחוז אחוזים אחוזי bps bp permille promille promil permil
`);
export const PERCENT_PHRASES: readonly RegExp[] = [
  /[%‰‱٪]/u,
  /\bper cent\b/u,
  /\bpour ?-?cent\b/u,
  /\bpor ciento\b/u,
  /\bbasis points?\b/u,
  /\bbasispunkt/u,
  /\bpoints? de base\b/u,
  /\bpuntos? basicos?\b/u,
  /נקוד(?:ה|ות|ת) בסיס/u,
];

/** Names and codes of currencies; a sentence may name only those of its facts. */
export const CURRENCY_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    euro: ["EUR"],
    euros: ["EUR"],
    אירו: ["EUR"],
    יורו: ["EUR"],
    dollar: ["USD", "CAD", "AUD"],
    dollars: ["USD", "CAD", "AUD"],
    dolar: ["USD"],
    dolares: ["USD"],
    דולר: ["USD"],
    דולרים: ["USD"],
    bucks: ["USD"],
    greenback: ["USD"],
    pound: ["GBP"],
    pounds: ["GBP"],
    sterling: ["GBP"],
    quid: ["GBP"],
    pfund: ["GBP"],
    livre: ["GBP"],
    livres: ["GBP"],
    libra: ["GBP"],
    libras: ["GBP"],
    פאונד: ["GBP"],
    שטרלינג: ["GBP"],
    franc: ["CHF"],
    francs: ["CHF"],
    franken: ["CHF"],
    franco: ["CHF"],
    francos: ["CHF"],
    פרנק: ["CHF"],
    yen: ["JPY"],
    yens: ["JPY"],
    ין: ["JPY"],
    shekel: ["ILS"],
    shekels: ["ILS"],
    schekel: ["ILS"],
    שקל: ["ILS"],
    שקלים: ["ILS"],
    'ש"ח': ["ILS"],
    yuan: ["CNY"],
    renminbi: ["CNY"],
    rupee: ["INR"],
    rupees: ["INR"],
    krona: ["SEK"],
    kronor: ["SEK"],
    krone: ["NOK", "DKK"],
    kronen: ["SEK", "NOK", "DKK"],
    zloty: ["PLN"],
    bitcoin: ["BTC"],
  }),
);

export const CURRENCY_CODES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf("currency"),
  "BTC",
  "ETH",
]);

/** Words that something went up or is positive. */
export const UP_WORDS = words(`
  rose rise rises risen rising grew grow grows grown growing growth increased increase increases increasing
  gained gain gains gaining climbed climb climbs climbing jumped soared surged improved profit profits
  profitable surplus positive upward upwards
  stieg steigt stiegen gestiegen anstieg zunahme zugenommen wuchs wachstum gewachsen erhoht erhohte gewinn
  gewinne zugelegt uberschuss positiv
  augmente augmentation hausse progresse progression gagne grimpe croissance benefice excedent positif
  subio subido aumento aumentado crecio crecido crecimiento alza ganancia ganancias beneficio superavit
  positivo
  עלה עלתה עלו עלייה גדל גדלה גידול צמח צמחה רווח רווחים עודף חיובי חיובית הרוויח
`);

/** Words that something went down or is negative. */
export const DOWN_WORDS = words(`
  fell fall falls fallen falling dropped drop drops dropping decreased decrease decreases decreasing declined
  decline declines declining lost lose loses losing loss losses shrank shrunk sank sunk plunged tumbled
  slipped slumped deficit negative minus downward downwards worsened
  fiel fielen fallt gefallen gesunken sank sinkt ruckgang abnahme abgenommen verlust verluste verloren verringert
  gesunkene minderung negativ fehlbetrag geschrumpft
  baisse baissee diminue diminution chute recul recule perte pertes perdu deficit negatif moins-value
  bajo bajado cayo caido caida disminuyo disminuido disminucion descenso descendio perdida perdidas perdio
  perdido negativo baja
  ירד ירדה ירדו ירידה קטן קטנה הפסד הפסדים הפסיד הפסידה גירעון שלילי שלילית פחת מינוס נפל נפלה
`);

/** Verbs of direction in all their forms. */
export const UP_STEMS: readonly RegExp[] = [
  /^(?:up|outperform\w*|outpac\w+|beats?|beating|surg\w+|rebound\w*|recover\w*|expand\w*|swell\w*|doubl\w+)$/u,
  /^(?:stieg\w*|gestiegen\w*|steig\w+|wuchs\w*|wachs\w+|erhoh\w+|zugenommen|zulegt\w*)$/u,
  /^(?:augment\w+|progress\w+|grimp\w+|gagn\w+|croi\w+|accru\w*)$/u,
  /^(?:aument\w+|crec\w+|gan[oae]\w*|sub(?:e|en|io|ieron|ido)|increment\w+)$/u,
];
export const DOWN_STEMS: readonly RegExp[] = [
  /^(?:down|slid\w*|slipp\w*|sank|sink\w*|shrink\w*|shrunk\w*|lagg\w*|erod\w+|contract(?:ed|s|ing)|weaken\w*|underperform\w*)$/u,
  /^(?:fiel\w*|fall(?:en|t|end)|sank\w*|sink\w+|gesunken\w*|verringer\w+|schrumpf\w+|verlor\w*)$/u,
  /^(?:baiss\w+|diminu\w+|recul\w+|chut\w+|perd\w+)$/u,
  /^(?:baj(?:o|a|an|aron|ado)|ca(?:e|en|yo|yeron|ido)|disminu\w+|descend\w+|perd\w+|reduj\w+)$/u,
];

/** With a direction word, a negation means the opposite; such sentences are refused. */
export const NEGATIONS = words(`
  not no never neither nor without hardly nicht kein keine keinen keiner keinerlei nie ohne ne pas aucun aucune
  jamais sans sin ningun ninguna nunca tampoco לא אין ללא בלי מעולם אינו אינה didn't doesn't isn't wasn't
  hasn't haven't don't won't
`);

/** A sign in words right before a figure; P is the figure. */
export const SIGN_WORD =
  /(?:(?<!\p{Script=Hebrew})[-−–—+]|\b(?:minus|moins|menos|plus|mas|less|negative|negativ|negatif)|מינוס|פלוס)[- ]?P/u;

/** Words that compare the figure before with the figure after, and how; P is a figure. */
export const COMPARISONS: readonly {
  readonly pattern: RegExp;
  readonly order: "MORE" | "LESS" | "SAME";
}[] = [
  {
    pattern:
      /\b(?:equals?(?: to)?|match(?:es|ed)?|as (?:much|high|low|large|many) as|so (?:viel|hoch|gross) wie|gleich|aussi (?:eleve[es]*|grande?s?) que|egalent|egale|igualan?|tan (?:altos?|altas?|grandes?) como)\b(?=.*P)|(?:זהה|זהות|זהים|שווה|שוות|שווים) ל/gu,
    order: "SAME",
  },
  {
    pattern:
      /\b(?:(?:more|higher|larger|greater|bigger) than|mehr als|(?:hoher|grosser) als|plus (?:que|eleve[es]* que|grande?s? que)|superieur(?:e|s|es)? a|mas que|mayor(?:es)? que|superior(?:es)? a)|\b(?:above|over|exceeds?|exceeded|at least|(?<!\bverfug(?:t|en|te|ten) )uber|ubersteigt|mindestens|plus de|depasse|au moins|mas de|supera|al menos) (?=P)|(?:יותר|גבוה|גבוהה|גדול|גדולה) מ/gu,
    order: "MORE",
  },
  {
    pattern:
      /\b(?:(?:less|lower|smaller|fewer) than|weniger als|(?:niedriger|kleiner|geringer) als|moins (?:que|eleve[es]* que)|inferieur(?:e|s|es)? a|menos que|menor(?:es)? que|inferior(?:es)? a)|\b(?:below|under|at most|unter|hochstens|moins de|au plus|menos de|como mucho) (?=P)|(?:פחות|נמוך|נמוכה|קטן|קטנה) מ/gu,
    order: "LESS",
  },
];

/** Two figures between which something moved: "from P to P". */
export const FROM_TO = /\b(?:from|von|de|du|desde) P (?:to|auf|zu|a|hasta) P|מ-? ?P ל-? ?P/u;

/** Words that judge a figure or make it a debt, which no fact supports. */
export const JUDGEMENTS: readonly RegExp[] = [
  /\b(?:low|high|safe|unsafe|flat|strong|weak|healthy|solid|good|bad|poor|excellent|great|stable|unstable|risky|cheap|expensive|plenty|ample|tight|short|shortfall|debts?|owes?|owed|owing|liabilit(?:y|ies)|worrying|alarming|impressive|disappointing|record|ever)\b/u,
  /\b(?:niedrig|hoch|sicher|flach|stark|schwach|gesund|gut|schlecht|stabil|riskant|billig|teuer|knapp|schuld\w*|schuldet|verbindlichkeit\w*|brach|bricht|rekord)\b/u,
  /(?<!\b(?:plus|moins) )\b(?:faible|eleve|sure|plat|solide|fort|forte|sain|saine|bon|bonne|mauvais\w*|stable|cher|chere|dettes?|doit|doivent|record)\b(?! (?:que|a ))/u,
  /\b(?:altos?|seguro|segura|plano|solido|solida|fuerte|debil|sano|sana|bueno|buena|malo|mala|estable|caro|cara|barato|deudas?|debe|deben|record)\b/u,
  /(?<![א-ת])[והבלמשכ]{0,2}(?:נמוך|גבוה|בטוח|חזק|חלש|טוב|רע|יציב|יקר|זול|חוב|חובות|חייבת|שיא)(?![א-ת])(?! מ| ביותר)/u,
];

/** Month names: a date is a fact. English "may" is refused as a suggestion. */
export const MONTH_WORDS: readonly RegExp[] = [
  /\b(?:january|february|march|april|june|july|august|september|october|november|december)\b/u,
  /\b(?:januar|janner|februar|marz|mai|juni|juli|oktober|dezember)\b/u,
  /\b(?:janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre)\b/u,
  /\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b/u,
  /ינואר|פברואר|אפריל|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר/u,
];

/** A unit of time behind a figure, which the figure does not have; P is the figure. */
export const TIME_UNIT =
  /P,? ?(?:(?:a|an|per|each|every|pro|je|par|al|por|cada|chaque) ?)?(?:hours?|days?|weeks?|months?|quarters?|years?|decades?|daily|weekly|monthly|quarterly|yearly|annually|annual|p\.?a\b|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|taglich|monatlich|jahrlich|heures?|jours?|semaines?|mois|ans|par an|annees?|horas?|dias?|semanas?|mes(?:es)?|anos?|ימים|שבועות|חודשים|שנים|לחודש|לשנה|ליום)(?!\p{L})/u;

/** Phrases that recommend a trade, or judge whether one is worth it. */
export const TRADE_ADVICE: readonly RegExp[] = [
  /\b(?:may|might|could|would|ought|shall|must|wise|prudent|sensible|advantageous|afford|exposure|exit(?:ing)?|get in|trim(?:ming)?|reduce|rebalanc\w+|positions?|stakes?|allocat\w+|investors (?:may|might|should))\b/u,
  /\b(?:konnten?|wurden? sich|durften?|musste[nt]?|ratsam|sinnvoll|klug|pourr\w+|devr\w+|serait|vaudrait|prudent|podr\w+|deber\w+|seria|convendr\w+|prudente)\b|(?:עשוי|עשויה|עדיף|רצוי|כדאי)/u,
  /\b(?:buy|buying|buys|sell|selling|sells|purchase now|divest|offload|dump|overweight|underweight|outperform|upside|undervalued|overvalued|bargain|bullish|bearish)\b/u,
  /\b(?:recommend(?:s|ed|ation|ations)?|should|ought|advis(?:e|es|ed|able)|suggest(?:s|ed)?|consider|worthwhile|attractive|good time|better off|great opportunity|opportunity|go long|go short|short it|take profits?|top up|add to|cash out|get out|load up|stay invested|invest in|reinvest|switch into|rotate into|target price|price target)\b/u,
  /(?:^|[.;:,]\s*)hold\b|\bhold (?:on|onto|it|them|your|the position|this)\b|\b(?:to|keep|please|just|better) hold(?:ing)?\b|\bkeep (?:the|your|it|them|this)\b/u,
  /\b(?:kauf(?:en|t|e|empfehlung)?|verkauf(?:en|t|e|sempfehlung)?|nachkaufen|abstossen|umschichten|halten sie|zu halten|einsteigen|aussteigen|empfehl\w*|empfiehlt|raten|ratsam|sollten?|solltest|lohnt|unterbewertet|uberbewertet|kaufchance|zugreifen)\b/u,
  /\b(?:achet(?:er|ez|e)|vend(?:re|ez|s)|revendre|conserv(?:er|ez)|gard(?:er|ez)|renforc(?:er|ez)|alleg(?:er|ez)|recommand\w*|conseill\w*|devr(?:iez|ait|aient)|il faut|sous-evalue\w*|surevalue\w*|opportunite|investiss(?:ez|ons)|profitez)\b/u,
  /\b(?:compr(?:ar|e|en|a)|vend(?:er|a|an|e)|mantener|mantenga|recomend\w*|recomiend\w*|aconsej\w*|deberia\w*|conviene|invierta|invertir en|infravalorad\w*|sobrevalorad\w*|oportunidad|aproveche)\b/u,
  /(?:^|[^א-ת])[ולבשכהמ]{0,2}(?:לקנות|קנו|קנה|תקנו|לרכוש|רכשו|למכור|מכרו|תמכרו|מכור|להחזיק|החזיקו|מומלץ|ממליץ|ממליצים|מומלצת|המלצה|כדאי|מוטב|הזדמנות|להשקיע|השקיעו)(?![א-ת])/u,
];

/** Orders that a memo gives the model, and texts that lead to another place. */
export const INJECTED: readonly RegExp[] = [
  /\b(?:kindly|remit\w*|contact\w*|reach out|support (?:at|team|desk)|dot (?:com|net|org)|iban|e-?mails?|vendor|courier|gift cards?)\b/u,
  /https?:|www\.|\S@\S|\b[a-z0-9-]+\.(?:com|net|org|io|biz|info|ru|xyz)\b/u,
  /[<>[\]`\\|{}~^]|\*\*|__/u,
  /\b(?:ignore|disregard|override|forg[e]t) (?:all|any|the|your|previous|prior|every|these)\b/u,
  /\b(?:system prompt|prompt|instructions?|jailbreak|developer mode|as an ai|api key|passwords?|passcode|credentials|pin code|login|log in|sign in|verify your|click|download|call us|contact us|call this|phone|whatsapp|telegram|scan)\b/u,
  /\b(?:please|immediately|urgent(?:ly)?|now|at once|must)\b[^.]*\b(?:pay|transfer|send|wire|remit|approve|authori[sz]e|release|confirm|update)\b/u,
  /\b(?:pay|transfer|send|wire|remit|approve|authori[sz]e|release)\b[^.]*\b(?:please|immediately|urgent(?:ly)?|right now|at once|to this account|to the new account|to account)\b/u,
  /^(?:pay|transfer|send|wire|remit|approve|authori[sz]e|release)\b/u,
  /\b(?:uberweisen sie|zahlen sie|senden sie|genehmigen sie|klicken|passwort|kennwort|anweisung(?:en)?|ignorier\w*|dringend|sofort)\b/u,
  /\b(?:virez|payez|envoyez|approuvez|cliquez|mot de passe|instructions?|ignorez|urgent|immediatement)\b/u,
  /\b(?:transfiera|pague|envie|apruebe|haga clic|contrasena|instrucciones|ignore|ignora|urgente|inmediatamente)\b/u,
  /(?:העבירו|שלחו|שלמו|לחצו|אשרו|סיסמה|סיסמא|התעלם|התעלמו|הוראות|דחוף|מיד)/u,
];
