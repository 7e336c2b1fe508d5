const DAY_MS = 86_400_000;
const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The last days of the months before a day, newest first. */
export function lastMonthEnds(today: string, count = 3): string[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return Array.from({ length: count }, (_, nth) =>
    dayAt(Date.UTC(year, month - 1 - nth, 1) - DAY_MS),
  );
}

/** The first and the last day of the month of a day. */
export function monthAround(day: string): { readonly from: string; readonly to: string } {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return { from: `${day.slice(0, 7)}-01`, to: dayAt(Date.UTC(year, month, 1) - DAY_MS) };
}
