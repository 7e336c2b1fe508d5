import type { Period } from "./period.ts";

/** What a question was understood as so far. */
interface Reading {
  /** A name of `INTENTS` in question.ts. */
  readonly intent: string;
  readonly period: Period | null;
  readonly categories: readonly string[];
  readonly today: string;
}

/** What no template computes: means, shares, counts, differences and comparisons. */
const COMPUTED =
  /\b(?:averages?|mean|median|per (?:month|year|week|day)|monthly|percentage|share of|proportion|how many|minus|without|excluding|except|compared|than|versus|vs|durchschnitt\w*|schnitt|anteil|prozent\w*|wie viele (?:zahlungen|buchungen|transaktionen)|ohne|ausser|verglichen|vergleich|als|moyenne?s?|pourcentage|part d\w*|combien de (?:paiements|transactions|mouvements)|moins|sans|sauf|compare\w*|promedio|porcentaje|proporcion|cuant[ao]s (?:pagos|transacciones|movimientos)|menos|sin|excepto|comparad\w*)\b|ממוצע|אחוז|בלי|ללא|לעומת|בהשוואה/u;
/** Who paid or was paid: sums are by category only. */
const WHO =
  /\b(?:who|whom|payees?|suppliers?|vendors?|counterpart\w+|wer|wem|lieferant\w*|empfanger\w*|qui|fournisseurs?|quien\w*|proveedor\w*)\b|(?<![א-ת])(?:מי|למי|ספק|ספקים)(?![א-ת])/u;
/** What has passed its date; of expected payments templates give only the next dates. */
const OVERDUE =
  /\b(?:overdue|late|missed|unpaid|uberfallig\w*|verspatet\w*|ausstehend\w*|en retard|impaye\w*|atrasad\w*|vencid\w*|impagad\w*)\b|באיחור|פיגור/u;

const SUMS: readonly string[] = ["SPENDING", "INCOME", "NET_FLOW"];
const OF_TODAY: readonly string[] = ["CASH", "NAV", "RUNWAY"];

/** What the money was for, or who had it, behind a word that leads to it. */
const OBJECT =
  /\b(?:on|for|to|from|fur|an|von|pour|para|por)\s+((?!the last|last)[\p{L}\d' -]{2,60})|\b(?:pay|paid)\s+((?!for|in|this|last|out)[\p{L}-]{3,40})/u;
/** Words of an object that name none: times, articles, and everything. */
const NO_OBJECT =
  /\b(?:the|a|this|that|last|first|second|third|fourth|quarter|half|year|month|week|day|days|all|everything|total|in|of|our|us|and|to|until|fund|funds|money|date|now|today|der|die|das|den|dem|diese\w*|letzte\w*|jahr\w*|monat\w*|quartals?|woche|im|alles|insgesamt|fonds|uns|heute|ausgegeben|bezahlt|gezahlt|eingenommen|erhalten|verdient|le|la|les|ce|cette|annee|mois|dernier|derniere|trimestre|tout|aujourd|hui|hoy|el|los|las|este|esta|ano|mes|pasado|todo|fondo|january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|marz|mai|juni|juli|oktober|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|[\d' -]/gu;

/**
 * Whether a question has a part that its template would leave out: the answer would be right, but to another question.
 */
export function isBeyondTemplates(
  folded: string,
  { intent, period, categories, today }: Reading,
): boolean {
  if (OF_TODAY.includes(intent) && period !== null && !contains(period, today)) return true;
  const isSum = SUMS.includes(intent);
  if ((isSum || intent === "EXPECTED") && OVERDUE.test(folded)) return true;
  if (!isSum) return false;
  // "Management fees" are fees as well.
  if (categories.filter((each) => each !== "FEES").length > 1) return true;
  if (COMPUTED.test(folded) || WHO.test(folded)) return true;
  const object = OBJECT.exec(folded);
  const named = (object?.[1] ?? object?.[2] ?? "").replace(NO_OBJECT, "");
  return categories.length === 0 && named.length > 2;
}

const contains = ({ from, to }: Period, day: string): boolean => from <= day && day <= to;
