import type { FundState } from "../../engine/book-state.ts";
import type { PeriodClosed, PeriodReopened } from "./period-events.ts";

/** The fund with one closed period more or less. */
export function evolvePeriods(fund: FundState, event: PeriodClosed | PeriodReopened): FundState {
  const others = fund.closedPeriods.filter(({ id }) => id !== event.periodId);
  if (event.type === "PeriodReopened") return { ...fund, closedPeriods: others };
  const { periodId: id, from, to } = event;
  return { ...fund, closedPeriods: [...others, { id, from, to }] };
}
