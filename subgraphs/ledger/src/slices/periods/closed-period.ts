import { AppError } from "@allfunds/platform";
import type { FundState } from "../../engine/book-state.ts";

/** A closed period: days from `from`, or from ever, to `to`. Calendar dates compare as texts. */
export interface ClosedPeriod {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
}

const holds = ({ from, to }: ClosedPeriod, date: string): boolean =>
  date <= to && (from === null || date >= from);

export const overlap = (one: ClosedPeriod, other: ClosedPeriod): boolean =>
  (one.from === null || one.from <= other.to) && (other.from === null || other.from <= one.to);

/** Refuses a value date that lies in a closed period. */
export function refuseClosedPeriod({ closedPeriods }: FundState, effectiveDate: string): void {
  const closed = closedPeriods.find((period) => holds(period, effectiveDate));
  if (closed === undefined) return;
  throw new AppError(
    "POSTING_PERIOD_CLOSED",
    `The books are closed from ${closed.from ?? "the beginning"} to ${closed.to}.`,
    { violations: [{ path: "effectiveDate", message: `is in a period closed to ${closed.to}` }] },
  );
}
