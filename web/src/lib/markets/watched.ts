import type { InstrumentHeadFragment } from "../graph/graph-types.generated.ts";

/** A price at the end of its day, adjusted for splits. */
export interface Close {
  readonly at: string;
  readonly close: string;
}

/** An instrument of a watch list with its last prices; without a head when it is not there any more. */
export interface Watched {
  readonly id: string;
  readonly head: InstrumentHeadFragment | null;
  /** Oldest first; null when they are missing. */
  readonly closes: readonly Close[] | null;
}

/** The last price, and its changes as ratios: since the price before, and since the first one. */
export function changesOf(closes: readonly Close[]) {
  const last = closes.at(-1);
  const changeSince = (earlier: Close | undefined): number | null => {
    const before = Number(earlier?.close);
    return last === undefined || earlier === last || !(before > 0)
      ? null
      : Number(last.close) / before - 1;
  };
  return { last, sinceBefore: changeSince(closes.at(-2)), sinceFirst: changeSince(closes[0]) };
}
