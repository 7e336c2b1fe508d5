import type { PlainKey } from "../language/messages.ts";
import type { ShareClassState } from "../graph/graph-types.generated.ts";

/** Names of the states of a share class, in the order of a form. */
export const CLASS_STATES: readonly (readonly [ShareClassState, PlainKey])[] = [
  ["OPEN", "word.class.OPEN"],
  ["SOFT_CLOSED", "word.class.SOFT_CLOSED"],
  ["CLOSED", "word.class.CLOSED"],
  ["SUSPENDED", "word.class.SUSPENDED"],
  ["LIQUIDATING", "word.class.LIQUIDATING"],
];

export const classStateName = (state: ShareClassState): `word.class.${ShareClassState}` =>
  `word.class.${state}`;

/** The colour of a chip: what takes no new orders stands out. */
export function classStateTone(state: ShareClassState): "warn" | "bad" | undefined {
  if (state === "OPEN") return undefined;
  return state === "SOFT_CLOSED" ? "warn" : "bad";
}
