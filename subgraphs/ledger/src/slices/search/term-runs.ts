/** How a book is cut into runs: `base` positions to the smallest, `factor` runs of a level to one of the next. */
export interface TermShape {
  readonly base: number;
  readonly factor: number;
  readonly levels: number;
}

export const TERM_SHAPE: TermShape = { base: 16, factor: 8, levels: 4 };

/** So many positions of a book, and how many such runs lie before it. */
export interface TermRun {
  readonly size: number;
  readonly run: number;
}

/** Positions in the largest runs. */
export const largestRun = ({ base, factor, levels }: TermShape): number =>
  base * factor ** (levels - 1);

/** The first position of a run is the one behind this. */
export const startOf = ({ size, run }: TermRun): number => size * run;

/** The runs that hold a book up to a position, in its order: each place is in one of them, the largest that is full. */
export function coverOf(until: number, shape: TermShape): TermRun[] {
  const runs: TermRun[] = [];
  let at = 0;
  for (let size = largestRun(shape); size >= shape.base; size /= shape.factor) {
    for (; at + size <= until; at += size) runs.push({ size, run: at / size });
  }
  return runs;
}

/** What changes when a book that was held up to one position is held up to a later one. */
interface CoverChange {
  /** Runs that are in larger ones from now on. */
  readonly merged: readonly TermRun[];
  /** Runs that are new, in the order of the book. */
  readonly made: readonly TermRun[];
}

export function changeOfCover(from: number, to: number, shape: TermShape): CoverChange {
  const [before, after] = [coverOf(from, shape), coverOf(to, shape)];
  let same = 0;
  while (same < before.length && before[same]?.size === after[same]?.size) same += 1;
  return { merged: before.slice(same), made: after.slice(same) };
}
