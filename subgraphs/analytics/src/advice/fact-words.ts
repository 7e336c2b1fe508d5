/** German, French, Spanish, Hebrew. */
type Translations = readonly [string, string, string, string];
const PLACES = { de: 0, fr: 1, es: 2, he: 3 } as const;
/** English is what facts have. */
type Language = "en" | keyof typeof PLACES;

interface Named {
  readonly label: string;
  readonly value: string;
}

/** Names of categories, by their English ones, which the graph has. */
const CATEGORIES: Readonly<Record<string, Translations>> = {
  Subscription: ["Zeichnung", "Souscription", "Suscripción", "הצטרפות"],
  Redemption: ["Rücknahme", "Rachat", "Reembolso", "פדיון"],
  "Capital call": ["Kapitalabruf", "Appel de fonds", "Llamada de capital", "קריאת הון"],
  Distribution: ["Ausschüttung", "Distribution", "Distribución", "חלוקה"],
  "Management fee": ["Verwaltungsgebühr", "Frais de gestion", "Comisión de gestión", "דמי ניהול"],
  "Performance fee": [
    "Erfolgsgebühr",
    "Commission de performance",
    "Comisión de éxito",
    "דמי הצלחה",
  ],
  "Administration fee": [
    "Administrationsgebühr",
    "Frais d'administration",
    "Comisión de administración",
    "דמי מנהלה",
  ],
  "Custody fee": ["Depotgebühr", "Droits de garde", "Comisión de custodia", "דמי משמורת"],
  "Audit and legal": [
    "Prüfung und Recht",
    "Audit et juridique",
    "Auditoría y legal",
    "ביקורת ומשפט",
  ],
  "Regulatory fee": [
    "Aufsichtsgebühr",
    "Frais réglementaires",
    "Tasas regulatorias",
    "אגרות פיקוח",
  ],
  "Dividend income": ["Dividenden", "Dividendes", "Dividendos", "דיבידנדים"],
  "Interest income": ["Zinserträge", "Intérêts reçus", "Intereses recibidos", "הכנסות ריבית"],
  "Security purchase": [
    "Wertpapierkauf",
    "Achat de titres",
    "Compra de valores",
    "רכישת ניירות ערך",
  ],
  "Security sale": ["Wertpapierverkauf", "Vente de titres", "Venta de valores", "מכירת ניירות ערך"],
  "Foreign exchange": ["Devisen", "Change", "Divisas", "מטבע חוץ"],
  "Bank charges": ["Bankgebühren", "Frais bancaires", "Comisiones bancarias", "עמלות בנק"],
  Tax: ["Steuern", "Impôts", "Impuestos", "מיסים"],
  Payroll: ["Löhne und Gehälter", "Salaires", "Nóminas", "שכר"],
  Rent: ["Miete", "Loyer", "Alquiler", "שכירות"],
  Utilities: ["Versorgung", "Énergie et eau", "Suministros", "חשמל ומים"],
  "IT and software": ["IT und Software", "Informatique", "Informática", "מחשוב ותוכנה"],
  Office: ["Büro", "Bureau", "Oficina", "משרד"],
  "Market data and research": [
    "Marktdaten und Research",
    "Données de marché",
    "Datos de mercado",
    "נתוני שוק ומחקר",
  ],
  Travel: ["Reisekosten", "Voyages", "Viajes", "נסיעות"],
  Insurance: ["Versicherung", "Assurance", "Seguros", "ביטוח"],
  Marketing: ["Marketing", "Marketing", "Marketing", "שיווק"],
  Loan: ["Darlehen", "Prêt", "Préstamo", "הלוואה"],
  "Own transfer": ["Eigener Übertrag", "Virement interne", "Traspaso propio", "העברה פנימית"],
  "Rental income": ["Mieterträge", "Revenus locatifs", "Ingresos por alquiler", "הכנסות משכירות"],
  "Securities lending": [
    "Wertpapierleihe",
    "Prêt de titres",
    "Préstamo de valores",
    "השאלת ניירות ערך",
  ],
  "Margin and collateral": [
    "Sicherheiten",
    "Marges et garanties",
    "Márgenes y garantías",
    "בטחונות",
  ],
  Equalisation: ["Ertragsausgleich", "Égalisation", "Ecualización", "השוואה"],
  "Distribution commission": ["Vertriebsprovision", "Rétrocession", "Retrocesión", "עמלת הפצה"],
  Property: ["Immobilien", "Immobilier", "Inmuebles", "נדל״ן"],
  "Other income": ["Sonstige Erträge", "Autres revenus", "Otros ingresos", "הכנסות אחרות"],
  Other: ["Sonstiges", "Autres", "Otros", "אחר"],
};

/** Labels of facts; those of a calculation are the language model's own. */
const LABELS: Readonly<Record<string, Translations>> = {
  cash: ["liquide Mittel", "trésorerie", "efectivo", "מזומן"],
  "net asset value": [
    "Nettoinventarwert",
    "valeur liquidative",
    "valor liquidativo",
    "שווי נכסי נקי",
  ],
  "cash account": ["Geldkonto", "compte de trésorerie", "cuenta de efectivo", "חשבון מזומן"],
  "runway months": ["Reichweite", "autonomie", "autonomía", "מסלול מזומן"],
  "monthly burn": [
    "monatlicher Verbrauch",
    "consommation mensuelle",
    "consumo mensual",
    "שריפה חודשית",
  ],
  category: ["Kategorie", "catégorie", "categoría", "קטגוריה"],
  "paid in total": ["insgesamt gezahlt", "payé au total", "pagado en total", "שולם בסך הכל"],
  "received in total": [
    "insgesamt erhalten",
    "reçu au total",
    "recibido en total",
    "התקבל בסך הכל",
  ],
  "paid on fees in total": [
    "Gebühren insgesamt",
    "frais au total",
    "comisiones en total",
    "עמלות בסך הכל",
  ],
  "cash in": ["Zufluss", "encaissements", "cobros", "תקבולים"],
  "cash out": ["Abfluss", "décaissements", "pagos", "תשלומים"],
  "net cash flow": ["Nettofluss", "flux net", "flujo neto", "תזרים נטו"],
  payment: ["Zahlung", "paiement", "pago", "תשלום"],
  receipt: ["Eingang", "encaissement", "cobro", "תקבול"],
  payee: ["Empfänger", "bénéficiaire", "beneficiario", "מוטב"],
  payer: ["Zahler", "payeur", "pagador", "משלם"],
  "value date": ["Wertstellung", "date de valeur", "fecha valor", "יום ערך"],
  "expected payment": ["erwartete Zahlung", "paiement attendu", "pago esperado", "תשלום צפוי"],
  "expected receipt": [
    "erwarteter Eingang",
    "encaissement attendu",
    "cobro esperado",
    "תקבול צפוי",
  ],
  "other party": ["Gegenpartei", "contrepartie", "contraparte", "צד שני"],
  "expected date": ["erwarteter Tag", "date attendue", "fecha esperada", "תאריך צפוי"],
  "what is remarkable": ["Auffälligkeit", "particularité", "particularidad", "חריגה"],
  "transactions found": [
    "gefundene Buchungen",
    "opérations trouvées",
    "movimientos encontrados",
    "תנועות שנמצאו",
  ],
  "annualised volatility": [
    "annualisierte Volatilität",
    "volatilité annualisée",
    "volatilidad anualizada",
    "תנודתיות שנתית",
  ],
  sharpe: ["Sharpe-Ratio", "ratio de Sharpe", "ratio de Sharpe", "מדד שארפ"],
  "max drawdown": ["größter Drawdown", "drawdown maximal", "caída máxima", "נסיגה מרבית"],
  "value at risk 95": ["Value at Risk", "valeur en risque", "valor en riesgo", "ערך בסיכון"],
  "time weighted return": [
    "zeitgewichtete Rendite",
    "rendement pondéré par le temps",
    "rentabilidad ponderada por el tiempo",
    "תשואה משוקללת בזמן",
  ],
  "money weighted return": [
    "geldgewichtete Rendite",
    "rendement pondéré par les capitaux",
    "rentabilidad ponderada por el capital",
    "תשואה משוקללת בהון",
  ],
  "cumulative return": [
    "Gesamtrendite",
    "rendement cumulé",
    "rentabilidad acumulada",
    "תשואה מצטברת",
  ],
  peak: ["Höchststand", "sommet", "máximo", "שיא"],
  trough: ["Tiefststand", "creux", "mínimo", "שפל"],
  "forecast of cash": [
    "Prognose der Liquidität",
    "prévision de trésorerie",
    "previsión de efectivo",
    "תחזית מזומן",
  ],
  "lower end of the 80 % interval": [
    "untere Grenze des 80-%-Intervalls",
    "borne inférieure de l'intervalle à 80 %",
    "límite inferior del intervalo del 80 %",
    "קצה תחתון של טווח 80%",
  ],
  "upper end of the 80 % interval": [
    "obere Grenze des 80-%-Intervalls",
    "borne supérieure de l'intervalle à 80 %",
    "límite superior del intervalo del 80 %",
    "קצה עליון של טווח 80%",
  ],
  "day of the forecast": [
    "Tag der Prognose",
    "jour de la prévision",
    "día de la previsión",
    "יום התחזית",
  ],
  "day of the question": [
    "Tag der Frage",
    "jour de la question",
    "día de la pregunta",
    "יום השאלה",
  ],
  instrument: ["Instrument", "instrument", "instrumento", "נכס"],
  "last price": ["letzter Kurs", "dernier cours", "último precio", "מחיר אחרון"],
  "day of the price": ["Tag des Kurses", "jour du cours", "día del precio", "יום המחיר"],
  "day of the rate": [
    "Tag des Wechselkurses",
    "jour du taux",
    "día del tipo de cambio",
    "יום השער",
  ],
  "name of the fund": ["Name des Fonds", "nom du fonds", "nombre del fondo", "שם הקרן"],
  paid: ["gezahlt", "payé", "pagado", "שולם"],
  received: ["erhalten", "reçu", "recibido", "התקבל"],
  transactions: ["Buchungen", "opérations", "movimientos", "תנועות"],
};

function inLanguage(
  text: string,
  words: Readonly<Record<string, Translations>>,
  language: Language,
): string | undefined {
  return language === "en" ? undefined : words[text]?.[PLACES[language]];
}

/** What a fact is, in a language; in English where there are no words for it. */
export function labelIn({ label }: Named, language: Language): string {
  const [category = "", side] = label.split(", ");
  const name = inLanguage(category, CATEGORIES, language);
  if (side !== undefined && name !== undefined) {
    return `${name}, ${inLanguage(side, LABELS, language) ?? side}`;
  }
  return inLanguage(label, LABELS, language) ?? label;
}

/** The text of a fact whose words are the program's own, such as the name of a category, in a language. */
export function textIn({ label, value }: Named, language: Language): string {
  if (label !== "category") return value;
  return inLanguage(value, CATEGORIES, language) ?? value;
}
