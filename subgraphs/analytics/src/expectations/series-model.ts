import { fitAmounts, type AmountModel } from "./amount-model.ts";
import type { CalendarName } from "./business-calendar.ts";
import { dateOfDay, dayOfDate, partsOf } from "./day.ts";
import { fitRhythm, NOISE_COST, type RhythmFit } from "./fit-rhythm.ts";
import { datesBetween, recurrenceOf, spacingOf, type Recurrence, type Rhythm } from "./rhythm.ts";

/** A payment of a series: same payee, direction and currency. */
export interface Occurrence {
  readonly transactionId: string;
  /** ISO calendar date. */
  readonly date: string;
  readonly amountMinor: bigint;
}

/** All payments of one day. */
interface DayTotal {
  readonly day: number;
  readonly amountMinor: bigint;
  readonly occurrences: readonly Occurrence[];
}

/** A series of payments that repeat: its rule of dates, its amounts, and how often it was predicted rightly. */
export interface SeriesModel {
  readonly rhythm: Rhythm;
  readonly recurrence: Recurrence;
  readonly lastMatched: number;
  readonly longestGap: number;
  /** Days from the rule's date within which payments came. */
  readonly earliest: number;
  readonly latest: number;
  readonly amountMinor: bigint;
  readonly lowMinor: bigint;
  readonly highMinor: bigint;
  readonly amountKind: AmountModel["kind"];
  /** Growth of the amount per period as a share. */
  readonly growth: number;
  readonly priceChange: PriceChange | null;
  readonly hits: number;
  readonly tests: number;
  /** What was paid, oldest first. */
  readonly occurrences: readonly Occurrence[];
}

/** The latest shift of the amount. */
export interface PriceChange {
  readonly fromMinor: bigint;
  readonly toMinor: bigint;
  /** Date of the first payment of the new amount. */
  readonly since: string;
  readonly transactionId: string;
}

/** As many payments as are looked back at. */
const LONGEST_SERIES = 60;
const LEAST_PAYMENTS = 3;
/** What one more contract has to explain, in nats. */
const CONTRACT_COST = 8;
const DEEPEST_SPLIT = 2;
/** Less is rounding, which must not decide. */
const LEAST_GAIN = 1e-6;
/** A payee that is paid more often than weekly follows no rule that is known here. */
const LEAST_SPACING_DAYS = 4;

/** The contracts that the payments of one payee, direction and currency follow; none when they are noise. */
export function modelSeries(
  payments: readonly Occurrence[],
  calendar: CalendarName,
): SeriesModel[] {
  const totals = totalsByDay(payments).slice(-LONGEST_SERIES);
  if (totals.length < LEAST_PAYMENTS || isTooFrequent(totals)) return [];
  const { parts } = divide(totals, calendar, DEEPEST_SPLIT);
  return parts
    .filter((part) => !parts.some((other) => succeeds(other, part)))
    .map((part) => describe(part, calendar));
}

function isTooFrequent(totals: readonly DayTotal[]): boolean {
  const [first, last] = [totals[0]?.day ?? 0, totals.at(-1)?.day ?? 0];
  return totals.length > 12 && (last - first) / (totals.length - 1) < LEAST_SPACING_DAYS / 2;
}

/** Several payments of one day (a payroll run) are one. */
function totalsByDay(payments: readonly Occurrence[]): DayTotal[] {
  const days = new Map<string, DayTotal>();
  for (const each of payments) {
    const same = days.get(each.date);
    days.set(each.date, {
      day: same?.day ?? dayOfDate(each.date),
      amountMinor: (same?.amountMinor ?? 0n) + each.amountMinor,
      occurrences: [...(same?.occurrences ?? []), each],
    });
  }
  return [...days.values()].toSorted((a, b) => a.day - b.day);
}

interface Part {
  readonly totals: readonly DayTotal[];
  readonly fit: RhythmFit;
  readonly amounts: AmountModel;
}

/** How far amounts of a contract and of the one that takes its place may be apart, as a share. */
const SUCCESSOR_SHARE = 0.5;

/**
 * Whether a contract begins where another one of about the same amount ends, or of the same in a year: then only its
 * day has changed, or how often it is paid.
 */
function succeeds(later: Part, earlier: Part): boolean {
  const begins = later.totals[0]?.day ?? 0;
  const amounts = later.amounts.next / Math.max(earlier.amounts.next, 1);
  const often = spacingOf(earlier.fit.rhythm).days / spacingOf(later.fit.rhythm).days;
  const isAlike = [amounts, amounts * often].some((each) => Math.abs(each - 1) <= SUCCESSOR_SHARE);
  return begins > (earlier.totals.at(-1)?.day ?? 0) && isAlike;
}

interface Division {
  readonly parts: readonly Part[];
  readonly cost: number;
}

/** One contract, or two groups of payments that are divided further, whichever costs least. */
function divide(totals: readonly DayTotal[], calendar: CalendarName, depth: number): Division {
  const whole = asOne(totals, calendar);
  if (depth === 0 || totals.length < 2 * LEAST_PAYMENTS || isExact(whole)) return whole;
  let best = whole;
  for (const [one, other] of splitsOf(totals)) {
    const [left, right] = [divide(one, calendar, depth - 1), divide(other, calendar, depth - 1)];
    const cost = left.cost + right.cost;
    if (cost < best.cost - LEAST_GAIN) best = { cost, parts: [...left.parts, ...right.parts] };
  }
  return best;
}

/**
 * An amount far from the others may be another contract, which is paid on the same days now and then; so may each
 * of several payments of one day.
 */
const isExact = ({ parts: [part] }: Division): boolean =>
  part !== undefined &&
  part.totals.every(({ occurrences }) => areNear(occurrences)) &&
  part.fit.cost < 1 &&
  part.amounts.scale < 0.02 &&
  part.amounts.worst < LEAST_AMOUNT_GAP;

function asOne(totals: readonly DayTotal[], calendar: CalendarName): Division {
  const fit = fitRhythm(
    totals.map(({ day }) => day),
    calendar,
  );
  if (fit === undefined) return { parts: [], cost: NOISE_COST * totals.length };
  const amounts = amountsOf(totals, fit.rhythm);
  return {
    parts: [{ totals, fit, amounts }],
    cost: fit.cost + amounts.cost + CONTRACT_COST,
  };
}

function amountsOf(totals: readonly DayTotal[], rhythm: Rhythm): AmountModel {
  const { days } = spacingOf(rhythm);
  const first = totals[0]?.day ?? 0;
  return fitAmounts(
    totals.map(({ amountMinor }) => Number(amountMinor)),
    totals.map(({ day }) => Math.round((day - first) / days)),
    rhythm.kind === "DAYS" ? 0 : 12 / rhythm.months,
  );
}

type Split = readonly [readonly DayTotal[], readonly DayTotal[]];

/** Divisions by amount, where amounts leave a gap, by day of the month, and by month of the year. */
function splitsOf(totals: readonly DayTotal[]): Split[] {
  const separable = totals.flatMap(({ day, occurrences }) =>
    occurrences.map((each): DayTotal => ({
      day,
      amountMinor: each.amountMinor,
      occurrences: [each],
    })),
  );
  return [...amountSplits(separable), ...daySplits(totals), ...monthSplits(totals)].filter(
    ([one, other]) => one.length >= LEAST_PAYMENTS || other.length >= LEAST_PAYMENTS,
  );
}

/** Amounts nearer to each other than this share are of one contract. */
const LEAST_AMOUNT_GAP = Math.log(1.12);
const MOST_SPLITS = 2;

function areNear(occurrences: readonly Occurrence[]): boolean {
  if (occurrences.length < 2) return true;
  const logs = occurrences.map(({ amountMinor }) => Math.log(Math.max(Number(amountMinor), 1)));
  return Math.max(...logs) - Math.min(...logs) < LEAST_AMOUNT_GAP;
}

function amountSplits(separable: readonly DayTotal[]): Split[] {
  const logs = separable
    .map(({ amountMinor }) => Math.log(Math.max(Number(amountMinor), 1)))
    .toSorted((a, b) => a - b);
  return logs
    .slice(1)
    .map((log, index) => ({
      at: (log + (logs[index] as number)) / 2,
      gap: log - (logs[index] as number),
    }))
    .filter(({ gap }) => gap >= LEAST_AMOUNT_GAP)
    .toSorted((a, b) => b.gap - a.gap)
    .slice(0, MOST_SPLITS)
    .map(({ at }) => {
      const isBelow = ({ amountMinor }: DayTotal) =>
        Math.log(Math.max(Number(amountMinor), 1)) < at;
      return [
        mergeDays(separable.filter(isBelow)),
        mergeDays(separable.filter((each) => !isBelow(each))),
      ];
    });
}

function mergeDays(totals: readonly DayTotal[]): DayTotal[] {
  return totalsByDay(totals.flatMap(({ occurrences }) => occurrences));
}

/** Days of the month nearer to each other are of one contract. */
const LEAST_DAY_GAP = 4;

/** The month is a circle, so two gaps divide it. */
function daySplits(totals: readonly DayTotal[]): Split[] {
  const days = [...new Set(totals.map(({ day }) => partsOf(day).day))].toSorted((a, b) => a - b);
  const gaps = days
    .map((day, index) => ({
      day,
      gap: index === 0 ? day + 31 - (days.at(-1) ?? day) : day - (days[index - 1] ?? day),
    }))
    .filter(({ gap }) => gap >= LEAST_DAY_GAP)
    .toSorted((a, b) => b.gap - a.gap)
    .slice(0, MOST_SPLITS)
    .map(({ day }) => day);
  return gaps.flatMap((from, index) =>
    gaps.slice(index + 1).map((other): Split => {
      const [low, high] = [Math.min(from, other), Math.max(from, other)];
      const isInside = ({ day }: DayTotal) => partsOf(day).day >= low && partsOf(day).day < high;
      return [totals.filter(isInside), totals.filter((each) => !isInside(each))];
    }),
  );
}

/** Payments of so few months of the year may be yearly contracts: a tax of April and December. */
const MOST_MONTHS = 4;

function monthSplits(totals: readonly DayTotal[]): Split[] {
  const byMonth = Map.groupBy(totals, ({ day }) => partsOf(day).month);
  if (byMonth.size < 2 || byMonth.size > MOST_MONTHS) return [];
  return [...byMonth.keys()].map((month): Split => [
    byMonth.get(month) ?? [],
    totals.filter(({ day }) => partsOf(day).month !== month),
  ]);
}

function describe({ totals, fit, amounts }: Part, calendar: CalendarName): SeriesModel {
  const recurrence = recurrenceOf(fit.rhythm);
  const { hits, tests } = backTest(totals, calendar);
  return {
    rhythm: fit.rhythm,
    recurrence,
    lastMatched: lastSettled(totals, fit, amounts),
    longestGap: fit.longestGap,
    ...dateRange(fit.deviations),
    ...amountRange(amounts),
    amountKind: amounts.kind,
    growth: amounts.growth,
    priceChange: priceChangeOf(totals, amounts),
    hits,
    tests,
    occurrences: totals.flatMap(({ occurrences }) => occurrences),
  };
}

/** Part of the time between two dates by which a payment may come too soon or too late and still be that of a date. */
const FAR_OFF_SHARE = 0.3;

/** The latest date that has its payment: its own, or one of its size too far off to follow the rule. */
function lastSettled(
  totals: readonly DayTotal[],
  { rhythm, lastMatched }: RhythmFit,
  { next }: AmountModel,
): number {
  const reach = Math.floor(spacingOf(rhythm).days * FAR_OFF_SHARE);
  return totals
    .filter(({ day, amountMinor }) => day > lastMatched && isAbout(Number(amountMinor), next))
    .reduce((settled, { day }) => {
      const [date] = datesAfter(rhythm, settled, 1);
      return date !== undefined && Math.abs(day - date) <= reach ? date : settled;
    }, lastMatched);
}

const DEVIATIONS_SEEN = 12;

/** The range of the latest deviations holds the next one with (n - 1) / (n + 1); few are widened by a day. */
function dateRange(deviations: readonly number[]): { earliest: number; latest: number } {
  const seen = deviations.slice(-DEVIATIONS_SEEN);
  const [low, high] = [Math.min(0, ...seen), Math.max(0, ...seen)];
  if (seen.length >= 9 || low === high) return { earliest: low, latest: high };
  return { earliest: low - 1, latest: high + 1 };
}

/** 80 % of Laplace's distribution lie within ln 5 scales; an estimate of few amounts is wider. */
const EIGHTY_PERCENT = Math.log(5);

function amountRange({ next, scale, kind }: AmountModel) {
  const half = EIGHTY_PERCENT * scale * (kind === "LEVEL" ? 1.1 : 1.2);
  return {
    amountMinor: BigInt(Math.round(next)),
    lowMinor: BigInt(Math.round(next * Math.exp(-half))),
    highMinor: BigInt(Math.round(next * Math.exp(half))),
  };
}

function priceChangeOf(totals: readonly DayTotal[], { shift }: AmountModel): PriceChange | null {
  if (shift === null) return null;
  const first = totals[shift.index];
  const occurrence = first?.occurrences[0];
  if (first === undefined || occurrence === undefined) return null;
  return {
    fromMinor: BigInt(Math.round(shift.from)),
    toMinor: BigInt(Math.round(shift.to)),
    since: dateOfDay(first.day),
    transactionId: occurrence.transactionId,
  };
}

const MOST_TESTS = 12;
/** A prediction is right when the payment came about then and about as large. */
const RIGHT_AMOUNT_SHARE = 0.25;

/** Days that a payment may be off its predicted date and the prediction still counts as right. */
export const rightWithin = (rhythm: Rhythm): number =>
  Math.max(1, Math.floor(spacingOf(rhythm).tolerance * 0.6));

/** How often the payment after each of the latest origins was predicted rightly from what came before it. */
function backTest(
  totals: readonly DayTotal[],
  calendar: CalendarName,
): { readonly hits: number; readonly tests: number } {
  let [hits, tests] = [0, 0];
  for (
    let origin = Math.max(LEAST_PAYMENTS, totals.length - MOST_TESTS);
    origin < totals.length;
    origin += 1
  ) {
    const known = totals.slice(0, origin);
    const fit = fitRhythm(
      known.map(({ day }) => day),
      calendar,
    );
    // Without a rhythm nothing was predicted.
    if (fit === undefined) continue;
    tests += 1;
    if (isRight(fit, amountsOf(known, fit.rhythm), totals[origin] as DayTotal)) hits += 1;
  }
  return { hits, tests };
}

function isRight(
  { rhythm, lastMatched }: RhythmFit,
  amounts: AmountModel,
  actual: DayTotal,
): boolean {
  const date = datesAfter(rhythm, lastMatched, 1)[0] ?? Number.NaN;
  const within = rightWithin(rhythm);
  return Math.abs(actual.day - date) <= within && isAbout(Number(actual.amountMinor), amounts.next);
}

const isAbout = (amount: number, expected: number): boolean =>
  Math.abs(amount / Math.max(expected, 1) - 1) <= RIGHT_AMOUNT_SHARE;

const LONGEST_MONTH = 31;

/** The next dates of a rhythm after a day. */
export function datesAfter(rhythm: Rhythm, day: number, count: number): number[] {
  const { days } = spacingOf(rhythm);
  // The dates of one month may all lie at its end.
  const leftOut = rhythm.kind === "DAYS" ? 0 : (rhythm.exceptMonths?.length ?? 0);
  const reach =
    Math.max(LONGEST_MONTH, Math.ceil(days * (count + 1))) +
    LONGEST_MONTH * leftOut * (1 + Math.floor(count / 12));
  return datesBetween(rhythm, day + 1, day + reach + 10).slice(0, count);
}
