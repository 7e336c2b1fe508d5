/** A point of a chart's drawing area, both ways from 0 to 1; y grows upwards. */
export interface ChartPoint {
  x: number;
  y: number;
}

/** SVG path data through the points, in a drawing area of 100 by 100. */
export function linePath(points: readonly ChartPoint[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${at(x)} ${at(1 - y)}`)
    .join("");
}

/** The closed area between an upper and a lower line over the same x positions. */
export function bandPath(upper: readonly ChartPoint[], lower: readonly ChartPoint[]): string {
  if (upper.length === 0) return "";
  return `${linePath([...upper, ...lower.toReversed()])}Z`;
}

function at(share: number): string {
  return (share * 100).toFixed(2);
}
