/** A measured figure and what it has to be: at least `least`, or at most `most`. */
export interface Aim {
  readonly name: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
}

const isReached = ({ value, least = -Infinity, most = Infinity }: Aim): boolean =>
  value >= least && value <= most;

const asText = (value: number): string =>
  Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3);

/** The last table of an evaluation, and whether every aim is reached. */
export function renderAims(aims: readonly Aim[]): {
  readonly lines: readonly string[];
  readonly areReached: boolean;
} {
  const width = Math.max(...aims.map(({ name }) => name.length));
  const rows = aims.map((aim) => {
    const bound =
      aim.least === undefined
        ? `at most ${asText(aim.most ?? NaN)}`
        : `at least ${asText(aim.least)}`;
    const verdict = isReached(aim) ? "reached" : "MISSED";
    return `${aim.name.padEnd(width)}  ${asText(aim.value).padStart(7)}  ${bound.padEnd(15)}  ${verdict}`;
  });
  const missed = aims.filter((aim) => !isReached(aim)).length;
  return {
    lines: [
      "",
      "aims",
      ...rows,
      missed === 0 ? "all aims are reached" : `${missed} of ${aims.length} aims are missed`,
    ],
    areReached: missed === 0,
  };
}
