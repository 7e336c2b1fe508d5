import { fold } from "./prose.ts";
import { CURRENCY_NAMES, TRADE_ADVICE } from "./checker-words.ts";
import type { Language } from "./fact.ts";
import { MEASURES, RANKS, termsIn } from "./measure-words.ts";
import { isBeyondTemplates } from "./beyond-templates.ts";
import type { Period } from "./period.ts";
import { periodIn, withoutPeriods } from "./period-in-question.ts";

/** What can be answered from templates. */
const INTENTS = [
  "CASH",
  "NAV",
  "RUNWAY",
  "SPENDING",
  "INCOME",
  "NET_FLOW",
  "LARGEST_MOVEMENTS",
  "SEARCH",
  "EXPECTED",
  "INSIGHTS",
  "RISK",
  "RETURN",
  "DRAWDOWN",
  "FORECAST",
  "PRICE",
  "EXCHANGE_RATE",
] as const;
export type Intent = (typeof INTENTS)[number];

/** A question as the templates understand it. */
export interface Understood {
  readonly language: Language;
  readonly intent: Intent;
  /** Null when the question names none. */
  readonly period: Period | null;
  readonly direction: "IN" | "OUT";
  /** Of SPENDING: FEES, or the code of a category; null for everything. */
  readonly category: string | null;
  /** Of SEARCH and PRICE: the words to look for. */
  readonly text: string | null;
  readonly currencies: readonly string[];
  readonly months: number | null;
}

/** Categories that a question can name, by the words of `MEASURES`. */
const CATEGORY_TERMS: readonly string[] = [
  "MANAGEMENT_FEE",
  "PERFORMANCE_FEE",
  "ADMINISTRATION_FEE",
  "CUSTODY_FEE",
  "REGULATORY_FEE",
  "BANK_CHARGES",
  "AUDIT_LEGAL",
  "TAX",
  "RENT",
  "PAYROLL",
  "INSURANCE",
  "UTILITIES",
  "IT",
  "MARKET_DATA",
  "MARKETING",
  "TRAVEL",
  "FEES",
  "DIVIDEND",
  "INTEREST",
  "SUBSCRIPTION",
  "REDEMPTION",
];
/** Categories that a fund receives rather than pays. */
const RECEIVED: readonly string[] = ["DIVIDEND", "INTEREST", "SUBSCRIPTION"];

/** Words that ask for a measure and would not name one in an answer. */
const ASKED: readonly (readonly [string, RegExp])[] = [
  [
    "OUTFLOW",
    /\b(?:spend|pay|cost|money go|ausgeben|zahlen|bezahlen|depenser|payer|payons|gastar|gastamos|pagar|pagamos)\b|שילמנו|לשלם/u,
  ],
  [
    "INFLOW",
    /\b(?:receive|earn|earned|get|einnehmen|eingenommen|verdient|recevoir|gagne|recibir|recibimos|ganamos)\b|קיבלנו/u,
  ],
  ["EXPECTED", /\b(?:expect|erwarten|attendre|esperar|esperan?|esperamos)\b|לצפות/u],
  [
    "CASH",
    /\b(?:bank balance|money|account balances?|kontostand|geld|auf dem konto|solde|argent|saldo|dinero)\b|יתרה|כסף/u,
  ],
  [
    "NAV",
    /\bfund worth\b|\bfonds wert\b|\bwert des fonds\b|\bvaut le fonds\b|\bvale el fondo\b|שווה הקרן|שווי הקרן/u,
  ],
  [
    "RETURN",
    /\bfund (?:doing|do|done|perform\w*|developed?)\b|\bfonds\b.*\b(?:abgeschnitten|entwickel\w*|gelaufen)\b|\bentwickelt\w*\b.*\bfonds\b|\bse porte le fonds\b|\bperformances?\b|\b(?:como va|como ha ido) el fondo\b|הקרן הולכת|ביצועי הקרן/u,
  ],
  [
    "RUNWAY",
    /\bhow long (?:will|does|do|can)\b.*\blast\b|\bwie lange reich\w*|\bcombien de temps\b|\bcuanto (?:tiempo )?(?:dura|durara|alcanza)\b|לכמה זמן/u,
  ],
];

const REMARKABLE =
  /\b(?:unusual|anomal\w*|remarkable|suspicious|duplicates?|insights?|strange|ungewohnlich\w*|auffallig\w*|verdachtig\w*|doppelt\w*|inhabituel\w*|anorma\w*|doublons?|suspect\w*|inusual\w*|extran\w*|sospechos\w*|duplicad\w*)\b|חריג|חשוד|כפול/u;
const SEARCHES =
  /\b(?:search(?: for)?|find|look for|show(?: me)?(?: all)? (?:transactions|payments)|suche?n?|finde|zeige?|cherchez?|trouvez?|busca[r]?|encuentra)\b|חפש|מצא/u;
const NEXT_FLOWS =
  /\b(?:next|coming|nachste\w*|kommende\w*|prochaine?s?|proxim[oa]s?) (?:payments?|bills?|receipts?|zahlung\w*|rechnung\w*|paiements?|factures?|pagos?|facturas?|cobros?)\b|(?:תשלומים|חשבונות) הבאים/u;
const RISKS = /\b(?:risks?|risky|risiko|risiken|risques?|riesgos?)\b|סיכון|סיכונים/u;
const AHEAD =
  /\b(?:will\b.*|next |in (?:\d+ |a )?)(?:months?|year)\b|\b(?:wird|werden)\b.*\b(?:monat\w*|jahr)\b|\bdans (?:\d+ )?mois\b|\ben (?:\d+ )?meses\b|בעוד/u;
const COSTS =
  /\b(?:costs?|worth|kostet|wert|kurs|vaut|coute|vale|cuesta|rate|taux)\b|עולה|שווה|שער/u;
/** "The large payments", which in Hebrew are the largest. */
const LARGE =
  /\b(?:top|large|big|grossen?|hochsten?|gros|grands?|grandes?)\b|(?<![א-ת])ה?(?:גדולים|גדולות|גבוהים|גבוהות)(?![א-ת])/u;
const PAYMENTS =
  /\b(?:payments?|receipts?|movements?|transactions?|expenses?|zahlung(?:en)?|buchung(?:en)?|ausgaben?|eingange?|paiements?|mouvements?|depenses?|encaissements?|pagos?|movimientos?|gastos?|cobros?)\b|תשלום|תשלומים|תנועות|תנועה|הוצאה|הוצאות|תקבול/u;

/** Reads what a question wants; undefined when no template answers it. */
export function understand(
  question: string,
  today: string,
  wanted?: Language,
): Understood | undefined {
  const folded = fold(question);
  const language = wanted ?? languageOf(question);
  const asked = ASKED.filter(([, pattern]) => pattern.test(folded)).map(([term]) => term);
  const terms = new Set([...termsIn(folded, MEASURES), ...asked]);
  const ranks = new Set(termsIn(folded, RANKS));
  const currencies = currenciesIn(question);
  const intent = intentOf(folded, terms, ranks, currencies);
  if (intent === undefined) return undefined;
  const categories = CATEGORY_TERMS.filter((term) => terms.has(term));
  const category = categories[0] ?? null;
  const period = periodIn(folded, today);
  if (period === undefined || isBeyondTemplates(folded, { intent, period, categories, today })) {
    return undefined;
  }
  const isReceived =
    intent === "INCOME" ||
    (category !== null && RECEIVED.includes(category)) ||
    (terms.has("INFLOW") && !terms.has("OUTFLOW"));
  return {
    language,
    intent,
    period,
    direction: isReceived ? "IN" : "OUT",
    category,
    text: wordsToFind(question, folded),
    currencies,
    months: monthsAhead(folded),
  };
}

/** Questions whether to trade are refused, whatever else they ask. */
export const requestsTradeAdvice = (question: string): boolean =>
  TRADE_ADVICE.some((pattern) => pattern.test(withoutPeriods(fold(question))));

type Rule = readonly [Intent, (question: Facets) => boolean];
interface Facets {
  readonly folded: string;
  readonly has: (...terms: readonly string[]) => boolean;
  readonly ranks: ReadonlySet<string>;
  readonly currencies: readonly string[];
}

/** The first that applies; narrow ones come before wide ones. */
const RULES: readonly Rule[] = [
  [
    "EXCHANGE_RATE",
    ({ has, folded, currencies }) =>
      currencies.length > 1 && (has("EXCHANGE_RATE") || COSTS.test(folded)),
  ],
  ["INSIGHTS", ({ folded }) => REMARKABLE.test(folded)],
  [
    "LARGEST_MOVEMENTS",
    ({ ranks, folded }) => (ranks.has("LARGEST") || LARGE.test(folded)) && PAYMENTS.test(folded),
  ],
  [
    "EXPECTED",
    ({ has, folded }) => NEXT_FLOWS.test(folded) || (has("EXPECTED") && PAYMENTS.test(folded)),
  ],
  ["SEARCH", ({ folded }) => SEARCHES.test(folded)],
  ["RUNWAY", ({ has }) => has("RUNWAY")],
  ["FORECAST", ({ has, folded }) => has("FORECAST") || (AHEAD.test(folded) && has("CASH", "NAV"))],
  ["EXPECTED", ({ has }) => has("EXPECTED")],
  ["DRAWDOWN", ({ has }) => has("DRAWDOWN")],
  ["RISK", ({ has, folded }) => has("VOLATILITY", "SHARPE", "VALUE_AT_RISK") || RISKS.test(folded)],
  ["PRICE", ({ has }) => has("PRICE")],
  ["NAV", ({ has }) => has("NAV")],
  ["INCOME", ({ has }) => has(...RECEIVED)],
  ["SPENDING", ({ has }) => has(...CATEGORY_TERMS)],
  ["RETURN", ({ has }) => has("RETURN")],
  ["NET_FLOW", ({ has }) => has("NET_FLOW") || (has("INFLOW") && has("OUTFLOW"))],
  ["SPENDING", ({ has }) => has("OUTFLOW")],
  ["INCOME", ({ has }) => has("INFLOW")],
  ["CASH", ({ has }) => has("CASH")],
];

function intentOf(
  folded: string,
  terms: ReadonlySet<string>,
  ranks: ReadonlySet<string>,
  currencies: readonly string[],
): Intent | undefined {
  const has = (...any: readonly string[]): boolean => any.some((term) => terms.has(term));
  return RULES.find(([, applies]) => applies({ folded, has, ranks, currencies }))?.[0];
}

const COMMON_WORDS: readonly (readonly [Language, RegExp])[] = [
  [
    "en",
    /\b(?:the|how|what|much|many|is|are|was|were|did|do|spending|fees|payments?|rent|forecast|income|balance|we|our|us|which|show|have|of|last|this)\b/g,
  ],
  [
    "de",
    /\b(?:der|die|das|gab|wie|was|viel|kostet|ein|eine|geld|viele|ist|sind|kontostand|gebuhren|ausgaben|einnahmen|zahlung(?:en)?|miete|rendite|wechselkurs|prognose|risiko|nettoinventarwert|erwartete\w*|war|waren|haben|wir|unser\w*|welche\w*|zeige?|letzten?|fur|im|und|hoch)\b/g,
  ],
  [
    "fr",
    /\b(?:le|la|les|combien|quel(?:le)?s?|tresorerie|depenses|frais|paiements?|loyer|rendement|taux|prevision|risque|liquidative|est|sont|avons|nous|notre|nos|dernier|derniere|des|du|au|en|avez|montre)\b/g,
  ],
  [
    "es",
    /\b(?:el|la|los|las|cuanto|cuanta|efectivo|gastos|pagos?|alquiler|rentabilidad|comisiones|prevision|riesgo|liquidativo|cual|cuales|son|fueron|hemos|tenemos|nuestr\w*|ultimo|pasado|del|en|hay|muestra)\b/g,
  ],
];

/** Characters that one of the languages has, and the others have not. */
const OWN_CHARACTERS: readonly (readonly [Language, RegExp])[] = [
  ["de", /[äöüß]/giu],
  ["fr", /[àâçèêëîïôœùû]/giu],
  ["es", /[¿¡ñáíóú]/giu],
];

/** The language with the most of its common words and characters; that of the reader where several have as many. */
export function languageOf(question: string, reader: Language = "en"): Language {
  if (/\p{Script=Hebrew}/u.test(question)) return "he";
  const folded = fold(question);
  const counts = COMMON_WORDS.map(([language, pattern]) => {
    const characters = OWN_CHARACTERS.find(([each]) => each === language)?.[1] ?? /(?!)/gu;
    const found = [...(folded.match(pattern) ?? []), ...(question.match(characters) ?? [])];
    return { language, count: found.length };
  });
  const most = Math.max(...counts.map(({ count }) => count));
  const likely = counts.filter(({ count }) => count === most);
  const [first] = likely;
  const isReaders = most === 0 || likely.some(({ language }) => language === reader);
  return isReaders || first === undefined ? reader : first.language;
}

/** By codes, and by names: "dollar" is the most common one. */
function currenciesIn(question: string): string[] {
  const words = question.match(/\p{L}+/gu) ?? [];
  const named = words.flatMap((word) => {
    if (/^[A-Z]{3}$/.test(word) && ISO.has(word)) return word;
    const folded = fold(word);
    const codes = CURRENCY_NAMES.get(folded) ?? CURRENCY_NAMES.get(folded.replace(/^[בלמ]/u, ""));
    return codes?.[0] ?? [];
  });
  return [...new Set(named)];
}
const ISO: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

function monthsAhead(folded: string): number | null {
  const count = Number(/\b(\d{1,2}) (?:months?|monat\w*|mois|meses)\b/.exec(folded)?.[1] ?? 0);
  return count >= 1 && count <= 24 ? count : null;
}

/** What stands in quotation marks, or behind a word of searching or of a price. */
function wordsToFind(question: string, folded: string): string | null {
  const quoted = /["“”„«»']([^"“”„«»]{2,80})["“”„«»']/u.exec(question)?.[1]?.trim();
  if (quoted !== undefined && quoted !== "") return quoted;
  const match = SEARCHES.exec(folded);
  const behind = match === null ? folded : folded.slice(match.index + match[0].length);
  const about =
    /\b(?:of|for|about|with|by|from|to|von|fur|nach|mit|an|de|du|pour|avec|del|con|sobre|para)\s+(?:the |der |die |das |le |la |les |el |los )?(.{2,80}?)[?.!]*$/u.exec(
      behind,
    )?.[1];
  if (about !== undefined) return about.trim();
  const rest = behind.replace(/[?.!]+$/u, "").trim();
  return match === null || rest.length < 2 ? null : rest;
}
