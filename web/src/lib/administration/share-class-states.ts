import type { ShareClassState } from "../graph/graph-types.generated.ts";

/** Names of the states of a share class, in the order of a form. */
export const CLASS_STATES: readonly (readonly [ShareClassState, string])[] = [
  ["OPEN", "Open"],
  ["SOFT_CLOSED", "Soft closed"],
  ["CLOSED", "Closed"],
  ["SUSPENDED", "Suspended"],
  ["LIQUIDATING", "In liquidation"],
];

export const classStateName = (state: ShareClassState): string =>
  CLASS_STATES.find(([code]) => code === state)?.[1] ?? state;

/** The colour of a chip: what takes no new orders stands out. */
export function classStateTone(state: ShareClassState): "warn" | "bad" | undefined {
  if (state === "OPEN") return undefined;
  return state === "SOFT_CLOSED" ? "warn" : "bad";
}
