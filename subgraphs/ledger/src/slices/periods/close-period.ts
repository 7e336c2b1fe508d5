import { AppError, invalidInput } from "@allfunds/platform";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { Findings, checkDate, checkText } from "../../engine/input-rules.ts";
import { overlap } from "./closed-period.ts";
import type { PeriodClosed, PeriodReopened } from "./period-events.ts";

/** The order to close the books of some days. */
export interface ClosePeriod {
  readonly kind: "ClosePeriod";
  readonly fundId: string;
  readonly periodId: string;
  /** First day; when absent, the day after the last closed one, or all days up to `to`. */
  readonly from: string | undefined;
  readonly to: string;
}

/** The order to take transactions in a closed period again. */
export interface ReopenPeriod {
  readonly kind: "ReopenPeriod";
  readonly fundId: string;
  readonly periodId: string;
  readonly reason: string;
}

export function decideClosePeriod(command: ClosePeriod, state: BookState): [PeriodClosed] {
  const { fundId, periodId, to } = command;
  const findings = new Findings();
  checkDate(findings, "to", to);
  if (command.from !== undefined) checkDate(findings, "from", command.from);
  findings.refuseIfAny();
  const { closedPeriods } = requireFund(state, fundId);
  const from =
    command.from ??
    dayAfter(
      closedPeriods
        .map((period) => period.to)
        .toSorted()
        .at(-1),
    );
  if (from !== null && from > to) {
    throw invalidInput("to", `must be ${from} or later, where the period begins`);
  }
  if (closedPeriods.some((period) => overlap(period, { id: periodId, from, to }))) {
    throw invalidInput("from", "is in a period that is closed already");
  }
  return [{ type: "PeriodClosed", periodId, fundId, from, to }];
}

export function decideReopenPeriod(command: ReopenPeriod, state: BookState): [PeriodReopened] {
  const { fundId, periodId, reason } = command;
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  const { closedPeriods } = requireFund(state, fundId);
  if (!closedPeriods.some(({ id }) => id === periodId)) {
    throw new AppError("PERIOD_NOT_FOUND", `The fund has no closed period ${periodId}.`);
  }
  return [{ type: "PeriodReopened", periodId, fundId, reason }];
}

function dayAfter(date: string | undefined): string | null {
  if (date === undefined) return null;
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
