import { calendarOf, nextBusinessDay, previousBusinessDay } from "./business-calendar.ts";
import { dateOfDay, dayOf, dayOfDate, lastDayOfMonth, weekdayOf } from "./day.ts";
import { expectNext } from "./expectation.ts";
import { modelSeries } from "./series-model.ts";
import type { Occurrence } from "./series-model.ts";

const TARGET2 = calendarOf("TARGET2");

/** A payment by its day, with an amount like `12.99`. */
export const paid = (day: number, amount = "100.00"): Occurrence => ({
  transactionId: `${dateOfDay(day)} ${amount}`,
  date: dateOfDay(day),
  amountMinor: BigInt(amount.replace(".", "")),
});

type DayOfMonth = (year: number, month: number) => number;

/** One day in each of so many months from one on, or in every `step`th. */
export const monthly = (from: string, count: number, dayIn: DayOfMonth, step = 1): number[] =>
  Array.from({ length: count }, (_, index) => {
    const number = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + index * step;
    return dayIn(Math.floor(number / 12), (number % 12) + 1);
  });

export const onDay =
  (day: number): DayOfMonth =>
  (year, month) =>
    Math.min(dayOf(year, month, day), lastDayOfMonth(year, month));
export const onOrBefore =
  (day: number): DayOfMonth =>
  (year, month) =>
    previousBusinessDay(onDay(day)(year, month), TARGET2);
export const onOrAfter =
  (day: number): DayOfMonth =>
  (year, month) =>
    nextBusinessDay(onDay(day)(year, month), TARGET2);
export const onBusinessDay =
  (nth: number): DayOfMonth =>
  (year, month) => {
    let day = nextBusinessDay(dayOf(year, month, 1), TARGET2);
    for (let count = 1; count < nth; count += 1) day = nextBusinessDay(day + 1, TARGET2);
    return day;
  };

/** The nth of a weekday, 0 being Sunday; the last one where n is -1. */
export const onWeekday =
  (nth: number, weekday: number): DayOfMonth =>
  (year, month) => {
    const days = Array.from({ length: 31 }, (_, index) => dayOf(year, month, 1) + index);
    const found = days.filter(
      (day) => day <= lastDayOfMonth(year, month) && weekdayOf(day) === weekday,
    );
    return found.at(nth > 0 ? nth - 1 : nth) ?? Number.NaN;
  };

export const every = (from: string, days: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => dayOfDate(from) + days * index);

export const dates = (...each: readonly string[]): number[] => each.map(dayOfDate);

export const sorted = (...days: readonly number[][]): number[] => days.flat().sort((a, b) => a - b);

/** Payments of days with amounts that are taken in turn. */
export const on = (days: readonly number[], ...amounts: readonly string[]): Occurrence[] =>
  days.map((day, index) => paid(day, amounts[index % Math.max(1, amounts.length)]));

/** Payments of days with amounts by how many payments each of them has. */
export const stepped = (
  days: readonly number[],
  ...levels: readonly (readonly [count: number, amount: string])[]
): Occurrence[] => {
  const amounts = levels.flatMap(([count, amount]) => Array.from({ length: count }, () => amount));
  return days.map((day, index) => paid(day, amounts[index] ?? amounts.at(-1)));
};

/** What payments until a date let expect then, soonest first. */
export const seenOn = (asOf: string, payments: readonly Occurrence[]) =>
  modelSeries(
    payments.filter(({ date }) => date <= asOf),
    "TARGET2",
  )
    .map((model) => ({ model, ...expectNext(model, dayOfDate(asOf)) }))
    .sort((a, b) => a.date.localeCompare(b.date));

/** Payments, the day they are seen on, and what is right then; `~` before what the stated range has to hold. */
export type ExpectedRow = readonly [
  name: string,
  payments: readonly Occurrence[],
  asOf: string,
  right: readonly string[],
];

/** An expectation as its row states it; what the row's `~` names is shown so where the range holds it. */
export function shownAs(seen: ReturnType<typeof seenOn>[number], right = ""): string {
  const [date = "", amount = ""] = right.split(" ");
  const [day, minor] = [date.slice(1), Number(amount.slice(1)) * 100];
  const isInTime = date.startsWith("~") && seen.earliestDate <= day && seen.latestDate >= day;
  const { amountMinor, lowMinor, highMinor } = seen.model;
  const isOfSize = amount.startsWith("~") && lowMinor <= minor && highMinor >= minor;
  return [
    isInTime ? date : seen.date,
    isOfSize ? amount : (Number(amountMinor) / 100).toFixed(2),
    seen.state,
    ...(seen.overdueSince === null ? [] : ["since", seen.overdueSince]),
  ].join(" ");
}
