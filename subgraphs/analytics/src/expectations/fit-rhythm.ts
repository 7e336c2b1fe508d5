import { calendarOf, type BusinessCalendar, type CalendarName } from "./business-calendar.ts";
import { lastDayOfMonth, monthNumber, partsOf, weekdayOf } from "./day.ts";
import { datesBetween, leastGapOf, spacingOf, type Rhythm, type Roll } from "./rhythm.ts";

/** A rhythm and how well dates follow it. */
export interface RhythmFit {
  readonly rhythm: Rhythm;
  /** What the dates cost under the rhythm, in nats; noise costs `NOISE_COST` per date. */
  readonly cost: number;
  /** Days from the date of the rhythm to each payment that has one, oldest first. */
  readonly deviations: readonly number[];
  /** The date of the rhythm that the latest payment with one belongs to. */
  readonly lastMatched: number;
  /** How many dates of the rhythm in a row had no payment, at most. */
  readonly longestGap: number;
}

/** Of a date that no rhythm explains. */
export const NOISE_COST = 3;
const EXTRA_COST = 4;
const MISS_COST = 2.5;
const LEAST_DATES = 3;
/** A date counts half as much as one so many payments later: habits change. */
const HALF_LIFE = 10;

/**
 * The rhythm that explains the dates at the least cost (minimum description length, J. Rissanen 1978): a
 * deviation, a date without a payment, a payment without a date and the rule itself each cost. Undefined when
 * none costs clearly less than noise. `days` ascend and are distinct.
 */
export function fitRhythm(days: readonly number[], name: CalendarName): RhythmFit | undefined {
  const fit = fitOne(days, calendarOf(name));
  return fit === undefined ? undefined : sinceChange(fit, days, calendarOf(name));
}

/** So many of the latest payments may follow a rule of their own, and so many have to. */
const [LEAST_SINCE_CHANGE, MOST_SINCE_CHANGE] = [4, 8];
const CHANGE_COST = 2.5;

/** The rule of the latest payments alone, where the last two are as far off the one that explains the whole. */
function sinceChange(
  fit: RhythmFit,
  days: readonly number[],
  calendar: BusinessCalendar,
): RhythmFit {
  const [before, off = 0] = fit.deviations.slice(-2);
  if (off === 0 || before !== off || days.at(-1) !== fit.lastMatched + off) return fit;
  const weights = weightsOf(days.length);
  const most = Math.min(MOST_SINCE_CHANGE, days.length - 1);
  for (let since = most; since >= LEAST_SINCE_CHANGE; since -= 1) {
    const spent = fit.deviations
      .slice(-since)
      .reduce(
        (sum, each, index) => sum + (weights.at(index - since) ?? 0) * deviationCost(each),
        0,
      );
    const saved = easeOf(fit.rhythm) * spent - CHANGE_COST;
    const latest = saved > 0 ? fitOne(days.slice(-since), calendar) : undefined;
    if (latest === undefined || latest.deviations.some((each) => each !== 0)) continue;
    const longestGap = Math.max(fit.longestGap, latest.longestGap);
    if (saved > latest.cost) return { ...latest, cost: fit.cost - saved + latest.cost, longestGap };
  }
  return fit;
}

const weightsOf = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => 2 ** ((index - count + 1) / HALF_LIFE));

function fitOne(days: readonly number[], calendar: BusinessCalendar): RhythmFit | undefined {
  if (days.length < LEAST_DATES) return undefined;
  const weights = weightsOf(days.length);
  let best: RhythmFit | undefined;
  for (const { rhythm, ruleCost } of candidatesFor(days, weights, calendar)) {
    const fit = alignTo(rhythm, days, weights, ruleCost, best?.cost ?? Infinity);
    if (fit !== undefined && fit.cost < (best?.cost ?? Infinity)) best = fit;
  }
  return best !== undefined && isClear(best, days.length, weights) ? best : undefined;
}

const MOST_COST_PER_DATE = 1.7;

/** Few dates fit something by chance: they have to fit better. */
function isClear({ cost }: RhythmFit, count: number, weights: readonly number[]): boolean {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return cost <= 0.3 + Math.max(0, total - 2) * Math.min(MOST_COST_PER_DATE, 0.2 + count * 0.12);
}

interface Candidate {
  readonly rhythm: Rhythm;
  readonly ruleCost: number;
}

type Weighted = readonly (readonly [value: number, weight: number])[];

/** The values with the most weight, heaviest first. */
function heaviest(values: Weighted, count: number): number[] {
  const sums = new Map<number, number>();
  for (const [value, weight] of values) sums.set(value, (sums.get(value) ?? 0) + weight);
  return [...sums]
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, count)
    .map(([value]) => value);
}

const DAY_STEPS = [7, 14, 28];
/** Any other number of days is a rule of its own, which more dates have to show. */
const [SHORTEST_STEP, LONGEST_STEP] = [3, 120];
const STEP_COST = 2.2;
/** Whole weeks and numbers that people choose. */
const USUAL_STEP_COST = 1.2;
const MONTH_STEPS = [1, 2, 3, 6, 12];
/** A rhythm is tried when most payments are as far apart as its dates, give or take this share. */
const SPACING_SHARE = 0.35;

function candidatesFor(
  days: readonly number[],
  weights: readonly number[],
  calendar: BusinessCalendar,
): Candidate[] {
  const gaps = days.slice(1).map((day, index) => day - (days[index] as number));
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
  const fits = (spacing: number): boolean => Math.abs(usual - spacing) <= spacing * SPACING_SHARE;
  const weighted = (valueOf: (day: number) => number): Weighted =>
    days.map((day, index) => [valueOf(day), weights[index] ?? 0] as const);
  return [
    ...[...DAY_STEPS.filter(fits), ...otherSteps(days, usual)].flatMap((every) =>
      dayCandidates(every, weighted, calendar),
    ),
    ...MONTH_STEPS.filter((months) => fits(months * 30.4)).flatMap((months) =>
      withLeftOut(days, months, monthCandidates(days, months, weighted, calendar)),
    ),
    ...severalDayCandidates(days, weighted, calendar),
  ];
}

type Weigh = (valueOf: (day: number) => number) => Weighted;

/** Steps near the usual spacing, and that of all dates together, which no roll of one has moved. */
function otherSteps(days: readonly number[], usual: number): number[] {
  const span = (days.at(-1) ?? 0) - (days[0] ?? 0);
  const count = Math.max(1, Math.round(span / Math.max(usual, 1)));
  const steps = new Set([usual, Math.round(span / count), usual - 1, usual + 1]);
  return [...steps].filter(
    (step) => step >= SHORTEST_STEP && step <= LONGEST_STEP && !DAY_STEPS.includes(step),
  );
}

function costOfStep(every: number): number {
  if (DAY_STEPS.includes(every)) return 0;
  return every % 5 === 0 || every % 7 === 0 ? USUAL_STEP_COST : STEP_COST;
}

function dayCandidates(every: number, weigh: Weigh, { name }: BusinessCalendar): Candidate[] {
  const anchors = heaviest(
    weigh((day) => ((day % every) + every) % every),
    2,
  );
  return anchors.flatMap((anchor) =>
    (["NONE", "FOLLOWING", "PRECEDING"] as const).map((roll) => ({
      rhythm: { kind: "DAYS", every, anchor, roll, calendar: name },
      ruleCost: costOfStep(every) + (roll === "NONE" ? 0 : ROLL_COST),
    })),
  );
}

/** A rule with business days is believed when it explains at least one date more. */
const ROLL_COST = 0.4;
const BUSINESS_DAY_COST = 0.5;
/** One of 35 choices, where a day of the month is one of 31; whole weeks are likelier than either. */
const WEEKDAY_COST = 1;
const END_OF_MONTH = 31;

function monthCandidates(
  days: readonly number[],
  months: number,
  weigh: Weigh,
  calendar: BusinessCalendar,
): Candidate[] {
  const phases = heaviest(
    weigh((day) => monthNumber(day) % months),
    months === 1 ? 1 : 2,
  );
  const daysOfMonth = likelyDays(days, weigh);
  const nths = [
    ...heaviest(
      weigh((day) => calendar.ordinalOf(day).fromStart),
      1,
    ).filter((nth) => nth >= 1 && nth <= 5),
    ...heaviest(
      weigh((day) => -calendar.ordinalOf(day).fromEnd),
      1,
    ).filter((nth) => nth <= -2 && nth >= -4),
  ];
  return phases.flatMap((phase) => [
    ...daysOfMonth.flatMap((day) => monthDayCandidates(months, phase, [day], calendar.name)),
    ...nths.map((nth): Candidate => ({
      rhythm: { kind: "BUSINESS_DAY", months, phase, nth, calendar: calendar.name },
      ruleCost: BUSINESS_DAY_COST,
    })),
    ...weekdayCandidates(months, phase, weigh, calendar.name),
  ]);
}

/** So often a month of the year has to pass without a payment to count as left out. */
const LEAST_LEFT_OUT = 2;
const LEFT_OUT_COST = 1;

/** Monthly rules also without the months of the year that never had a payment. */
function withLeftOut(
  days: readonly number[],
  months: number,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  if (months !== 1) return candidates;
  const exceptMonths = monthsLeftOut(days);
  if (exceptMonths.length === 0) return candidates;
  return candidates.flatMap((candidate) => [
    candidate,
    {
      rhythm: { ...candidate.rhythm, exceptMonths },
      ruleCost: candidate.ruleCost + LEFT_OUT_COST * exceptMonths.length,
    },
  ]);
}

function monthsLeftOut(days: readonly number[]): number[] {
  const [first, last] = [monthNumber(days[0] as number), monthNumber(days.at(-1) as number)];
  if (last - first < 12 * LEAST_LEFT_OUT - 1) return [];
  const paid = new Set(days.map((day) => monthNumber(day) % 12));
  const passed = (month: number): number =>
    Math.floor((last - month) / 12) - Math.floor((first - 1 - month) / 12);
  return Array.from({ length: 12 }, (_, month) => month).filter(
    (month) => !paid.has(month) && passed(month) >= LEAST_LEFT_OUT,
  );
}

/** "The last Friday of each month": the usual weekday, counted from the start and from the end. */
function weekdayCandidates(
  months: number,
  phase: number,
  weigh: Weigh,
  calendar: CalendarName,
): Candidate[] {
  const [weekday = 0] = heaviest(weigh(weekdayOf), 1);
  const [usual = 1] = heaviest(
    weigh((day) => Math.ceil(partsOf(day).day / 7)),
    1,
  );
  const nths = usual >= 4 ? [4, -1] : [usual];
  return nths.flatMap((nth) =>
    (["NONE", "FOLLOWING", "PRECEDING"] as const).map((roll): Candidate => ({
      rhythm: { kind: "WEEKDAY", months, phase, nth, weekday, roll, calendar },
      ruleCost: WEEKDAY_COST + (roll === "NONE" ? 0 : ROLL_COST),
    })),
  );
}

/** Days of the month that a rule may name: the usual ones, those that a roll moved from, the last. */
function likelyDays(days: readonly number[], weigh: Weigh): number[] {
  const recent = days.slice(-12).map((day) => partsOf(day).day);
  const usual = heaviest(
    weigh((day) => partsOf(day).day),
    3,
  );
  const ends = days.some((day) => isNearEnd(day)) ? [END_OF_MONTH] : [];
  return [...new Set([...usual, Math.max(...recent), Math.min(...recent), ...ends])];
}

function isNearEnd(day: number): boolean {
  const { year, month } = partsOf(day);
  return lastDayOfMonth(year, month) - day <= 3;
}

function monthDayCandidates(
  months: number,
  phase: number,
  days: readonly number[],
  calendar: CalendarName,
): Candidate[] {
  return (["NONE", "FOLLOWING", "PRECEDING"] as const).map((roll: Roll) => ({
    rhythm: { kind: "MONTH_DAYS", months, phase, days, roll, calendar },
    ruleCost: (roll === "NONE" ? 0 : ROLL_COST) + (days.length - 1),
  }));
}

/** Most days of a month that a rule has, and the least from one to the next. */
const MOST_DAYS_OF_MONTH = 4;
const LEAST_GAP = 2;
/** Payments per month from which on a rule may have several days: some may have been left out. */
const LEAST_RATE = 1.4;
/** So many payments have to show a pair of days that no half of the month lies between. */
const LEAST_OF_UNEVEN = 6;
const EVEN_GAP = [8, 22] as const;

/** Rules of two to four days of the month, by how many payments a month has. */
function severalDayCandidates(
  days: readonly number[],
  weigh: Weigh,
  { name }: BusinessCalendar,
): Candidate[] {
  const rate = (30.4 * (days.length - 1)) / ((days.at(-1) ?? 0) - (days[0] ?? 0));
  if (rate < LEAST_RATE) return [];
  const counts = new Set([Math.floor(rate), Math.ceil(rate)]);
  return [...counts]
    .filter((count) => count >= 2 && count <= MOST_DAYS_OF_MONTH)
    .flatMap((count) => {
      const usual = heaviest(
        weigh((day) => partsOf(day).day),
        count + 2,
      );
      if (days.some((day) => isNearEnd(day))) usual.push(END_OF_MONTH);
      const choices = [...new Set(usual)].toSorted((a, b) => a - b);
      return combinationsOf(choices, count).filter((chosen) => isLikely(chosen, days.length));
    })
    .flatMap((chosen) => monthDayCandidates(1, 0, chosen, name));
}

function isLikely(chosen: readonly number[], payments: number): boolean {
  const [first = 0, second = 0] = chosen;
  const isEven =
    chosen.length === 2 && second - first >= EVEN_GAP[0] && second - first <= EVEN_GAP[1];
  const least = Math.max(LEAST_OF_UNEVEN, 2 * chosen.length);
  return isEven || (payments >= least && leastGapOf(chosen) >= LEAST_GAP);
}

function combinationsOf(values: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return values.flatMap((value, index) =>
    combinationsOf(values.slice(index + 1), count - 1).map((rest) => [value, ...rest]),
  );
}

const deviationCost = (days: number): number => (days === 0 ? 0 : 0.6 + 0.5 * Math.abs(days));

/** Of half a year and more, chance hits a date within a few days far more rarely: a deviation costs half. */
const LONG_MONTHS = 6;
const easeOf = (rhythm: Rhythm): number =>
  rhythm.kind !== "DAYS" && rhythm.months >= LONG_MONTHS ? 0.5 : 1;

/** Undefined as soon as it costs more than `limit`. */
function alignTo(
  rhythm: Rhythm,
  days: readonly number[],
  weights: readonly number[],
  ruleCost: number,
  limit: number,
): RhythmFit | undefined {
  const { tolerance } = spacingOf(rhythm);
  const [first, last] = [days[0] as number, days.at(-1) as number];
  const dates = datesBetween(rhythm, first - tolerance, last + tolerance);
  const deviations: number[] = [];
  const ease = easeOf(rhythm);
  let cost = ruleCost;
  let [next, open, longestGap, lastMatched] = [0, 0, 0, Number.NaN];
  for (const [index, day] of days.entries()) {
    const weight = weights[index] as number;
    while (next < dates.length && isNearer(dates, next, day)) next += 1;
    const date = dates[next];
    if (date === undefined || Math.abs(day - date) > tolerance) {
      cost += weight * EXTRA_COST;
    } else {
      const missed = Number.isNaN(lastMatched) ? 0 : next - open;
      longestGap = Math.max(longestGap, missed);
      cost += weight * (ease * deviationCost(day - date) + missed * MISS_COST);
      deviations.push(day - date);
      lastMatched = date;
      next += 1;
      open = next;
    }
    if (cost > limit) return undefined;
  }
  if (deviations.length < LEAST_DATES) return undefined;
  return { rhythm, cost, deviations, lastMatched, longestGap };
}

/** Whether the date after this one lies nearer to the day. */
function isNearer(dates: readonly number[], index: number, day: number): boolean {
  const [date, after] = [dates[index] as number, dates[index + 1]];
  return after !== undefined && Math.abs(after - day) < Math.abs(date - day);
}
