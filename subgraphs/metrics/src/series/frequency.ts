import { requireAscending } from "./series.ts";
import type { Gap, Series } from "./series.ts";
import { TradingWeek } from "./trading-week.ts";
import type { Step } from "./trading-week.ts";

export type FrequencyName =
  | "YEARLY"
  | "QUARTERLY"
  | "MONTHLY"
  | "WEEKLY"
  | "DAILY"
  | "BUSINESS_DAILY"
  | "HOURLY"
  | "MINUTELY"
  | "IRREGULAR";

/** How often a series has points: by modal spacing and the share of exceptions, never by a mean. */
export interface Frequency {
  readonly name: FrequencyName;
  /** Length of one step; the mean length of months, quarters and years; 0 when IRREGULAR. */
  readonly spacingMs: number;
  /** Steps that make a year, for annualising; 0 when IRREGULAR. */
  readonly periodsPerYear: number;
  /** Steps after which a season repeats, 1 without one. */
  readonly seasonLength: number;
  /** Share of spacings, 0 to 1, that the calendar does not lead to; holidays and gaps are such. */
  readonly exceptions: number;
  /** Holes longer than the calendar explains, in order; none when IRREGULAR. */
  readonly gaps: readonly Gap[];
}

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 86_400_000;

/** A frequency by the calendar; `shortest` and `longest` bound an ordinary step, in days. */
interface CalendarStep {
  readonly name: FrequencyName;
  readonly shortest: number;
  readonly longest: number;
  readonly days: number;
  readonly periodsPerYear: number;
  /** Missing points that a holiday explains. */
  readonly explained: number;
}

// Last trading days move within a week, a month or a quarter, so a step varies.
const CALENDAR_STEPS: readonly CalendarStep[] = [
  { name: "WEEKLY", shortest: 5, longest: 9, days: 7, periodsPerYear: 52, explained: 2 },
  { name: "MONTHLY", shortest: 26, longest: 35, days: 30.436875, periodsPerYear: 12, explained: 0 },
  {
    name: "QUARTERLY",
    shortest: 86,
    longest: 96,
    days: 91.310625,
    periodsPerYear: 4,
    explained: 0,
  },
  { name: "YEARLY", shortest: 360, longest: 372, days: 365.2425, periodsPerYear: 1, explained: 0 },
];

// A day's step may be shorter or longer by daylight saving and early closes.
const SHORTEST_DAY_MS = 18 * MS_PER_HOUR;
const LONGEST_DAY_MS = 30 * MS_PER_HOUR;

const TRADING_DAYS_PER_YEAR = 252;
const TRADING_WEEKDAYS = 5;
const WEEKDAYS = 7;
const DAYS_PER_YEAR = 365;

/** A frequency without its exceptions and gaps, and how it judges the spacing before a point. */
type Candidate = Omit<Frequency, "exceptions" | "gaps"> & {
  readonly stepTo: (index: number) => Step;
};

/**
 * The frequency of a series. Its modal spacing names the candidate; the calendar of the series
 * (weekends, nights, holidays of up to ten working days) explains longer spacings; a series that
 * has too many others, as a whole or in one part, is IRREGULAR. So is one of fewer than 3 points.
 *
 * @param times epoch milliseconds, strictly ascending, otherwise INVALID_INPUT
 */
export function detectFrequency(times: Float64Array): Frequency {
  requireAscending(times);
  const candidate = times.length < 3 ? null : candidateOf(times);
  return (candidate && judge(times, candidate)) ?? IRREGULAR;
}

/** The frequency of a series, with the gaps of what it was made of. */
export function frequencyOf({
  times,
  gaps: given = [],
}: Pick<Series, "times" | "gaps">): Frequency {
  return withGaps(detectFrequency(times), given);
}

/** The same as returns need it: a step that is no period of the frequency is left out like a gap. */
export function frequencyOfReturns(series: Pick<Series, "times" | "gaps">): Frequency {
  const frequency = frequencyOf(series);
  return withGaps(frequency, partialSteps(series.times, frequency));
}

function withGaps(frequency: Frequency, given: readonly Gap[]): Frequency {
  if (given.length === 0 || frequency.name === "IRREGULAR") return frequency;
  const gaps = new Map([...frequency.gaps, ...given].map((gap) => [gap.to, gap]));
  return { ...frequency, gaps: [...gaps.values()].sort((one, other) => one.to - other.to) };
}

/** By which part of itself a month or longer may be shorter or longer and still count as one. */
const TOLERANCE = 1 / 3;

/**
 * Steps in which nothing is missing, but that are no month, quarter or year: from a launch to its month's end. The last
 * trading day of a week may be its Monday.
 */
function partialSteps(times: Float64Array, { name, spacingMs }: Frequency): Gap[] {
  if (!CALENDAR_STEPS.some((step) => step.name === name && step.explained === 0)) return [];
  const steps = Array.from(times.subarray(1), (to, index) => ({ from: times[index]!, to }));
  return steps.flatMap(({ from, to }) => {
    const periods = (to - from) / spacingMs;
    const isPart = periods < 1 - TOLERANCE || (periods > 1 + TOLERANCE && periods < 1.5);
    return isPart ? [{ from, to, missing: 0 }] : [];
  });
}

const IRREGULAR: Frequency = {
  name: "IRREGULAR",
  spacingMs: 0,
  periodsPerYear: 0,
  seasonLength: 1,
  exceptions: 1,
  gaps: [],
};

/** The most frequent spacing: of days and longer by class, below by the second. */
function modalSpacing(times: Float64Array): number {
  const counts = new Map<number, number>();
  let [modal, most] = [0, 0];
  for (let index = 1; index < times.length; index++) {
    const spacing = spacingClass(times[index]! - times[index - 1]!);
    const count = (counts.get(spacing) ?? 0) + 1;
    counts.set(spacing, count);
    if (count > most) [modal, most] = [spacing, count];
  }
  return modal;
}

function spacingClass(spacingMs: number): number {
  if (spacingMs < SHORTEST_DAY_MS) return Math.round(spacingMs / 1000) * 1000;
  if (spacingMs <= LONGEST_DAY_MS) return MS_PER_DAY;
  const days = spacingMs / MS_PER_DAY;
  const step = CALENDAR_STEPS.find(({ shortest, longest }) => days >= shortest && days <= longest);
  return step ? step.days * MS_PER_DAY : Math.round(days) * MS_PER_DAY;
}

function candidateOf(times: Float64Array): Candidate | null {
  const spacingMs = modalSpacing(times);
  if (spacingMs === MS_PER_DAY) return dailyCandidate(times);
  if (spacingMs < MS_PER_DAY) return intradayCandidate(times, spacingMs);
  const step = CALENDAR_STEPS.find(({ days }) => days * MS_PER_DAY === spacingMs);
  return step && keepsPace(times, step) ? calendarCandidate(times, step) : null;
}

/** By how much of a step steps may be longer or shorter than by the calendar for the most part. */
const PACE = 0.04;

/**
 * Whether ordinary steps add up to what the calendar has: every five days is no week and every four weeks no month,
 * although each of their steps could be one. The first and the last point may lie anywhere in their periods.
 */
function keepsPace(times: Float64Array, { shortest, longest, days }: CalendarStep): boolean {
  let [ahead, steps] = [0, 0];
  for (let index = 1; index < times.length; index++) {
    const spacing = (times[index]! - times[index - 1]!) / MS_PER_DAY;
    if (spacing < shortest || spacing > longest) continue;
    ahead += spacing - days;
    steps++;
  }
  return Math.abs(ahead) <= longest - shortest + PACE * days * steps;
}

function calendarCandidate(times: Float64Array, step: CalendarStep): Candidate {
  const { name, shortest, longest, days, periodsPerYear, explained } = step;
  return {
    name,
    spacingMs: days * MS_PER_DAY,
    periodsPerYear,
    seasonLength: periodsPerYear,
    stepTo: (index) => {
      const [from, to] = [times[index - 1]!, times[index]!];
      const spacing = (to - from) / MS_PER_DAY;
      const missing = Math.max(0, Math.round(spacing / days) - 1);
      const regular = spacing >= shortest && spacing <= longest;
      return { regular, gap: missing > explained ? { from, to, missing } : null };
    },
  };
}

function dailyCandidate(times: Float64Array): Candidate | null {
  const week = new TradingWeek(times, MS_PER_DAY);
  const stepTo = (index: number) => week.stepTo(index);
  const everyDay = { name: "DAILY", spacingMs: MS_PER_DAY, seasonLength: 7, stepTo } as const;
  const openWeekdays = openWeekdaysOf(times, week);
  if (openWeekdays === WEEKDAYS) return { ...everyDay, periodsPerYear: DAYS_PER_YEAR };
  if (openWeekdays < 4) return null;
  return {
    ...everyDay,
    name: "BUSINESS_DAILY",
    periodsPerYear: tradingDays(openWeekdays),
    seasonLength: openWeekdays,
  };
}

function intradayCandidate(times: Float64Array, spacingMs: number): Candidate | null {
  if (spacingMs < MS_PER_MINUTE || MS_PER_DAY % spacingMs !== 0) return null;
  const week = new TradingWeek(times, spacingMs);
  if (week.openWeekdays === 0) return null;
  const openWeekdays = openWeekdaysOf(times, week);
  const days = openWeekdays === WEEKDAYS ? DAYS_PER_YEAR : tradingDays(openWeekdays);
  return {
    name: spacingMs < MS_PER_HOUR ? "MINUTELY" : "HOURLY",
    spacingMs,
    periodsPerYear: days * week.pointsPerDay,
    seasonLength: week.pointsPerDay,
    stepTo: (index) => week.stepTo(index),
  };
}

const SATURDAY = 6;

/**
 * The open days of a week. Less than one shows no weekend: the days of an exchange are the likelier ones, none of
 * which trades on a Saturday in UTC; what does trades every day.
 */
function openWeekdaysOf(times: Float64Array, week: TradingWeek): number {
  if (times.at(-1)! - times[0]! >= 6.5 * MS_PER_DAY) return week.openWeekdays;
  const isOnSaturday = times.some((time) => new Date(time).getUTCDay() === SATURDAY);
  return isOnSaturday ? WEEKDAYS : TRADING_WEEKDAYS;
}

/** Trading days of a year: 252 for five a week, by convention. */
const tradingDays = (weekdays: number): number =>
  Math.round((TRADING_DAYS_PER_YEAR * weekdays) / TRADING_WEEKDAYS);

// Exchanges close on 9 to 15 days a year besides weekends, which is 4 to 6 % of the spacings.
const MOST_EXCEPTIONS = 0.1;
/** Exceptions that even a short series may have, such as Christmas and the new year. */
const FEW_EXCEPTIONS = 2;
/** No part of this many steps may have another spacing for the most part. */
const WINDOW_STEPS = 50;

function judge(times: Float64Array, { stepTo, ...frequency }: Candidate): Frequency | null {
  const gaps: Gap[] = [];
  const recent = new Uint8Array(WINDOW_STEPS);
  let [exceptions, inWindow] = [0, 0];
  for (let index = 1; index < times.length; index++) {
    const { regular, gap } = stepTo(index);
    if (gap !== null) gaps.push(gap);
    if (!regular) exceptions++;
    const isOther = !regular && gap === null ? 1 : 0;
    inWindow += isOther - recent[index % WINDOW_STEPS]!;
    recent[index % WINDOW_STEPS] = isOther;
    if (inWindow > WINDOW_STEPS / 2) return null;
  }
  const steps = times.length - 1;
  const allowed = Math.max(MOST_EXCEPTIONS * steps, Math.min(FEW_EXCEPTIONS, (steps - 1) / 2));
  return exceptions > allowed ? null : { ...frequency, exceptions: exceptions / steps, gaps };
}
