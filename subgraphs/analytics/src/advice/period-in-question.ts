import { isCalendarDate } from "@allfunds/platform/dates";
import { PERIODS, termsIn } from "./measure-words.ts";
import { addDays, monthOf, periodOf, spanOf, type Period, type PeriodName } from "./period.ts";

const MONTHS: readonly string[] = [
  String.raw`\b(?:january|januar|janner|janvier|enero)\b|ינואר`,
  String.raw`\b(?:february|februar|fevrier|febrero)\b|פברואר`,
  String.raw`\b(?:march|marz|mars|marzo)\b|מרץ|מרס`,
  String.raw`\b(?:april|avril|abril)\b|אפריל`,
  String.raw`\b(?:may|mai|mayo)\b|מאי`,
  String.raw`\b(?:june|juni|juin|junio)\b|יוני`,
  String.raw`\b(?:july|juli|juillet|julio)\b|יולי`,
  String.raw`\b(?:august|aout|agosto)\b|אוגוסט`,
  String.raw`\b(?:september|septembre|septiembre)\b|ספטמבר`,
  String.raw`\b(?:october|oktober|octobre|octubre)\b|אוקטובר`,
  String.raw`\b(?:november|novembre|noviembre)\b|נובמבר`,
  String.raw`\b(?:december|dezember|decembre|diciembre)\b|דצמבר`,
];

const MONTH_PATTERNS = MONTHS.map((names) => new RegExp(names, "u"));
const ANY_MONTH = MONTHS.join("|");
const YEAR = /\b20\d{2}\b/gu;

/** A day of a month: "15 March", "3. Mai", "el 4 de junio", "March 3rd". */
const DAY_BEFORE = new RegExp(
  String.raw`\b(\d{1,2})(?:st|nd|rd|th|er|\.)? ?(?:of |de |d')?(?:[בל]?)(?:${ANY_MONTH})`,
  "u",
);
const DAY_BEHIND = new RegExp(
  String.raw`(?:\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b) (\d{1,2})(?:st|nd|rd|th)?\b`,
  "u",
);

const ORDINALS: readonly string[] = [
  "first|1st|ersten?s?|premier|1er|primer|ראשון|הראשון",
  "second|2nd|zweiten?s?|deuxieme|second|2e|segundo|שני|השני",
  "third|3rd|dritten?s?|troisieme|3e|tercer|שלישי|השלישי",
  "fourth|4th|vierten?s?|quatrieme|4e|cuarto|רביעי|הרביעי",
];
const QUARTER = "quarter|quartals?|trimestre|ב?רבעון|הרבעון";
const HALF = "half(?: year)?|halbjahr(?:es)?|semestre|ב?מחצית|המחצית";

/** Which one of its kind a question names, by a word before or behind, or by a sign such as Q1. */
function partNamed(folded: string, kind: string, sign: RegExp): number | undefined {
  const byWord = ORDINALS.findIndex((ordinal) =>
    new RegExp(
      `(?<!\\p{L})(?:${ordinal})\\.? (?:${kind})(?!\\p{L})|(?<!\\p{L})(?:${kind}) (?:${ordinal})(?!\\p{L})`,
      "u",
    ).test(folded),
  );
  if (byWord >= 0) return byWord + 1;
  const found = sign.exec(folded);
  return found === null ? undefined : Number(found[1] ?? found[2]);
}

/**
 * The period a folded question names: by dates, by name, by days, by parts of a year, or as the last so many days; from
 * the first to the last of several. Null when it names none, undefined when it names a day that is none.
 */
export function periodIn(folded: string, today: string): Period | null | undefined {
  const dates = folded.match(/\b\d{4}-\d{2}-\d{2}\b/g) ?? [];
  const [from, to] = dates;
  if (from !== undefined)
    return dates.every(isCalendarDate) ? spanOf(from, to ?? today) : undefined;
  const [name] = termsIn(folded, PERIODS);
  if (name !== undefined) return periodOf(name as PeriodName, today);
  const years = (folded.match(YEAR) ?? []).map(Number).toSorted((one, other) => one - other);
  const part = partOfYear(folded, years[0] ?? Number(today.slice(0, 4)));
  if (part !== undefined) return part;
  const months = monthsIn(folded);
  if (months.length > 0) return spanOfMonths(folded, months, years, today);
  if (years.length > 0) return spanOf(`${years[0]}-01-01`, `${years.at(-1)}-12-31`);
  const days = /\b(\d{1,3}) (?:days|tage\w*|jours|dias)\b|(\d{1,3}) (?:ה)?ימים/u.exec(folded);
  const count = Number(days?.[1] ?? days?.[2] ?? 0);
  return count > 0 ? { name: null, from: addDays(today, 1 - count), to: today } : null;
}

/** A quarter or a half of a year. */
function partOfYear(folded: string, year: number): Period | undefined {
  const quarter = partNamed(folded, QUARTER, /\b[qt]([1-4])\b|\b([1-4])[qt]\b/u);
  if (quarter !== undefined) return monthsOf(year, quarter * 3 - 2, quarter * 3);
  const half = partNamed(folded, HALF, /\b[hs]([12])\b|\b([12])[hs]\b/u);
  return half === undefined || half > 2 ? undefined : monthsOf(year, half * 6 - 5, half * 6);
}

const monthsOf = (year: number, first: number, last: number): Period => ({
  name: null,
  from: monthOf(year, first).from,
  to: monthOf(year, last).to,
});

/** The months that a question names, in their order in it. */
const monthsIn = (folded: string): number[] =>
  MONTH_PATTERNS.map((pattern, index) => ({ at: folded.search(pattern), month: index + 1 }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at)
    .map(({ month }) => month);

function spanOfMonths(
  folded: string,
  months: readonly number[],
  years: readonly number[],
  today: string,
): Period | null | undefined {
  const [first = 1, last = first] = [months[0], months.at(-1)];
  const lastYear = years.at(-1) ?? yearOfLast(last, today);
  const firstYear = years.length > 1 ? (years[0] ?? lastYear) : lastYear - (first > last ? 1 : 0);
  if (months.length === 1) {
    const day = DAY_BEFORE.exec(folded)?.[1] ?? DAY_BEHIND.exec(folded)?.[1];
    if (day !== undefined) return dayOf(lastYear, first, Number(day));
  }
  return { name: null, from: monthOf(firstYear, first).from, to: monthOf(lastYear, last).to };
}

function dayOf(year: number, month: number, day: number): Period | undefined {
  const date = `${monthOf(year, month).from.slice(0, 8)}${String(day).padStart(2, "0")}`;
  return spanOf(date, date) ?? undefined;
}

/** A month without a year is the last one that has begun. */
const yearOfLast = (month: number, today: string): number =>
  Number(today.slice(0, 4)) - (month > Number(today.slice(5, 7)) ? 1 : 0);

/** A folded question without May where it is the month, which is a word of advice as well. */
export const withoutPeriods = (folded: string): string =>
  folded.replace(
    /\bmay(?= 20\d\d)|(?<=\b(?:in|of|since|until|from|for|last|this|during|by|to|and) )may\b/gu,
    "",
  );
