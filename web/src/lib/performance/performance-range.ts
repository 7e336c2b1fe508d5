/** The ranges that have a name, as the form offers them. */
export const RANGES = ["mtd", "1m", "3m", "qtd", "ytd", "1y", "3y", "5y", "all", "dates"] as const;
type RangeName = (typeof RANGES)[number];

/** What is wrong with entered days, as a key of the catalogue. */
export type RangeFault =
  | "performance.needDay"
  | "performance.badFrom"
  | "performance.badTo"
  | "performance.badOrder";

/** The form as entered. Days are calendar dates; both are part of the range. */
export interface PerformanceQuery {
  range: RangeName;
  from: string;
  to: string;
  /** UUID of an instrument; empty without a benchmark. */
  benchmark: string;
}

/** Days for the graph: null is the first day with entries, or today. */
export interface Days {
  from: string | null;
  to: string | null;
}

/** Reads the address. An unknown range is refused by `daysOf`, not replaced by another one. */
export function readPerformanceQuery(search: URLSearchParams): PerformanceQuery | undefined {
  const text = (name: string) => search.get(name)?.trim() ?? "";
  const [from, to, benchmark] = [text("from"), text("to"), text("benchmark")];
  const implied = from !== "" || to !== "" ? "dates" : "all";
  const named = text("range") || implied;
  const range = RANGES.find((name) => name === named);
  return range && { range, from, to, benchmark };
}

const MONTHS = { "1m": 1, "3m": 3, "1y": 12, "3y": 36, "5y": 60 } as const;

/** The first day of the month, quarter or year of a day. */
const STARTS = {
  mtd: (day: string) => `${day.slice(0, 7)}-01`,
  qtd: (day: string) => {
    const quarter = Math.floor((Number(day.slice(5, 7)) - 1) / 3);
    return `${day.slice(0, 4)}-${String(quarter * 3 + 1).padStart(2, "0")}-01`;
  },
  ytd: (day: string) => `${day.slice(0, 4)}-01-01`,
} as const;

/** The days of a range that ends today (UTC), or what is wrong with the dates. */
export function daysOf({ range, from, to }: PerformanceQuery, today: string): Days | RangeFault {
  if (range === "all") return { from: null, to: null };
  if (range === "mtd" || range === "qtd" || range === "ytd") {
    return { from: STARTS[range](today), to: today };
  }
  if (range !== "dates") return { from: monthsBefore(today, MONTHS[range]), to: today };
  return enteredDays(from, to, today);
}

function enteredDays(from: string, to: string, today: string): Days | RangeFault {
  if (from === "" && to === "") return "performance.needDay";
  if (from !== "" && !isCalendarDate(from)) return "performance.badFrom";
  if (to !== "" && !isCalendarDate(to)) return "performance.badTo";
  if (from > (to || today)) return "performance.badOrder";
  return { from: from || null, to: to || null };
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse accepts 31 February in some engines and moves it on.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The same day that many months before; the last of the month where it has no such day. */
export function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}
