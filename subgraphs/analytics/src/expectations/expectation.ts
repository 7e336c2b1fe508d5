import {
  calendarOf,
  nextBusinessDay,
  previousBusinessDay,
  type CalendarName,
} from "./business-calendar.ts";
import { dateOfDay, dayOfDate } from "./day.ts";
import { datesBetween, spacingOf, type Rhythm } from "./rhythm.ts";
import { datesAfter, rightWithin, type Occurrence, type SeriesModel } from "./series-model.ts";

/**
 * EXPECTED: the next payment is to come. OVERDUE: one date has passed without it. MISSED: two have.
 * STOPPED: so many that it is not expected any more.
 */
export type ExpectationState = "EXPECTED" | "OVERDUE" | "MISSED" | "STOPPED";

/** What a series lets expect as seen on a day. */
export interface Expectation {
  readonly state: ExpectationState;
  /** The next date that has not passed, ISO. Of a stopped series: when it would go on. */
  readonly date: string;
  readonly earliestDate: string;
  readonly latestDate: string;
  /** The first date that passed without its payment; null while nothing is open. */
  readonly overdueSince: string | null;
  /** How many dates have passed without one. */
  readonly missed: number;
  /** 0 to 1: the hit rate of the back-test, drawn towards that of all series. */
  readonly confidence: number;
}

/**
 * Hit rate of predictions with no past of their own, and how many observations it is worth: those that calibrate
 * best over drawn series (`npm run eval:analytics -- expectations`).
 */
const USUAL_HIT_RATE = 0.85;
const USUAL_WEIGHT = 2;
const LONG_SPACING_DAYS = 150;

/** A booked payment may be so many times as large as the amounts of a contract, or as small. */
const BOOKED_FACTOR = 2n;

/**
 * The days of booked payments by contract: each payment belongs to the contract whose amount is nearest to
 * its own, and to none when it is of another size than any.
 */
export function bookedDaysOf(
  models: readonly SeriesModel[],
  booked: readonly Occurrence[],
): number[][] {
  const days = models.map((): number[] => []);
  for (const { date, amountMinor } of booked) {
    const distances = models.map((model) =>
      isOfSize(amountMinor, model) ? distance(amountMinor, model) : Number.POSITIVE_INFINITY,
    );
    const least = Math.min(...distances);
    if (Number.isFinite(least)) days[distances.indexOf(least)]?.push(dayOfDate(date));
  }
  return days;
}

const isOfSize = (amount: bigint, { lowMinor, highMinor }: SeriesModel): boolean =>
  amount * BOOKED_FACTOR >= lowMinor && amount <= highMinor * BOOKED_FACTOR;

const distance = (amount: bigint, { amountMinor }: SeriesModel): number =>
  Math.abs(Math.log(Math.max(Number(amount), 1) / Math.max(Number(amountMinor), 1)));

interface Outlook {
  /** By another calendar than the series' own. */
  readonly calendar?: CalendarName;
  /** Days of payments that are booked with a date to come: they are not expected any more. */
  readonly booked?: readonly number[];
}

/** What is expected of a series on `today`, a day since 1970. */
export function expectNext(
  model: SeriesModel,
  today: number,
  { calendar = model.rhythm.calendar, booked = [] }: Outlook = {},
): Expectation {
  const rhythm: Rhythm = { ...model.rhythm, calendar };
  const isToCome = (date: number): boolean => !isBooked(date, booked, model);
  const after = model.lastMatched + spacingOf(model.rhythm).tolerance;
  const due = datesBetween(rhythm, after + 1, today).filter(isToCome);
  const open = due.filter((date) => lastDayOf(date, model, calendar) < today);
  const later = datesAfter(rhythm, Math.max(after, today), booked.length + 1).find(isToCome);
  const next = due[open.length] ?? later ?? today;
  const settled = settlement(model, calendar);
  const { date, earliest, latest } = settled(next);
  return {
    state: stateOf(open.length, model),
    date: dateOfDay(Math.max(date, today)),
    earliestDate: dateOfDay(Math.max(earliest, today)),
    latestDate: dateOfDay(Math.max(latest, today)),
    overdueSince: open[0] === undefined ? null : dateOfDay(settled(open[0]).date),
    missed: open.length,
    confidence: confidenceOf(model, open.length),
  };
}

/** So rare a payment has seldom shown what happens on days that are no business days. */
const RARE_MONTHS = 6;
/** So few of them do not tell a day of the month and its roll from the day next to it with the other roll. */
const FEW_RARE = 4;

/**
 * When the payment of a date comes. A series by months that has always come on business days shows nothing of what
 * happens on other days: it may come on the business day before or after. A rare one is expected after, as most banks
 * settle; one that comes oftener stays at its day.
 */
function settlement({ rhythm, occurrences, earliest, latest }: SeriesModel, name: CalendarName) {
  const calendar = calendarOf(name);
  const isMonthDay = rhythm.kind === "MONTH_DAYS";
  const isRare = isMonthDay && rhythm.months >= RARE_MONTHS;
  const own = calendarOf(rhythm.calendar);
  const isUnknown =
    isMonthDay &&
    rhythm.roll === "NONE" &&
    occurrences.every(({ date }) => own.isBusinessDay(dayOfDate(date)));
  const isLoose = isRare && rhythm.roll !== "NONE" && occurrences.length <= FEW_RARE;
  return (date: number) => {
    const after = isUnknown ? nextBusinessDay(date, calendar) : date;
    const first =
      isUnknown || isLoose ? previousBusinessDay(date - Number(isLoose), calendar) : date;
    const last = isLoose ? nextBusinessDay(date + 1, calendar) : after;
    return {
      date: isRare ? after : date,
      earliest: Math.min(date + earliest, first),
      latest: Math.max(date + latest, last),
    };
  };
}

const isBooked = (date: number, booked: readonly number[], { rhythm }: SeriesModel): boolean =>
  booked.some((day) => Math.abs(day - date) <= rightWithin(rhythm));

/** Until when a payment is in time: as late as it has come before, and to the next business day. */
const lastDayOf = (date: number, { latest }: SeriesModel, calendar: CalendarName): number =>
  Math.max(date + Math.max(latest, 0), nextBusinessDay(date, calendarOf(calendar)));

/** A series that has paused before and gone on stops later. */
function stateOf(missed: number, { rhythm, longestGap }: SeriesModel): ExpectationState {
  const most = spacingOf(rhythm).days > LONG_SPACING_DAYS ? 2 : 3;
  if (missed >= Math.max(most, longestGap + 1)) return "STOPPED";
  if (missed === 0) return "EXPECTED";
  return missed === 1 ? "OVERDUE" : "MISSED";
}

/** The mean of a beta distribution: the series' own tests, and dates that passed as failed ones. */
const confidenceOf = ({ hits, tests }: SeriesModel, missed: number): number =>
  (hits + USUAL_HIT_RATE * USUAL_WEIGHT) / (tests + missed + USUAL_WEIGHT);
