import { formatAmount } from "@allfunds/contract/money";
import { calendarOf } from "../expectations/business-calendar.ts";
import { dayAt } from "../expectations/day.ts";
import type { StoredSeries } from "../expectations/expectation-store.ts";
import { expectNext } from "../expectations/expectation.ts";
import { changeSentence } from "../expectations/expected-cash-flows.ts";
import type { Evidence, Finding, InsightKind } from "./insight.ts";

/** What is found about series of payments. */
export const SERIES_KINDS: readonly InsightKind[] = ["PRICE_CHANGE", "MISSING_PAYMENT"];

/** Series that were rarely predicted rightly change and pause without meaning. */
const LEAST_HIT_RATE = 0.6;
const LEAST_TESTS = 3;

const isSteady = ({ model: { hits, tests } }: StoredSeries): boolean =>
  tests >= LEAST_TESTS && hits / tests >= LEAST_HIT_RATE;

/** What is remarkable about a series as seen at an instant. */
export function findSeriesInsights(fundId: string, series: StoredSeries, now: Date): Finding[] {
  if (!isSteady(series)) return [];
  return [findPriceChange(fundId, series), findMissingPayment(fundId, series, now)].filter(
    (each) => each !== undefined,
  );
}

const LEAST_CHANGE = 0.03;
const LARGE_CHANGE = 0.2;

/** A new level of the amount: more than one payment has shown it. */
function findPriceChange(fundId: string, series: StoredSeries): Finding | undefined {
  const { model, currency, direction } = series;
  const { priceChange } = model;
  if (priceChange === null) return undefined;
  const { fromMinor, toMinor, since, transactionId } = priceChange;
  const change = Number(toMinor) / Math.max(Number(fromMinor), 1) - 1;
  if (Math.abs(change) < LEAST_CHANGE) return undefined;
  const [from, to] = [formatAmount(fromMinor, currency), formatAmount(toMinor, currency)];
  const isDearer = (direction === "OUT") === change > 0;
  return {
    kind: "PRICE_CHANGE",
    severity: isDearer && Math.abs(change) >= LARGE_CHANGE ? "MEDIUM" : "LOW",
    fundId,
    transactionId,
    transactionIds: [transactionId],
    effectiveDate: since,
    message: `${nameOf(series)}: ${changeSentence(fromMinor, toMinor)}, from ${from} to ${to} ${currency} since ${since}.`,
    score: Math.abs(change),
    evidence: [
      { name: "from", value: from },
      { name: "to", value: to },
      { name: "percent", value: (change * 100).toFixed(1) },
      { name: "since", value: since },
      { name: "recurrence", value: model.recurrence },
      ...partiesOf(series),
    ],
  };
}

/** A date of a steady series has passed without its payment. */
function findMissingPayment(fundId: string, series: StoredSeries, now: Date): Finding | undefined {
  const { model, currency, direction, booked } = series;
  const today = dayAt(now, calendarOf(model.rhythm.calendar).timeZone);
  const { state, overdueSince, missed, date } = expectNext(model, today, { booked });
  const latest = model.occurrences.at(-1);
  // What has stopped was missed long ago.
  if (overdueSince === null || state === "STOPPED" || latest === undefined) return undefined;
  const amount = formatAmount(model.amountMinor, currency);
  const what = direction === "OUT" ? "payment to" : "receipt from";
  const times = missed === 1 ? "is overdue" : `was missed ${missed} times`;
  return {
    kind: "MISSING_PAYMENT",
    severity: direction === "IN" ? "MEDIUM" : "LOW",
    fundId,
    transactionId: latest.transactionId,
    transactionIds: model.occurrences.map(({ transactionId }) => transactionId),
    effectiveDate: overdueSince,
    message: `The ${what} ${nameOf(series)} of about ${amount} ${currency} ${times} since ${overdueSince}.`,
    score: model.hits / Math.max(model.tests, 1),
    evidence: [
      { name: "state", value: state },
      { name: "overdueSince", value: overdueSince },
      { name: "latestDate", value: latest.date },
      { name: "nextDate", value: date },
      { name: "recurrence", value: model.recurrence },
      { name: "hits", value: `${model.hits} of ${model.tests}` },
      { name: "amount", value: amount },
      { name: "missed", value: String(missed) },
      ...partiesOf(series),
    ],
  };
}

const nameOf = ({ counterparty, description }: StoredSeries): string =>
  `"${counterparty ?? description}"`;

/** What a sentence about a series names besides its figures. */
const partiesOf = ({
  counterparty,
  description,
  direction,
  currency,
}: StoredSeries): readonly Evidence[] => [
  { name: "counterparty", value: counterparty ?? description },
  { name: "direction", value: direction },
  { name: "currency", value: currency },
];
