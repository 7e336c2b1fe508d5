import { invalidInput } from "@allfunds/contract/errors";

export const DEFAULT_HORIZON = 6;
const LONGEST_HORIZON = 24;

export const HORIZON_DESCRIPTION = `Months ahead, 1 to ${LONGEST_HORIZON}. Needs 10 complete months of history more than that.`;

/** Months ahead within the limits, else INVALID_INPUT. */
export function requireHorizon(horizon: number): number {
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= LONGEST_HORIZON) return horizon;
  throw invalidInput("horizon", `must be between 1 and ${LONGEST_HORIZON} months`);
}
