import { hash } from "node:crypto";
import { formatAmount } from "@allfunds/contract/money";
import { invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { categoryOf } from "../classification/taxonomy.ts";
import { calendarOf } from "./business-calendar.ts";
import type { CalendarName } from "./business-calendar.ts";
import { dayAt, dayOfDate } from "./day.ts";
import type { ExpectedCashFlowArguments, ExpectedCashFlowObject } from "./expectation-graphql.ts";
import { modelSeriesUntil, MOST_EVIDENCE } from "./expectation-store.ts";
import type { StoredSeries } from "./expectation-store.ts";
import { expectNext } from "./expectation.ts";
import type { Expectation } from "./expectation.ts";
import type { KeptExpectations } from "./kept-expectations.ts";
import { describeRhythm, everyDaysOf, rhythmParts } from "./rhythm.ts";
import type { PriceChange } from "./series-model.ts";

/** What expectations are read with. */
export interface ExpectationReads {
  readonly reads: TenantReads;
  readonly request: RequestContext;
  readonly expectations: KeptExpectations;
}

/** The series of a fund as they stand today or on a day in the past, soonest first. */
export async function expectCashFlows(
  { reads, request, expectations }: ExpectationReads,
  { fundId, version }: { readonly fundId: string; readonly version: string },
  wanted: ExpectedCashFlowArguments,
): Promise<readonly ExpectedCashFlowObject[]> {
  const { tenantId, now } = request;
  const { asOf, evidence } = wanted;
  if (asOf && dayOfDate(asOf) > dayAt(now, "UTC") + 1) {
    throw invalidInput("asOf", "must not be in the future");
  }
  if (evidence < 0 || evidence > MOST_EVIDENCE) {
    throw invalidInput("evidence", `must be from 0 to ${MOST_EVIDENCE}`);
  }
  if (asOf) {
    const series = await modelSeriesUntil(reads, tenantId, fundId, asOf);
    return standingOf(series, () => dayOfDate(asOf), wanted);
  }
  return expectations.answer(reads, { tenantId, fundId, version }, { now, how: wanted }, (series) =>
    standingOf(series, daysOf(now), wanted),
  );
}

/** The series that are wanted, as they stand on the day that it is in their time zones. */
function standingOf(
  all: readonly StoredSeries[],
  todayIn: (timeZone: string) => number,
  { minConfidence, states, calendar, evidence }: ExpectedCashFlowArguments,
): ExpectedCashFlowObject[] {
  return all
    .map((each) => {
      const used = calendar ?? each.model.rhythm.calendar;
      const today = todayIn(calendarOf(used).timeZone);
      const next = expectNext(each.model, today, { calendar: used, booked: each.booked });
      return { each, next, used };
    })
    .filter(({ next }) => next.confidence >= minConfidence && states.includes(next.state))
    .map(({ each, next, used }) => toExpectedCashFlow(each, next, used, evidence))
    .toSorted((a, b) => a.date.localeCompare(b.date) || b.confidence - a.confidence);
}

/** The day of an instant by time zone. A fund has many series and few zones. */
function daysOf(now: Date): (timeZone: string) => number {
  const days = new Map<string, number>();
  return (timeZone) => {
    const day = days.get(timeZone) ?? dayAt(now, timeZone);
    days.set(timeZone, day);
    return day;
  };
}

function toExpectedCashFlow(
  { model, payeeKey, contract, ...series }: StoredSeries,
  next: Expectation,
  calendar: CalendarName,
  evidence: number,
): ExpectedCashFlowObject {
  const { currency, direction, counterparty, description } = series;
  const money = (minor: bigint) => ({ amount: formatAmount(minor, currency), currency });
  const rhythm = { ...model.rhythm, calendar };
  return {
    ...next,
    id: hashOf(direction, currency, contract, payeeKey),
    counterparty,
    description,
    direction,
    calendar,
    category: categoryOf(series.category),
    recurrence: model.recurrence,
    everyDays: everyDaysOf(rhythm),
    rule: describeRhythm(rhythm),
    rhythm: rhythmParts(rhythm),
    amount: money(model.amountMinor),
    lowAmount: money(model.lowMinor),
    highAmount: money(model.highMinor),
    growthPercent: model.growth === 0 ? null : Math.round(model.growth * 10_000) / 100,
    amountChange: model.priceChange === null ? null : toAmountChange(model.priceChange, money),
    backTest: { tests: model.tests, hits: model.hits },
    source: "recurrence",
    evidence: latest(model.occurrences, evidence).map((past) => ({
      transaction: { id: past.transactionId },
      date: past.date,
      amount: money(past.amountMinor),
    })),
  };
}

const latest = <Each>(all: readonly Each[], count: number): readonly Each[] =>
  all.slice(Math.max(0, all.length - count));

/** A payee's key may be an account number, which an id must not show. */
const hashOf = (...parts: readonly (string | number)[]): string =>
  hash("sha256", parts.join(" ")).slice(0, 24);

function toAmountChange(
  { fromMinor, toMinor, since, transactionId }: PriceChange,
  money: (minor: bigint) => { amount: string; currency: string },
): NonNullable<ExpectedCashFlowObject["amountChange"]> {
  return {
    from: money(fromMinor),
    to: money(toMinor),
    percent: Math.round(changePercent(fromMinor, toMinor) * 10) / 10,
    message: changeSentence(fromMinor, toMinor),
    since,
    transaction: { id: transactionId },
  };
}

const changePercent = (fromMinor: bigint, toMinor: bigint): number =>
  (Number(toMinor) / Math.max(Number(fromMinor), 1) - 1) * 100;

/** `price rose 30 %`. */
export function changeSentence(fromMinor: bigint, toMinor: bigint): string {
  const percent = changePercent(fromMinor, toMinor);
  const size =
    Math.abs(percent) < 10
      ? Math.round(Math.abs(percent) * 10) / 10
      : Math.round(Math.abs(percent));
  return `price ${percent < 0 ? "fell" : "rose"} ${size} %`;
}
