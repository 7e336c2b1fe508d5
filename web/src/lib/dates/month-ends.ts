/** The last point of each month, from points in order of date. */
export function monthEnds<Point extends { date: string }>(points: readonly Point[]): Point[] {
  return points.filter(
    ({ date }, index) => points[index + 1]?.date.slice(0, 7) !== date.slice(0, 7),
  );
}
