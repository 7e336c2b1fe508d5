import type { Reader } from "../dates/reader.svelte.ts";

const DAY_MS = 86_400_000;
const DAYS_SHOWN_BY_DAY = 62;

/** A mark under a chart: its position from 0 to 1, and its label. */
export interface TimeMark {
  position: number;
  label: string;
}

export interface TimeScale {
  readonly position: (date: string) => number;
  marks: TimeMark[];
}

/** An axis from the first to the last of the dates, which must be in order. */
export function timeScale(
  dates: readonly string[],
  reader: Pick<Reader, "day" | "month">,
  wantedMarks = 4,
): TimeScale {
  const start = Date.parse(dates[0] ?? "1970-01-01");
  const end = Date.parse(dates.at(-1) ?? "1970-01-01");
  const span = end - start || 1;
  const write = span > DAYS_SHOWN_BY_DAY * DAY_MS ? reader.month : reader.day;
  const marks = Array.from({ length: wantedMarks }, (_, index) => {
    const position = index / (wantedMarks - 1);
    const date = new Date(start + span * position).toISOString().slice(0, 10);
    return { position, label: write(date) };
  });
  const single = dates.length < 2;
  return {
    position: (date) => (single ? 0.5 : (Date.parse(date) - start) / span),
    marks: single ? marks.slice(0, 1) : marks,
  };
}
