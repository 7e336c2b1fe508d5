import type { Gap } from "./series.ts";

const MS_PER_DAY = 86_400_000;
const DAYS_A_WEEK = 7;

// A weekday, or a time of day, belongs to the week when it is seen at least this often. Daylight
// saving moves a session's first hour for five to seven months, so a time of day needs less.
const OPEN_WEEKDAY_SHARE = 0.5;
const OPEN_SLOT_SHARE = 0.4;
/** Of the points of an ordinary day: currencies trade on for two hours of their Sunday, which is no open day. */
const OPEN_DAY_POINTS = 0.25;

/** Working days in a row that a holiday may close: the new year's week of Asian exchanges, twice. */
const LONGEST_HOLIDAY_DAYS = 10;

/** How a spacing of two consecutive points compares with the calendar. */
export interface Step {
  /** False when points are missing that the calendar expects, or one is doubled. */
  readonly regular: boolean;
  readonly gap: Gap | null;
}

/**
 * When a daily or intraday series has points: its open weekdays, and its open slots of a day. Both
 * are learnt from the series, since weekends, sessions and time zones differ by market.
 *
 * Days begin in the middle of the longest time of day without points, so that an hour of daylight
 * saving or a varying close does not move a point into another day.
 */
export class TradingWeek {
  readonly openWeekdays: number;
  /** Points of an ordinary day. */
  readonly pointsPerDay: number;
  readonly #times: Float64Array;
  readonly #spacingMs: number;
  readonly #slotsPerDay: number;
  /** Slots of the first day before the first point. */
  readonly #firstSlot: number;
  /** Open weekdays before each weekday of the series; the last is their number. */
  readonly #openDaysBefore: Float64Array;
  /** Open slots of a day before each slot; the last is their number. */
  readonly #openBefore: Float64Array;

  constructor(times: Float64Array, spacingMs: number) {
    this.#times = times;
    this.#spacingMs = spacingMs;
    this.#slotsPerDay = Math.round(MS_PER_DAY / spacingMs);
    this.#firstSlot = slotsSinceQuiet(times, spacingMs, this.#slotsPerDay);
    const { pointsByDay, daysByWeekday, pointsByWeekday, pointsBySlot, weeks } =
      this.#countPoints();
    const days = this.#slotOf(times.length - 1) / this.#slotsPerDay;
    // The median: the first and the last day may be cut.
    this.pointsPerDay = pointsByDay.toSorted((a, b) => a - b)[pointsByDay.length >>> 1]!;
    const isOpenDay = (count: number, weekday: number) =>
      count > 0 &&
      // A hole of years has no weeks that show which days are open.
      count >= OPEN_WEEKDAY_SHARE * Math.min(occurrences(weekday, days), weeks) &&
      pointsByWeekday[weekday]! >= OPEN_DAY_POINTS * count * this.pointsPerDay;
    this.#openDaysBefore = runningCount(daysByWeekday, isOpenDay);
    this.openWeekdays = this.#openDaysBefore[DAYS_A_WEEK]!;
    const leastPoints = OPEN_SLOT_SHARE * pointsByDay.length;
    this.#openBefore = runningCount(pointsBySlot, (count) => count >= leastPoints);
  }

  /** Number of the slot of a point, counted from the start of the first day. */
  #slotOf(index: number): number {
    return this.#firstSlot + slotFrom(this.#times, index, this.#spacingMs);
  }

  #countPoints() {
    const daysByWeekday = new Float64Array(DAYS_A_WEEK);
    const pointsByWeekday = new Float64Array(DAYS_A_WEEK);
    const pointsBySlot = new Float64Array(this.#slotsPerDay);
    const pointsByDay: number[] = [];
    let [lastDay, lastWeek, weeks] = [-1, -1, 0];
    for (let index = 0; index < this.#times.length; index++) {
      const slot = this.#slotOf(index);
      const day = Math.floor(slot / this.#slotsPerDay);
      pointsBySlot[slot % this.#slotsPerDay]!++;
      if (day !== lastDay) {
        lastDay = day;
        daysByWeekday[day % DAYS_A_WEEK]!++;
        const week = Math.floor(day / DAYS_A_WEEK);
        if (week !== lastWeek) weeks += 1;
        lastWeek = week;
        pointsByDay.push(0);
      }
      pointsByDay[pointsByDay.length - 1]!++;
      pointsByWeekday[day % DAYS_A_WEEK]!++;
    }
    return { pointsByDay, daysByWeekday, pointsByWeekday, pointsBySlot, weeks };
  }

  /** The spacing before the point at `index`. */
  stepTo(index: number): Step {
    const [from, to] = [this.#slotOf(index - 1), this.#slotOf(index)];
    const between = to - from - 1;
    const missing = this.#openSlotsUpTo(to) - this.#openSlotsUpTo(from + 1);
    if (between < 1 || missing < 1) return { regular: between >= 0, gap: null };
    const crossesClosed = between > missing;
    const hourSlots = this.#slotsPerDay / 24;
    if (crossesClosed && missing <= hourSlots) return { regular: true, gap: null };
    if (missing <= this.#explained(crossesClosed)) return { regular: false, gap: null };
    const [earlier, later] = [this.#times[index - 1]!, this.#times[index]!];
    return { regular: false, gap: { from: earlier, to: later, missing } };
  }

  /** Missing points that a holiday explains. A hole inside a session is none. */
  #explained(crossesClosed: boolean): number {
    const hasHolidays = this.#slotsPerDay === 1 ? this.openWeekdays < DAYS_A_WEEK : crossesClosed;
    return hasHolidays ? LONGEST_HOLIDAY_DAYS * this.#openBefore[this.#slotsPerDay]! : 0;
  }

  /** Open slots from the first instant up to, not including, the slot. */
  #openSlotsUpTo(slot: number): number {
    const day = Math.floor(slot / this.#slotsPerDay);
    const weekday = day % DAYS_A_WEEK;
    const daysBefore = this.#openDaysBefore[weekday]!;
    const openDays = Math.floor(day / DAYS_A_WEEK) * this.openWeekdays + daysBefore;
    const isOpen = this.#openDaysBefore[weekday + 1]! > daysBefore;
    const today = isOpen ? this.#openBefore[slot % this.#slotsPerDay]! : 0;
    return openDays * this.#openBefore[this.#slotsPerDay]! + today;
  }
}

/** Number of the slot of a point, counted from the first one. */
const slotFrom = (times: Float64Array, index: number, spacingMs: number): number =>
  Math.round((times[index]! - times[0]!) / spacingMs);

/** Slots from the middle of the longest time of day without points to the first point; 0 when every slot has some. */
function slotsSinceQuiet(times: Float64Array, spacingMs: number, slotsPerDay: number): number {
  const isUsed = new Uint8Array(slotsPerDay);
  for (let index = 0; index < times.length; index++) {
    isUsed[slotFrom(times, index, spacingMs) % slotsPerDay] = 1;
  }
  // The first slot has the first point, so no quiet time reaches over the end.
  let [quiet, longest, since] = [0, 0, 0];
  for (let slot = 1; slot <= slotsPerDay; slot++) {
    quiet = slot < slotsPerDay && isUsed[slot] === 0 ? quiet + 1 : 0;
    if (quiet > longest) [longest, since] = [quiet, slotsPerDay - slot + ((quiet - 1) >>> 1)];
  }
  return since;
}

/** How many members before each index pass the test; one longer, so that the last is the total. */
function runningCount(
  members: Float64Array,
  test: (member: number, index: number) => boolean,
): Float64Array {
  const counts = new Float64Array(members.length + 1);
  for (const [index, member] of members.entries()) {
    counts[index + 1] = counts[index]! + (test(member, index) ? 1 : 0);
  }
  return counts;
}

/** How often a weekday, counted from the first day, falls within the first days and the last one. */
const occurrences = (weekday: number, days: number): number =>
  Math.floor((Math.floor(days) - weekday) / DAYS_A_WEEK) + 1;
