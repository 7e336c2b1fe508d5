import type { PriceBarShownFragment } from "../graph/graph-types.generated.ts";

/** A bar's parts as places on the axis; bars without open, high and low have their close alone. */
export interface PlacedBar {
  readonly x: number;
  readonly close: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
}

const place = (text: string | null, position: (value: number) => number): number | null =>
  text === null ? null : position(Number(text));

/** Numbers only place the bars on screen; what is shown comes from the decimal strings. */
export const placeBars = (
  bars: readonly PriceBarShownFragment[],
  position: (value: number) => number,
): PlacedBar[] =>
  bars.map(({ open, high, low, close }, index) => ({
    x: (index + 0.5) / bars.length,
    close: position(Number(close)),
    open: place(open, position),
    high: place(high, position),
    low: place(low, position),
  }));

/** Everything of the bars that an axis has to hold. */
export const valuesOf = (bars: readonly PriceBarShownFragment[]): number[] =>
  bars.flatMap(({ open, high, low, close }) =>
    [open, high, low, close].flatMap((text) => (text === null ? [] : [Number(text)])),
  );

export interface LinePiece {
  readonly x: number;
  readonly y: number;
}

/** The unbroken pieces of a line whose values may be missing. */
export function piecesOf(
  values: readonly (number | null)[],
  position: (value: number) => number,
): LinePiece[][] {
  const pieces: LinePiece[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) pieces.push([]);
    else pieces.at(-1)?.push({ x: (index + 0.5) / values.length, y: position(value) });
  }
  return pieces.filter((piece) => piece.length > 1);
}
