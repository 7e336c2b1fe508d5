/**
 * Which words name what a fact measures, its period or its rank. A sentence that names one of them next to a
 * figure must cite a fact that has it. Words are folded: lower case, no accents.
 */

export interface Vocabulary {
  readonly [term: string]: RegExp;
}

// A Hebrew noun carries its prepositions and article in front.
const he = (stems: string): string => `(?<![א-ת])[והבלמשכ]{0,3}(?:${stems})(?![א-ת])`;
const any = (latin: string, hebrew: string): RegExp =>
  new RegExp(`\\b(?:${latin})\\b|${he(hebrew)}`, "gu");

/** What is measured. A fact may have several: a management fee is a fee and spending. */
export const MEASURES: Vocabulary = {
  CASH: any(
    "cash|bank balances?|liquidity|liquid funds|liquiden? mitteln?|barmitteln?|kasse|kassenbestand|bankguthaben|liquiditat|tresorerie|liquidites|efectivo|tesoreria|liquidez|caja",
    "מזומן|מזומנים|נזילות|קופה",
  ),
  NAV: any(
    "nav|net asset values?|net assets?|nettoinventarwert|nettovermogen|inventarwert|valeur liquidative|actif net|vl|valor liquidativo|patrimonio neto|valor neto",
    "שווי ה?נכסי ה?נקי|שווי ה?נקי|נכסים נטו",
  ),
  INFLOW: any(
    "cash inflows?|inflows?|took in|received|receipts?|income|revenues?|came in|zuflusse?|einnahmen|eingange|ertrage|erhalten|entrees?|encaissements?|recettes?|revenus?|recus?|entradas?|ingresos?|cobros?|recibido|cobraron",
    "הכנסות|הכנסה|תקבולים|התקבלו|התקבל",
  ),
  OUTFLOW: any(
    "cash outflows?|outflows?|spent|spending|paid|payments?|expenses?|expenditures?|costs?|went out|abflusse?|ausgaben|ausgegeben|ausgange|bezahlt|gezahlt|zahlung(?:en)?|aufwendungen|kosten|sorties?|decaissements?|depenses?|depense|payes?|paye|paiements?|charges|salidas?|gastos?|gastado|pagos?|pagado|pagaron|costes",
    "הוצאות|הוצאה|הוצאנו|שולם|שולמו|תשלום|תשלומים",
  ),
  NET_FLOW: any(
    "net (?:cash )?flows?|cash ?flows?|cashflows?|nettozufluss|nettofluss|netto-cashflow|flux nets?|flux de tresorerie|flujos? netos?|flujos? de caja",
    "תזרים נטו|תזרים",
  ),
  FEES: any(
    "fees?|gebuhr(?:en)?|frais|honoraires|commissions?|comision(?:es)?|honorarios|tasas",
    "עמלה|עמלות|דמי",
  ),
  MANAGEMENT_FEE: any(
    "management fees?|verwaltungsgebuhr(?:en)?|frais de gestion|comision(?:es)? de gestion",
    "דמי ה?ניהול",
  ),
  PERFORMANCE_FEE: any(
    "performance fees?|erfolgsgebuhr|commission de performance|comision de exito",
    "דמי הצלחה",
  ),
  CUSTODY_FEE: any(
    "custody fees?|depotgebuhr(?:en)?|droits de garde|comision de custodia",
    "דמי משמורת",
  ),
  ADMINISTRATION_FEE: any(
    "administration fees?|administrationsgebuhr(?:en)?|frais d'administration|comision(?:es)? de administracion",
    "דמי מנהלה",
  ),
  REGULATORY_FEE: any(
    "regulatory fees?|aufsichtsgebuhr(?:en)?|frais reglementaires|tasas regulatorias",
    "אגרות פיקוח",
  ),
  BANK_CHARGES: any(
    "bank (?:charges|fees)|bankgebuhr(?:en)?|frais bancaires|comision(?:es)? bancarias?",
    "עמלות בנק",
  ),
  INSURANCE: any("insurance|versicherung(?:en)?|assurances?|seguros?", "ביטוח|ביטוחים"),
  UTILITIES: any("utilities|strom|electricite|electricidad", "חשמל"),
  IT: any("software|informatique|informatica", "תוכנה"),
  MARKET_DATA: any("market data|marktdaten|donnees de marche|datos de mercado", "נתוני שוק"),
  MARKETING: any("marketing|werbung|publicite|publicidad", "שיווק"),
  AUDIT_LEGAL: any(
    "audit(?:ors?)?|legal|lawyers?|prufung|anwalt\\w*|juridiques?|avocats?|auditoria|abogados?",
    "ביקורת|משפטי|עורכי דין",
  ),
  TAX: any("tax(?:es)?|vat|steuern?|impots?|taxes|tva|impuestos?|iva", 'מס|מיסים|מע"מ'),
  RENT: any("rents?|mieten?|loyers?|alquiler(?:es)?|renta", "שכירות|שכר דירה"),
  PAYROLL: any(
    "payroll|salar(?:y|ies)|wages|gehalter|lohne|salaires?|salarios?|nominas?",
    "משכורות|שכר עבודה|שכר",
  ),
  DIVIDEND: any("dividends?|dividenden?|dividendes?|dividendos?", "דיבידנד|דיבידנדים"),
  INTEREST: any("interest|zinsen|interets|intereses", "ריבית|ריביות"),
  SUBSCRIPTION: any("subscriptions?|zeichnungen|souscriptions?|suscripciones", "הצטרפויות"),
  REDEMPTION: any("redemptions?|rucknahmen|rachats?|reembolsos?", "פדיונות"),
  TRAVEL: any("travel|reisekosten|voyages?|viajes?", "נסיעות"),
  VOLATILITY: any("volatility|volatilitat|volatilite|volatilidad", "תנודתיות"),
  DRAWDOWN: any("drawdowns?|ruckschlag|baisse maximale|caida maxima", "נסיגה|ירידה מרבית"),
  VALUE_AT_RISK: any("value at risk|var|valeur en risque|valor en riesgo", "ערך בסיכון"),
  SHARPE: any("sharpe", "שארפ"),
  RETURN: any(
    "returns?|returned|performance|yields?|rendite|wertentwicklung|rendements?|rentabilidad|rendimiento",
    "תשואה|תשואת",
  ),
  FORECAST: any(
    "forecasts?|projected|projection|prognose|vorhersage|prevision|previsions|projete|pronostico|previsto|proyeccion",
    "תחזית|תחזיות",
  ),
  EXPECTED: any(
    "expected|upcoming|due|next|nachste[nrsm]?|prochaine?s?|erwartet\\w*|anstehend\\w*|fallig\\w*|attendus?|attendue?s?|a venir|esperados?|esperadas?|proximos?",
    "צפוי|צפויה|צפויים|צפויות",
  ),
  EXCHANGE_RATE: any(
    "exchange rate|fx rate|wechselkurs|taux de change|tipo de cambio|cambio",
    "שער חליפין|שער",
  ),
  PRICE: any(
    "(?:last |latest )?prices?|closed at|(?:letzter )?kurs|(?:dernier )?cours|(?:ultimo )?precios?|cotizacion",
    "מחיר|מחירים",
  ),
  /** No fact has it: a comparison with what the graph does not know. */
  ELSEWHERE: any(
    "markets?|benchmarks?|peers?|competitors?|industry|sector|inflation|markt\\w*|vergleichsindex|branche|marche|concurrents?|secteur|mercado|competidores|sector",
    "שוק|השוק|מתחרים|אינפלציה",
  ),
  RUNWAY: any("runway|reichweite|autonomie|autonomia", "מסלול"),
  /** Per year: of figures that are so by definition. */
  ANNUALISED: any("annuali[sz]ed|annualisierte?[nrs]?|annualisee?s?|anualizad[ao]s?", "שנתית|שנתי"),
};

/**
 * Wider terms that a sentence may use beside the fact's own: "volatility of returns" is right of a
 * volatility, "the return" alone is not.
 */
export const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  MANAGEMENT_FEE: ["FEES", "OUTFLOW"],
  PERFORMANCE_FEE: ["FEES", "OUTFLOW", "RETURN"],
  CUSTODY_FEE: ["FEES", "OUTFLOW"],
  AUDIT_LEGAL: ["FEES", "OUTFLOW"],
  ADMINISTRATION_FEE: ["FEES", "OUTFLOW"],
  REGULATORY_FEE: ["FEES", "OUTFLOW"],
  BANK_CHARGES: ["FEES", "OUTFLOW"],
  INSURANCE: ["OUTFLOW"],
  UTILITIES: ["OUTFLOW"],
  IT: ["OUTFLOW"],
  MARKET_DATA: ["OUTFLOW"],
  MARKETING: ["OUTFLOW"],
  FEES: ["OUTFLOW"],
  TAX: ["OUTFLOW"],
  RENT: ["OUTFLOW"],
  PAYROLL: ["OUTFLOW"],
  TRAVEL: ["OUTFLOW"],
  DIVIDEND: ["INFLOW"],
  INTEREST: ["INFLOW"],
  SUBSCRIPTION: ["INFLOW"],
  REDEMPTION: ["OUTFLOW"],
  VOLATILITY: ["RETURN", "ANNUALISED"],
  DRAWDOWN: ["RETURN"],
  SHARPE: ["RETURN", "ANNUALISED"],
  VALUE_AT_RISK: ["RETURN"],
  EXCHANGE_RATE: ["PRICE"],
  RUNWAY: ["CASH"],
};

/** Periods by the names that questions have for them. */
export const PERIODS: Vocabulary = {
  YESTERDAY: any("yesterday|gestern|hier|ayer", "אתמול"),
  THIS_WEEK: any("this week|diese woche|cette semaine|esta semana", "השבוע|השבוע הזה"),
  LAST_WEEK: any(
    "last week|letzte woche|vorige woche|la semaine derniere|semana pasada",
    "שבוע שעבר",
  ),
  THIS_MONTH: any("this month|diesen? monat|dieses monats|ce mois|este mes", "החודש|החודש הזה"),
  LAST_MONTH: any(
    "last month|previous month|letzten? monat|letzten monats|vormonats|vormonat|vorigen monat|le mois dernier|mois dernier|mes pasado|ultimo mes",
    "חודש שעבר|החודש שעבר",
  ),
  THIS_QUARTER: any(
    "this quarter|dieses quartals?|ce trimestre|este trimestre",
    "הרבעון|הרבעון הזה",
  ),
  LAST_QUARTER: any(
    "last quarter|letztes quartal|letzten quartals?|vorquartal|dernier trimestre|trimestre dernier|trimestre pasado|ultimo trimestre",
    "רבעון שעבר",
  ),
  THIS_YEAR: any(
    "this year|year to date|diesem jahr|dieses jahr(?:es)?|cette annee|este ano",
    "השנה|השנה הזאת",
  ),
  LAST_YEAR: any(
    "last year|previous year|letztes jahr|letzten jahr(?:es)?|vorjahres|vorjahr|l'annee derniere|annee derniere|ano pasado|ultimo ano",
    "שנה שעברה",
  ),
};

/** What has not happened yet. */
export const TO_COME: ReadonlySet<string> = new Set(["EXPECTED", "FORECAST"]);

/** What a fact is among others. */
export const RANKS: Vocabulary = {
  LARGEST: any(
    "largest|biggest|highest|greatest|most|maximum|maximal\\w*|grosste[nrsm]?|hochste[nrsm]?|la plus (?:grande|elevee|importante)|le plus (?:grand|eleve|important)|mayor(?:es)?|maximo|maxima",
    "הגדול ביותר|הגדולה ביותר|הגבוה ביותר|הגדולות ביותר",
  ),
  SMALLEST: any(
    "smallest|lowest|least|minimum|minimal\\w*|kleinste[nrsm]?|niedrigste[nrsm]?|la plus (?:petite|faible)|le plus (?:petit|faible|bas)|menor(?:es)?|minimo|minima",
    "הקטן ביותר|הקטנה ביותר|הנמוך ביותר",
  ),
  AVERAGE: any(
    "averag\\w+|mean|median\\w*|typical\\w*|durchschnitt\\w*|mittelwert|moyenne|moyen|promedio|media|mediana|medianes?",
    "ממוצע|בממוצע",
  ),
  TOTAL: any(
    "total|totals|in all|altogether|overall|insgesamt|gesamt\\w*|summe|au total|en total|somme|suma",
    'סך הכל|סה"כ|בסך הכל',
  ),
};

/** A folded text without the words for terms of vocabularies; a short one inside a longer one goes with it. */
export function withoutTerms(text: string, ...vocabularies: readonly Vocabulary[]): string {
  let rest = text;
  for (const pattern of vocabularies.flatMap((each) => Object.values(each))) {
    for (const { index, 0: found } of text.matchAll(pattern)) {
      rest = rest.slice(0, index) + " ".repeat(found.length) + rest.slice(index + found.length);
    }
  }
  return rest;
}

/** The terms a folded text names; one inside a longer one does not count: "net cash flow" names no cash. */
export function termsIn(text: string, vocabulary: Vocabulary): string[] {
  const found = Object.entries(vocabulary).flatMap(([term, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({
      term,
      from: match.index,
      to: match.index + match[0].length,
    })),
  );
  const isInside = (one: (typeof found)[number]) =>
    found.some(
      (other) =>
        other.from <= one.from && other.to >= one.to && other.to - other.from > one.to - one.from,
    );
  return [...new Set(found.filter((each) => !isInside(each)).map(({ term }) => term))];
}
