import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkDate, checkText } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import { dateOrNull, defineTable, ONLY, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import { refuseClosedYear } from "./closed-year.ts";

/** Days whose books were closed, and perhaps reopened. Calendar dates compare as texts. */
export interface PeriodState {
  readonly id: string;
  readonly position: number;
  /** First day; null for all days up to the last. */
  readonly from: string | null;
  readonly to: string;
  readonly closedAt: Date;
  readonly reopenedAt: Date | null;
  readonly reopenReason: string | null;
}

type Days = Pick<PeriodState, "from" | "to">;

const PERIOD = defineTable<PeriodState>({
  name: "period",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "from_date", type: "date", of: ({ from }) => from, fixed: true },
    { name: "to_date", type: "date", of: ({ to }) => to, fixed: true },
    { name: "closed_at", type: "timestamptz", of: ({ closedAt }) => closedAt, fixed: true },
    { name: "reopened_at", type: "timestamptz", of: ({ reopenedAt }) => reopenedAt },
    { name: "reopen_reason", type: "text", of: ({ reopenReason }) => reopenReason },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    from: texts["from_date"] ?? null,
    to: required(texts, "to_date"),
    closedAt: new Date(required(texts, "closed_at")),
    reopenedAt: dateOrNull(texts["reopened_at"]),
    reopenReason: texts["reopen_reason"] ?? null,
  }),
  resident: { sql: "reopened_at IS NULL", of: ({ reopenedAt }) => reopenedAt === null },
  loaded: (state, rows) => state.put(CLOSED, ONLY, [...rows.values()]),
});

/** The closed periods of a book in one row: every posting looks at them. */
const CLOSED = defineRows<readonly PeriodState[]>("closed periods");

const closedPeriods = (state: BookState): readonly PeriodState[] => state.get(CLOSED, ONLY) ?? [];

function putPeriod(draft: BookState, period: PeriodState): void {
  draft.put(PERIOD, period.id, period);
  const others = closedPeriods(draft).filter(({ id }) => id !== period.id);
  draft.put(CLOSED, ONLY, period.reopenedAt === null ? [...others, period] : others);
}

const holds = ({ from, to }: Days, date: string): boolean =>
  date <= to && (from === null || date >= from);

const overlap = (one: Days, other: Days): boolean =>
  (one.from === null || one.from <= other.to) && (other.from === null || other.from <= one.to);

/** Refuses a value date that lies in a closed period. */
export function refuseClosedPeriod(state: BookState, effectiveDate: string): void {
  const closed = closedPeriods(state).find((period) => holds(period, effectiveDate));
  if (closed === undefined) return;
  throw new AppError(
    "POSTING_PERIOD_CLOSED",
    `The books are closed from ${closed.from ?? "the beginning"} to ${closed.to}.`,
    { violations: [{ path: "effectiveDate", message: `is in a period closed to ${closed.to}` }] },
  );
}

/** The first day from `date` on that no closed period holds. */
export function firstOpenDay(state: BookState, date: string): string {
  return firstDayOutside(closedPeriods(state), date);
}

/** The first day from `date` on that none of the periods holds. */
export function firstDayOutside(periods: readonly Days[], date: string): string {
  let day = date;
  for (;;) {
    const tried = day;
    const period = periods.find((each) => holds(each, tried));
    if (period === undefined) return day;
    day = dayBeside(period.to, 1);
  }
}

/**
 * Refuses a day up to which not every day is closed, or not since `knownAt`: its balances could have changed
 * since they were read.
 */
export function requireClosedUntil(state: BookState, to: string, knownAt: number): void {
  const closed = closedPeriods(state);
  for (let day: string | null = to; day !== null;) {
    const open: string = day;
    const period = closed.find((each) => holds(each, open));
    if (period === undefined) {
      throw new AppError("POSTING_PERIOD_OPEN", `The books of ${open} are open; close them first.`);
    }
    if (period.position > knownAt) {
      throw new AppError(
        "VERSION_CONFLICT",
        `The books of ${open} were closed again since the balances were read; propose it anew.`,
      );
    }
    day = period.from === null ? null : dayBeside(period.from, -1);
  }
}

/** The command to close the books of some days. */
export interface ClosePeriod {
  readonly kind: "ClosePeriod";
  readonly fundId: string;
  readonly periodId: string;
  /** First day; when absent, the day after the last closed one before `to`, or all days up to `to`. */
  readonly from: string | undefined;
  readonly to: string;
}

/** The command to take transactions in a closed period again. */
export interface ReopenPeriod {
  readonly kind: "ReopenPeriod";
  readonly fundId: string;
  readonly periodId: string;
  readonly reason: string;
}

/** Days whose books are done: no transaction with a value date among them is taken any more. */
export interface PeriodClosed extends Days {
  readonly type: "PeriodClosed";
  readonly periodId: string;
  readonly fundId: string;
}

/** A closed period takes transactions again. */
export interface PeriodReopened {
  readonly type: "PeriodReopened";
  readonly periodId: string;
  readonly fundId: string;
  readonly reason: string;
  /** Position of the tenant's own book by whose limits of changes one person did it. */
  readonly limitsAt?: number;
  /** Whether the tenant had a second administrator; absent where that is not known. */
  readonly secondAdministrator?: boolean;
}

function decideClosePeriod(command: ClosePeriod, state: BookState): [PeriodClosed] {
  const { fundId, periodId, to } = command;
  const findings = new Findings();
  checkDate(findings, "to", to);
  if (command.from !== undefined) checkDate(findings, "from", command.from);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const ends = closedPeriods(state)
    .map((period) => period.to)
    .filter((end) => end < to);
  const from = command.from ?? dayAfter(ends.toSorted().at(-1));
  if (from !== null && from > to) {
    throw invalidInput("to", `must be ${from} or later, where the period begins`);
  }
  refuseOverlap(state, { from, to });
  return [{ type: "PeriodClosed", periodId, fundId, from, to }];
}

function refuseOverlap(state: BookState, days: Days): void {
  if (closedPeriods(state).some((period) => overlap(period, days))) {
    throw invalidInput("from", "is in a period that is closed already");
  }
}

function decideReopenPeriod(command: ReopenPeriod, state: BookState): [PeriodReopened] {
  const { fundId, periodId, reason } = command;
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  refuseClosedYear(state, closedPeriodOf(state, periodId).from);
  return [{ type: "PeriodReopened", periodId, fundId, reason }];
}

/** The closed period with this id. */
export function closedPeriodOf(state: BookState, periodId: string): PeriodState {
  const period = closedPeriods(state).find(({ id }) => id === periodId);
  if (period !== undefined) return period;
  throw new AppError("PERIOD_NOT_FOUND", `The fund has no closed period ${periodId}.`);
}

const dayAfter = (date: string | undefined): string | null =>
  date === undefined ? null : dayBeside(date, 1);

function dayBeside(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** As it is kept while it waits for approval. */
const storedReopening = z.object({
  kind: z.literal("ReopenPeriod"),
  fundId: z.string(),
  periodId: z.string(),
  reason: z.string(),
});

export const PERIODS = defineSlice<ClosePeriod | ReopenPeriod, PeriodClosed | PeriodReopened>({
  name: "periods",
  tables: [PERIOD],
  derived: [CLOSED],
  commands: {
    ClosePeriod: { decide: decideClosePeriod },
    ReopenPeriod: {
      decide: decideReopenPeriod,
      stored: (json) => storedReopening.parse(json),
    },
  },
  events: {
    PeriodClosed: {
      codec: codecOf("PeriodClosed"),
      evolve: (draft, { periodId: id, from, to }, { position, recordedAt: closedAt }) =>
        putPeriod(draft, {
          id,
          position,
          from,
          to,
          closedAt,
          reopenedAt: null,
          reopenReason: null,
        }),
      check: refuseOverlap,
    },
    PeriodReopened: {
      codec: codecOf("PeriodReopened"),
      evolve: (draft, { periodId, reason: reopenReason }, { recordedAt: reopenedAt }) =>
        putPeriod(draft, { ...closedPeriodOf(draft, periodId), reopenedAt, reopenReason }),
      check: (state, { periodId }) => refuseClosedYear(state, closedPeriodOf(state, periodId).from),
    },
  },
});
