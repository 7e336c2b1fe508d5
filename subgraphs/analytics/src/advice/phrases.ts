import type { Language } from "./fact.ts";

type InEveryLanguage = Readonly<Record<Language, string>>;

const inAll = (text: string): InEveryLanguage => ({
  en: text,
  de: text,
  fr: text,
  es: text,
  he: text,
});

/** The sentences of template answers. A slot is a fact; nothing else in them is a figure. */
export const PHRASES = {
  ROW: inAll("{{name}}: {{amount}}."),
  CASH: {
    en: "Cash stands at {{amount}}.",
    de: "Die liquiden Mittel betragen {{amount}}.",
    fr: "La trésorerie est de {{amount}}.",
    es: "El efectivo es de {{amount}}.",
    he: "המזומן עומד על {{amount}}.",
  },
  NAV: {
    en: "The net asset value is {{amount}}.",
    de: "Der Nettoinventarwert beträgt {{amount}}.",
    fr: "La valeur liquidative est de {{amount}}.",
    es: "El valor liquidativo es de {{amount}}.",
    he: "שווי נכסי נקי: {{amount}}.",
  },
  RUNWAY: {
    en: "The runway is {{amount}}.",
    de: "Die Reichweite beträgt {{amount}}.",
    fr: "L'autonomie est de {{amount}}.",
    es: "La autonomía es de {{amount}}.",
    he: "המסלול הוא {{amount}}.",
  },
  FEES: {
    en: "From {{from}} to {{to}} the fees paid come to {{amount}} in total.",
    de: "Vom {{from}} bis zum {{to}} wurden insgesamt {{amount}} für Gebühren bezahlt.",
    fr: "Du {{from}} au {{to}}, les frais payés se montent au total à {{amount}}.",
    es: "Del {{from}} al {{to}} las comisiones pagadas suman {{amount}}.",
    he: "מיום {{from}} עד {{to}} שולמו עמלות בסך הכל {{amount}}.",
  },
  PAID: {
    en: "From {{from}} to {{to}} the fund paid {{amount}} in total.",
    de: "Vom {{from}} bis zum {{to}} wurden insgesamt {{amount}} ausgegeben.",
    fr: "Du {{from}} au {{to}}, les dépenses sont au total de {{amount}}.",
    es: "Del {{from}} al {{to}} los gastos suman {{amount}}.",
    he: "מיום {{from}} עד {{to}} ההוצאות בסך הכל {{amount}}.",
  },
  RECEIVED: {
    en: "From {{from}} to {{to}} the fund received {{amount}} in total.",
    de: "Vom {{from}} bis zum {{to}} betrugen die Einnahmen insgesamt {{amount}}.",
    fr: "Du {{from}} au {{to}}, les encaissements sont au total de {{amount}}.",
    es: "Del {{from}} al {{to}} los ingresos suman {{amount}}.",
    he: "מיום {{from}} עד {{to}} ההכנסות בסך הכל {{amount}}.",
  },
  NOTHING: {
    en: "From {{from}} to {{to}} the books show nothing of the kind.",
    de: "Vom {{from}} bis zum {{to}} zeigen die Bücher nichts dergleichen.",
    fr: "Du {{from}} au {{to}}, la comptabilité n'indique rien de tel.",
    es: "Del {{from}} al {{to}} los libros no muestran nada así.",
    he: "מיום {{from}} עד {{to}} אין בספרים דבר כזה.",
  },
  FLOWS: {
    en: "From {{from}} to {{to}} inflows were {{inflow}}, outflows {{outflow}}, and the net flow {{net}}.",
    de: "Vom {{from}} bis zum {{to}} betrugen die Zuflüsse {{inflow}}, die Abflüsse {{outflow}}, und der Nettofluss {{net}}.",
    fr: "Du {{from}} au {{to}}, les entrées sont de {{inflow}}, les sorties de {{outflow}}, et le flux net de {{net}}.",
    es: "Del {{from}} al {{to}} las entradas fueron {{inflow}}, las salidas {{outflow}}, y el flujo neto {{net}}.",
    he: "מיום {{from}} עד {{to}}: הכנסות {{inflow}}, הוצאות {{outflow}}, תזרים נטו {{net}}.",
  },
  LARGEST_PAYMENT: {
    en: "The largest payment was {{amount}} to {{name}} on {{date}}.",
    de: "Die größte Zahlung war {{amount}} an {{name}} am {{date}}.",
    fr: "Le paiement le plus important était de {{amount}} à {{name}}, le {{date}}.",
    es: "El mayor pago fue de {{amount}} a {{name}}, el {{date}}.",
    he: "התשלום הגדול ביותר: {{amount}} אל {{name}}, {{date}}.",
  },
  LARGEST_RECEIPT: {
    en: "The largest receipt was {{amount}} from {{name}} on {{date}}.",
    de: "Der größte Eingang war {{amount}} von {{name}} am {{date}}.",
    fr: "L'encaissement le plus important était de {{amount}} par {{name}}, le {{date}}.",
    es: "El mayor cobro fue de {{amount}} por {{name}}, el {{date}}.",
    he: "התקבול הגדול ביותר: {{amount}} מאת {{name}}, {{date}}.",
  },
  MOVEMENT: inAll("{{date}}: {{amount}}, {{name}}."),
  EXPECTED_PAYMENT: {
    en: "Expected on {{date}}: {{amount}} to {{name}}.",
    de: "Erwartet am {{date}}: {{amount}} an {{name}}.",
    fr: "Attendu le {{date}} : {{amount}} à {{name}}.",
    es: "Esperado el {{date}}: {{amount}} a {{name}}.",
    he: "צפוי ביום {{date}}: {{amount}} אל {{name}}.",
  },
  EXPECTED_RECEIPT: {
    en: "Expected on {{date}}: {{amount}} from {{name}}.",
    de: "Erwartet am {{date}}: {{amount}} von {{name}}.",
    fr: "Attendu le {{date}} : {{amount}} par {{name}}.",
    es: "Esperado el {{date}}: {{amount}} por {{name}}.",
    he: "צפוי ביום {{date}}: {{amount}} מאת {{name}}.",
  },
  REMARKABLE_REPEATED: {
    en: "Possibly repeated: {{amount}}, {{name}}, {{date}}.",
    de: "Möglicherweise wiederholt: {{amount}}, {{name}}, {{date}}.",
    fr: "Peut-être répété : {{amount}}, {{name}}, {{date}}.",
    es: "Posiblemente repetido: {{amount}}, {{name}}, {{date}}.",
    he: "ייתכן שחזר על עצמו: {{amount}}, {{name}}, {{date}}.",
  },
  REMARKABLE: {
    en: "To be looked at: {{amount}}, {{name}}, {{date}}.",
    de: "Zu prüfen: {{amount}}, {{name}}, {{date}}.",
    fr: "À vérifier : {{amount}}, {{name}}, {{date}}.",
    es: "Por revisar: {{amount}}, {{name}}, {{date}}.",
    he: "לבדיקה: {{amount}}, {{name}}, {{date}}.",
  },
  REMARKABLE_NEW: {
    en: "Paid to a new party: {{amount}}, {{name}}, {{date}}.",
    de: "Neue Gegenpartei: {{amount}}, {{name}}, {{date}}.",
    fr: "Nouvelle contrepartie : {{amount}}, {{name}}, {{date}}.",
    es: "Nueva contraparte: {{amount}}, {{name}}, {{date}}.",
    he: "צד חדש: {{amount}}, {{name}}, {{date}}.",
  },
  REMARKABLE_AMOUNT: {
    en: "An unusual amount: {{amount}}, {{name}}, {{date}}.",
    de: "Ungewöhnlicher Betrag: {{amount}}, {{name}}, {{date}}.",
    fr: "Montant inhabituel : {{amount}}, {{name}}, {{date}}.",
    es: "Importe inusual: {{amount}}, {{name}}, {{date}}.",
    he: "סכום חריג: {{amount}}, {{name}}, {{date}}.",
  },
  VOLATILITY: {
    en: "The annualised volatility is {{amount}}.",
    de: "Die annualisierte Volatilität beträgt {{amount}}.",
    fr: "La volatilité annualisée est de {{amount}}.",
    es: "La volatilidad anualizada es de {{amount}}.",
    he: "התנודתיות השנתית היא {{amount}}.",
  },
  SHARPE: {
    en: "The Sharpe ratio is {{amount}}.",
    de: "Die Sharpe-Ratio beträgt {{amount}}.",
    fr: "Le ratio de Sharpe est de {{amount}}.",
    es: "El ratio de Sharpe es {{amount}}.",
    he: "מדד שארפ הוא {{amount}}.",
  },
  DRAWDOWN: {
    en: "The deepest drawdown is {{amount}}.",
    de: "Der tiefste Drawdown beträgt {{amount}}.",
    fr: "Le drawdown le plus profond est de {{amount}}.",
    es: "El drawdown más profundo es de {{amount}}.",
    he: "הנסיגה העמוקה: {{amount}}.",
  },
  VALUE_AT_RISK: {
    en: "The value at risk is {{amount}}.",
    de: "Der Value at Risk beträgt {{amount}}.",
    fr: "La valeur en risque est de {{amount}}.",
    es: "El valor en riesgo es de {{amount}}.",
    he: "ערך בסיכון: {{amount}}.",
  },
  TIME_WEIGHTED: {
    en: "The time-weighted return is {{amount}}.",
    de: "Die zeitgewichtete Rendite beträgt {{amount}}.",
    fr: "Le rendement pondéré par le temps est de {{amount}}.",
    es: "La rentabilidad ponderada por el tiempo es {{amount}}.",
    he: "התשואה המשוקללת בזמן היא {{amount}}.",
  },
  MONEY_WEIGHTED: {
    en: "The money-weighted return is {{amount}}.",
    de: "Die geldgewichtete Rendite beträgt {{amount}}.",
    fr: "Le rendement pondéré par les capitaux est de {{amount}}.",
    es: "La rentabilidad ponderada por el capital es {{amount}}.",
    he: "התשואה המשוקללת בהון היא {{amount}}.",
  },
  DEEPEST: {
    en: "The deepest drawdown is {{amount}}, from {{peak}} to {{trough}}.",
    de: "Der tiefste Drawdown beträgt {{amount}}, vom {{peak}} bis zum {{trough}}.",
    fr: "Le drawdown le plus profond est de {{amount}}, du {{peak}} au {{trough}}.",
    es: "El drawdown más profundo es de {{amount}}, del {{peak}} al {{trough}}.",
    he: "הנסיגה העמוקה: {{amount}}, מיום {{peak}} עד {{trough}}.",
  },
  CASH_FORECAST: {
    en: "The cash forecast for {{date}} is {{amount}}, in a range from {{lower}} to {{upper}}.",
    de: "Die Prognose der Liquidität für den {{date}} ist {{amount}}, in einem Bereich von {{lower}} bis {{upper}}.",
    fr: "La prévision de trésorerie pour le {{date}} est de {{amount}}, entre {{lower}} et {{upper}}.",
    es: "La previsión de efectivo para el {{date}} es de {{amount}}, entre {{lower}} y {{upper}}.",
    he: "תחזית המזומן ליום {{date}}: {{amount}}, בטווח שבין {{lower}} לבין {{upper}}.",
  },
  PRICE: {
    en: "The price of {{name}} was {{amount}} on {{date}}.",
    de: "Der Kurs von {{name}} war {{amount}} am {{date}}.",
    fr: "Le cours de {{name}} était de {{amount}} le {{date}}.",
    es: "El precio de {{name}} fue {{amount}} el {{date}}.",
    he: "המחיר של {{name}} היה {{amount}} ביום {{date}}.",
  },
  PRICE_RETURN: {
    en: "The return of {{name}} is {{amount}}.",
    de: "Die Rendite von {{name}} ist {{amount}}.",
    fr: "Le rendement de {{name}} est de {{amount}}.",
    es: "La rentabilidad de {{name}} es {{amount}}.",
    he: "התשואה של {{name}} היא {{amount}}.",
  },
  RATE: {
    en: "The exchange rate is {{amount}}, as of {{date}}.",
    de: "Der Wechselkurs ist {{amount}}, Stand {{date}}.",
    fr: "Le taux de change est de {{amount}}, au {{date}}.",
    es: "El tipo de cambio es {{amount}}, a {{date}}.",
    he: "שער החליפין הוא {{amount}}, נכון ליום {{date}}.",
  },
} as const satisfies Record<string, InEveryLanguage>;

export type PhraseName = keyof typeof PHRASES;

/** What is answered when a question has no answer. */
export const NOTICES = {
  OUTSIDE: {
    en: "I cannot answer this. You can ask about cash, net asset value, income and spending by category, the largest payments, expected payments, unusual payments, returns, risk, forecasts, prices and exchange rates.",
    de: "Das kann ich nicht beantworten. Fragen Sie nach liquiden Mitteln, Nettoinventarwert, Einnahmen und Ausgaben nach Kategorie, den größten Zahlungen, erwarteten oder ungewöhnlichen Zahlungen, Rendite, Risiko, Prognosen, Kursen und Wechselkursen.",
    fr: "Je ne peux pas répondre à cette question. Vous pouvez demander la trésorerie, la valeur liquidative, les recettes et dépenses par catégorie, les plus gros paiements, les paiements attendus ou inhabituels, le rendement, le risque, les prévisions, les cours et les taux de change.",
    es: "No puedo responder a esto. Puede preguntar por el efectivo, el valor liquidativo, los ingresos y gastos por categoría, los mayores pagos, los pagos esperados o inusuales, la rentabilidad, el riesgo, las previsiones, los precios y los tipos de cambio.",
    he: "אין לי תשובה לשאלה זו. אפשר לשאול על מזומן, שווי נכסי נקי, הכנסות והוצאות לפי קטגוריה, התשלומים הגדולים, תשלומים צפויים או חריגים, תשואה, סיכון, תחזיות, מחירים ושערי חליפין.",
  },
  NO_DATA: {
    en: "The books and figures you may see have nothing about this.",
    de: "Die Bücher und Zahlen, die Sie sehen dürfen, enthalten nichts dazu.",
    fr: "La comptabilité et les chiffres que vous pouvez voir ne contiennent rien à ce sujet.",
    es: "Los libros y las cifras que puede ver no contienen nada sobre esto.",
    he: "בספרים ובנתונים שמותר לך לראות אין על כך דבר.",
  },
  NAME_A_FUND: {
    en: "You see several funds. Name the fund that you mean.",
    de: "Sie sehen mehrere Fonds. Nennen Sie den Fonds, den Sie meinen.",
    fr: "Vous voyez plusieurs fonds. Nommez celui dont il s'agit.",
    es: "Usted ve varios fondos. Diga a cuál se refiere.",
    he: "יש כאן כמה קרנות. נא לציין לאיזו קרן הכוונה.",
  },
  NO_TRADE_ADVICE: {
    en: "I give no advice to buy, sell or hold anything. I can tell what the books and figures show.",
    de: "Ich gebe keinen Rat, etwas zu kaufen, zu verkaufen oder zu halten. Ich kann sagen, was Bücher und Zahlen zeigen.",
    fr: "Je ne conseille ni d'acheter, ni de vendre, ni de conserver. Je peux dire ce que montrent la comptabilité et les chiffres.",
    es: "No aconsejo comprar, vender ni mantener nada. Puedo decir lo que muestran los libros y las cifras.",
    he: "איני מייעץ לקנות, למכור או להחזיק. אפשר לומר מה מראים הספרים והנתונים.",
  },
} as const satisfies Record<string, InEveryLanguage>;

export type NoticeName = keyof typeof NOTICES;
