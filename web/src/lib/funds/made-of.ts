import { monthAround } from "../dates/calendar-months.ts";

const DAY_MS = 86_400_000;
const daysBefore = (day: string, count: number): string =>
  new Date(Date.parse(day) - count * DAY_MS).toISOString().slice(0, 10);

/** The balances of a fund on a day, by account. */
export const balancesOn = (fundId: string, day: string): string =>
  `/funds/${fundId}/reports?report=balance-sheet&asOf=${day}`;

/** The transactions of a fund from one day to another. */
const transactionsIn = (fundId: string, from: string, to: string): string =>
  `/funds/${fundId}/transactions?from=${from}&to=${to}`;

/** The transactions of the month of a day. */
export function monthOf(fundId: string, day: string): string {
  const { from, to } = monthAround(day);
  return transactionsIn(fundId, from, to);
}

/** Days that a metric looks back, the day itself included; those without a line are balances. */
const LOOKS_BACK: Readonly<Record<string, number>> = {
  inflow30d: 30,
  outflow30d: 30,
  netFlow30d: 30,
  monthlyBurn: 90,
  runwayMonths: 90,
};

/** The page that shows what a figure of a fund is made of. */
export function madeOf(fundId: string, metric: string, asOf: string): string {
  const days = LOOKS_BACK[metric];
  return days === undefined
    ? balancesOn(fundId, asOf)
    : transactionsIn(fundId, daysBefore(asOf, days - 1), asOf);
}
