import { REPORTS, type ReportQuery } from "./report-query.ts";

/** The days of a column: a day alone, or a period. */
export interface ComparedDays {
  readonly from?: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

const partsOf = (day: string): [year: number, month: number, day: number] => {
  const [year = 1970, month = 1, ofMonth = 1] = day.split("-").map(Number);
  return [year, month, ofMonth];
};
const toDay = (date: Date): string => date.toISOString().slice(0, 10);
const epochOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const lastOfMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

const isFirst = (day: string): boolean => day.endsWith("-01");
const isLast = (day: string): boolean => {
  const [year, month, ofMonth] = partsOf(day);
  return ofMonth === lastOfMonth(year, month);
};

/** The day some months before: the last of a month leads to the last, and none behind the last of its month. */
function monthsBefore(day: string, months: number): string {
  const [year, month, ofMonth] = partsOf(day);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = lastOfMonth(first.getUTCFullYear(), first.getUTCMonth() + 1);
  first.setUTCDate(isLast(day) ? last : Math.min(ofMonth, last));
  return toDay(first);
}

/** How many months a period is long; undefined when it is not whole months. */
function wholeMonths(from: string, to: string): number | undefined {
  if (!isFirst(from) || !isLast(to) || from > to) return undefined;
  const [[fromYear, fromMonth], [toYear, toMonth]] = [partsOf(from), partsOf(to)];
  return (toYear - fromYear) * 12 + toMonth - fromMonth + 1;
}

const YEAR_MONTHS = 12;

/** The period before: as many months, or as many days where it is not whole months. */
function periodBefore(from: string, to: string, times: number): ComparedDays {
  const months = wholeMonths(from, to);
  if (months !== undefined) {
    return { from: monthsBefore(from, months * times), to: monthsBefore(to, months * times) };
  }
  const shiftMs = (epochOf(to) - epochOf(from) + DAY_MS) * times;
  const before = (day: string): string => toDay(new Date(epochOf(day) - shiftMs));
  return { from: before(from), to: before(to) };
}

/** The columns of a comparison, that of the query first; it alone when nothing is compared. */
export function comparedDays(asked: ReportQuery): ComparedDays[] {
  const { asOf, from, to, compare, columns } = asked;
  const isOfDay = REPORTS[asked.report].covers === "day";
  const own = isOfDay ? { to: asOf } : { from, to };
  if (compare === "") return [own];
  return Array.from({ length: columns }, (_, times) => {
    if (times === 0) return own;
    const months = compare === "year" ? YEAR_MONTHS * times : times;
    if (isOfDay) return { to: monthsBefore(asOf, months) };
    return compare === "year"
      ? { from: monthsBefore(from, months), to: monthsBefore(to, months) }
      : periodBefore(from, to, times);
  });
}
