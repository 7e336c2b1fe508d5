import type { Projection } from "./projection.ts";

/** What a read model takes in next: everything after `from`, up to and including `to`. */
export interface Step {
  readonly from: number;
  readonly to: number;
  /** Nothing is left for it after this step. */
  readonly isLast: boolean;
}

/** The next step of a read model that is at `from` in a book that ends at `head`; undefined when there is none. */
export function stepOf(
  { step, most }: Pick<Projection, "step" | "most">,
  from: number,
  head: number,
): Step | undefined {
  const reachable = Math.floor(head / step) * step;
  const to = Math.min(reachable, from + most);
  return to <= from ? undefined : { from, to, isLast: to === reachable };
}
