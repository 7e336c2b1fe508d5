import { median } from "../history/robust-score.ts";

/** Past movements that may repeat: same payee, direction, currency and category, oldest first. */
export interface Occurrence {
  readonly transactionId: string;
  /** ISO calendar date. */
  readonly date: string;
  readonly amountMinor: bigint;
}

export type Recurrence = "WEEKLY" | "MONTHLY" | "QUARTERLY" | "YEARLY";

export interface ExpectedOccurrence {
  readonly recurrence: Recurrence;
  /** When it is expected next, ISO calendar date. */
  readonly date: string;
  /** Median of the past amounts, minor units. */
  readonly amountMinor: bigint;
  /** 0 to 1: how regular dates and amounts were, and how often it happened. */
  readonly confidence: number;
  readonly evidence: readonly Occurrence[];
}

/** Days between two occurrences; months differ in length and banks close at weekends. */
const PATTERNS: readonly {
  recurrence: Recurrence;
  days: number;
  tolerance: number;
  months: number;
}[] = [
  { recurrence: "WEEKLY", days: 7, tolerance: 2, months: 0 },
  { recurrence: "MONTHLY", days: 30.4, tolerance: 5, months: 1 },
  { recurrence: "QUARTERLY", days: 91.3, tolerance: 10, months: 3 },
  { recurrence: "YEARLY", days: 365.2, tolerance: 15, months: 12 },
];

const LEAST_OCCURRENCES = 3;
/** Share of the intervals that must fit the pattern. */
const LEAST_REGULARITY = 0.7;
const EVIDENCE_SHOWN = 6;
const DAY_MS = 86_400_000;

/**
 * The next occurrence of a regular series as seen on `asOf`, or undefined when the series is too
 * short, too irregular, or has stopped (one and a half periods without a movement).
 */
export function expectNext(
  past: readonly Occurrence[],
  asOf: string,
): ExpectedOccurrence | undefined {
  const series = mergeDays(past).slice(-24);
  const last = series.at(-1);
  if (series.length < LEAST_OCCURRENCES || last === undefined) return undefined;
  const gaps = series
    .slice(1)
    .map((each, index) => daysBetween(series[index]?.date ?? each.date, each.date));
  const pattern = PATTERNS.find(
    ({ days, tolerance }) => Math.abs(median(gaps) - days) <= tolerance,
  );
  if (pattern === undefined) return undefined;
  const { days, tolerance } = pattern;
  const regularity = gaps.filter((gap) => Math.abs(gap - days) <= tolerance).length / gaps.length;
  if (regularity < LEAST_REGULARITY || daysBetween(last.date, asOf) > days * 1.5) return undefined;
  const amounts = series.map(({ amountMinor }) => Number(amountMinor));
  return {
    recurrence: pattern.recurrence,
    date: nextDate(series, pattern),
    amountMinor: middleAmount(series),
    confidence: regularity * steadiness(amounts) * (series.length / (series.length + 1)),
    evidence: past.slice(-EVIDENCE_SHOWN),
  };
}

/** Several payments of one day (a payroll run) are one occurrence. */
function mergeDays(past: readonly Occurrence[]): Occurrence[] {
  const days = new Map<string, Occurrence>();
  for (const each of past) {
    const same = days.get(each.date);
    days.set(
      each.date,
      same === undefined ? each : { ...same, amountMinor: same.amountMinor + each.amountMinor },
    );
  }
  return [...days.values()].toSorted((a, b) => a.date.localeCompare(b.date));
}

/** 1 for equal amounts, towards 0.5 the more they scatter around their median. */
function steadiness(amounts: readonly number[]): number {
  const centre = median(amounts);
  const spread = median(amounts.map((amount) => Math.abs(amount - centre)));
  return 1 - 0.5 * Math.min(1, spread / Math.max(centre, 1));
}

function middleAmount(series: readonly Occurrence[]): bigint {
  const sorted = series
    .map(({ amountMinor }) => amountMinor)
    .toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  return sorted[(sorted.length - 1) >> 1] ?? 0n;
}

/** Months keep their usual day (the 31st becomes the last day of a short month); weeks add days. */
function nextDate(
  series: readonly Occurrence[],
  { days, months }: { days: number; months: number },
): string {
  const last = new Date(`${series.at(-1)?.date}T00:00:00Z`);
  if (months === 0) return isoDate(new Date(last.getTime() + Math.round(days) * DAY_MS));
  const usualDay = Math.round(median(series.map(({ date }) => Number(date.slice(8)))));
  const lastOfMonth = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + months + 1, 0));
  lastOfMonth.setUTCDate(Math.min(usualDay, lastOfMonth.getUTCDate()));
  return isoDate(lastOfMonth);
}

const isoDate = (date: Date): string => date.toISOString().slice(0, 10);

const daysBetween = (earlier: string, later: string): number =>
  (Date.parse(later) - Date.parse(earlier)) / DAY_MS;
